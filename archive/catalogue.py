"""The catalogue: one database, opened with the right manners and brought up to the newest schema.

SQLite (WAL, foreign keys, busy timeout) is the default. A write transaction takes its lock at the start (BEGIN
IMMEDIATE), so that two writers wait for each other instead of failing half-way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from archive.announcing import WriteSession
from base.errors import StorageError
from base.settings import Settings

SQLITE_FILE = "catalogue.sqlite"
_BUSY_MS = 30_000
_MIGRATIONS = Path(__file__).parent / "migrations"


class Catalogue:
    """Sessions on the catalogue. One per process; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(writing=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed where the block ends, rolled back where it raises. It announces what it changes."""
        with WriteSession(self._writing, expire_on_commit=False) as session, _clear_errors(), session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.data_dir / SQLITE_FILE}"


def open_catalogue(settings: Settings) -> Catalogue:
    """The catalogue of an office; StorageError `catalogue.missing` where none was made (`juanzong init`)."""
    if not settings.database_url and not (settings.data_dir / SQLITE_FILE).exists():
        raise StorageError("catalogue.missing", path=settings.data_dir)
    engine = _engine(database_url(settings))
    with _clear_errors():
        upgrade(engine)
    return Catalogue(engine)


def is_newest(settings: Settings) -> bool:
    """Whether the catalogue has this version's schema; it is looked at and left as it is. StorageError as `open_catalogue`."""
    if not settings.database_url and not (settings.data_dir / SQLITE_FILE).exists():
        raise StorageError("catalogue.missing", path=settings.data_dir)
    engine = _engine(database_url(settings))
    try:
        with _clear_errors():
            return _is_newest(engine)
    finally:
        engine.dispose()


def create_catalogue(settings: Settings) -> Catalogue:
    """Makes the schema where there is none yet; harmless where it is there."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = _engine(database_url(settings))
    with _clear_errors():
        upgrade(engine)
    return Catalogue(engine)


def upgrade(engine: Engine, version: str = "head") -> None:
    """Brings the schema to the newest `version`, from any earlier one, in one transaction."""
    if _is_newest(engine):
        return
    # Alembic takes as long to load as all the rest of the catalogue: only where there is something to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _is_newest(engine: Engine) -> bool:
    """Migrations are numbered by file name, `0002_what.py`; the catalogue knows the last one that ran."""
    newest = max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == newest)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions on its own: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _clear_errors() -> Iterator[None]:
    """A full disk or a locked file is said in words a clerk can use."""
    try:
        yield
    except OperationalError as error:
        text = str(error.orig)
        if "disk is full" in text or "disk I/O" in text:
            raise StorageError("disk.full", path=SQLITE_FILE) from error
        if "locked" in text:
            raise StorageError("catalogue.busy", path=SQLITE_FILE) from error
        raise
