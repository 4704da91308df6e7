"""How the database of the catalogue is: what `juanzong doctor` says of it. Nothing in it is changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from archive.catalogue import looked_at
from base.settings import Settings

# What a database says at most of its damage: one line is enough to stop.
_LINES = 5


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """`kind`: sqlite or postgresql. `damage` is what its own check found (SQLite), empty where all is well.

    `log_bytes` is SQLite's write-ahead log, which a reader that never ends keeps from being emptied; `connections` of
    `most_connections` are in use on PostgreSQL.
    """

    kind: str
    version: str
    size_bytes: int
    damage: tuple[str, ...] = ()
    log_bytes: int = 0
    connections: int = 0
    most_connections: int = 0


def health_of(settings: Settings) -> DatabaseHealth:
    """StorageError as `open_catalogue`. Checking SQLite reads the whole file: about a second for each 500 MB."""
    with looked_at(settings) as engine:
        try:
            with engine.connect() as connection:
                on_server = engine.dialect.name == "postgresql"
                return _of_server(connection) if on_server else _of_file(connection, Path(str(engine.url.database)))
        finally:
            engine.dispose()


def _of_file(connection: Connection, file: Path) -> DatabaseHealth:
    said = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA quick_check({_LINES})")]
    loose = [
        f"{table} {row}: {parent}"
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_LINES)
    ]
    log = file.with_name(f"{file.name}-wal")
    return DatabaseHealth(
        "sqlite",
        sqlite3.sqlite_version,
        file.stat().st_size,
        damage=tuple(line for line in said if line != "ok") + tuple(loose),
        log_bytes=log.stat().st_size if log.exists() else 0,
    )


def _of_server(connection: Connection) -> DatabaseHealth:
    asked = text(
        "SELECT current_setting('server_version'), pg_database_size(current_database()), "
        "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
        "current_setting('max_connections')::int"
    )
    version, size, connections, most = connection.execute(asked).one()
    return DatabaseHealth("postgresql", version.partition(" ")[0], size, connections=connections, most_connections=most)
