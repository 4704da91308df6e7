"""The catalogue: one database, opened with the right manners and brought up to the newest schema.

SQLite (WAL, foreign keys, busy timeout) is the default, PostgreSQL the choice of many machines (decision 0026). On both, a
write transaction takes its lock at the start (BEGIN IMMEDIATE; an advisory lock), so that two writers wait for each other
instead of failing half-way, and a reading session sees one state of everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.orm import Session

from archive import on_postgres
from archive.announcing import WriteSession
from archive.custody import hold_guard
from archive.database_errors import clear_errors
from base.errors import StorageError
from base.settings import Settings

# Whatever service writes: what is held stays (archive.custody.holds).
hold_guard.guard(WriteSession)

SQLITE_FILE = "catalogue.sqlite"
_BUSY_MS = 30_000
# The log is given back to the disk after a long reader let it grow.
_LOG_BYTES = 64 << 20
_MIGRATIONS = Path(__file__).parent / "migrations"


class Catalogue:
    """Sessions on the catalogue. One per process; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = writing(engine)
        self._place = _place(engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with Session(self.engine, expire_on_commit=False) as session, clear_errors(self._place):
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed where the block ends, rolled back where it raises. It announces what it changes."""
        with WriteSession(self._writing, expire_on_commit=False) as session, clear_errors(self._place), session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.data_dir / SQLITE_FILE}"


def open_catalogue(settings: Settings) -> Catalogue:
    """The catalogue of an office, brought up to this version; StorageError `catalogue.missing` where none was made
    (`juanzong init`), and a code of its own for each reason why a database cannot be used (`archive.database_errors`)."""
    with looked_at(settings) as engine:
        upgrade(engine)
    return Catalogue(engine)


def is_newest(settings: Settings) -> bool:
    """Whether the catalogue has this version's schema; it is looked at and left as it is. StorageError as `open_catalogue`."""
    with looked_at(settings) as engine:
        newest = _is_newest(engine)
    engine.dispose()
    return newest


def create_catalogue(settings: Settings) -> Catalogue:
    """Makes the schema where there is none yet; harmless where it is there."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with looked_at(settings, must_exist=False) as engine:
        upgrade(engine)
    return Catalogue(engine)


@contextmanager
def looked_at(settings: Settings, *, must_exist: bool = True) -> Iterator[Engine]:
    """The engine of an office whose database can be used; it is disposed of where the block raises."""
    if must_exist and not settings.database_url and not (settings.data_dir / SQLITE_FILE).exists():
        raise StorageError("catalogue.missing", path=settings.data_dir)
    engine = engine_of(database_url(settings))
    try:
        with clear_errors(_place(engine)):
            if engine.dialect.name == "postgresql":
                with engine.connect() as connection:
                    on_postgres.must_be_fit(connection)
                    if must_exist and not inspect(connection).has_table("alembic_version"):
                        raise StorageError("catalogue.missing", path=settings.data_dir)
            yield engine
    except BaseException:
        engine.dispose()
        raise


def upgrade(engine: Engine, version: str = "head") -> None:
    """Brings the schema to the newest `version`, from any earlier one, in one transaction."""
    if _is_newest(engine):
        return
    # Alembic takes as long to load as all the rest of the catalogue: only where there is something to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _is_newest(engine: Engine) -> bool:
    """Migrations are numbered by file name, `0002_what.py`; the catalogue knows the last one that ran.

    StorageError `catalogue.newer` where a newer version of this program was here.
    """
    newest = max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        here = str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    if here > newest:
        raise StorageError("catalogue.newer", path=_place(engine), here=here, newest=newest)
    return here == newest


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: each waits for the one before."""
    return (
        on_postgres.writing(engine) if engine.dialect.name == "postgresql" else engine.execution_options(writing=True)
    )


def engine_of(url: str) -> Engine:
    """The engine of a database, with the manners of its kind. It is for whoever brings up or looks over a database as such."""
    if not url.startswith("sqlite"):
        return on_postgres.engine(url)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _place(engine: Engine) -> str:
    """The name of a database, as an error may show it."""
    url = engine.url
    return SQLITE_FILE if url.host is None else f"{url.host}:{url.port or 5432}/{url.database}"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions on its own: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MS}",
        "synchronous=FULL",
        f"journal_size_limit={_LOG_BYTES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
