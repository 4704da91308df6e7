"""What only PostgreSQL knows: how a connection is prepared, and the lock that lets one writer in at a time."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event, text

from base.errors import StorageError

OLDEST = 15
# Any fixed number: the office's writers, and nobody else, ask for the advisory lock of this name in their database.
_WRITERS = 0x4A5A01
# Sent with each connection; any account may set them. A writer waits as long as on SQLite. A machine that lost its power
# or its network must not hold the writers' lock until the server's system gives it up, which takes two hours by default.
_OPTIONS = {
    "lock_timeout": "30s",
    "timezone": "UTC",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
}
_CLIENT = {
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
}
_ORDERS = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})


def engine(url: str) -> Engine:
    """Reading sessions see one state of the catalogue from their first statement on, as they do on SQLite."""
    options = " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items())
    made = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        isolation_level="REPEATABLE READ",
        connect_args={"options": options, **_CLIENT},
    )
    event.listen(made, "begin", _begin)
    return made


def writing(made: Engine) -> Engine:
    """The engine of writing sessions, each of which sees whatever was committed before its statement."""
    return made.execution_options(writing=True, isolation_level="READ COMMITTED")


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writing", False):
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _WRITERS})


def must_be_fit(connection: Connection) -> None:
    """StorageError where the server or the database cannot hold a catalogue: before anything is written there."""
    found = connection.execute(
        text(
            "SELECT current_setting('server_version_num')::int / 10000, pg_encoding_to_char(encoding), datcollate, datname "
            "FROM pg_database WHERE datname = current_database()"
        )
    ).one()
    version, encoding, order, name = found
    if version < OLDEST:
        raise StorageError("catalogue.too-old", path=name, version=version, oldest=OLDEST)
    if encoding != "UTF8" or order not in _ORDERS:
        raise StorageError("catalogue.order", path=name, encoding=encoding, order=order)
