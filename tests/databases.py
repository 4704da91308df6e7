"""PostgreSQL for tests: a fresh database for whoever asks, and the whole suite on it where TEST_CATALOGUE=postgresql says so.

The server is the one of TEST_POSTGRES_URL (deploy/services/run.py starts it). A database is a copy of a template, made once a run with
the newest schema, so that each test has one of its own for a few hundredths of a second.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from archive import catalogue, on_postgres
from base.settings import Settings

TEMPLATE = "juanzong_template"
_MAKING = 0x4A5A02
# The databases of this process's offices, and which of them others are copied from.
_made: set[str] = set()
_kept: set[str] = set()
EVERYTHING_ON_POSTGRES = os.environ.get("TEST_CATALOGUE") == "postgresql"


def url_of(name: str) -> str:
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    return server.set(database=name).render_as_string(hide_password=False)


@contextmanager
def server() -> Iterator[Connection]:
    """A connection in which each statement is its own transaction, as making a database asks for."""
    with _server().connect() as connection:
        yield connection


@cache
def _server() -> Engine:
    """One connection for all tests of this process: making one takes as long as what is done on it."""
    url = os.environ["TEST_POSTGRES_URL"]
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True)
    atexit.register(engine.dispose)
    return engine


def make_database(name: str, *, template: str | None = TEMPLATE) -> str:
    """The address of a new database: a copy of `template`, or an empty one."""
    with server() as connection:
        if template == TEMPLATE:
            _make_template(connection)
        # Its files are copied as files: a third of the time that writing all of them to the log takes.
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" STRATEGY FILE_COPY'))
    return url_of(name)


def drop_database(name: str) -> None:
    with server() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _make_template(connection: Connection) -> None:
    """Made under another name first: whoever sees the template sees it whole."""
    there = text("SELECT 1 FROM pg_database WHERE datname = :name")
    if connection.scalar(there, {"name": TEMPLATE}):
        return
    connection.execute(text("SELECT pg_advisory_lock(:making)"), {"making": _MAKING})
    try:
        if not connection.scalar(there, {"name": TEMPLATE}):
            connection.execute(text(f'CREATE DATABASE "{TEMPLATE}_new" TEMPLATE template0'))
            engine = on_postgres.engine(url_of(f"{TEMPLATE}_new"))
            catalogue.upgrade(engine)
            engine.dispose()
            connection.execute(text(f'ALTER DATABASE "{TEMPLATE}_new" RENAME TO "{TEMPLATE}"'))
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:making)"), {"making": _MAKING})


@contextmanager
def empty_database(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of the kind that the suite runs on."""
    if not EVERYTHING_ON_POSTGRES:
        yield f"sqlite:///{tmp_path / catalogue.SQLITE_FILE}"
        return
    yield make_database(_name_of(tmp_path), template=None)
    drop_database(_name_of(tmp_path))


@pytest.fixture
def postgres_url(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, for tests marked `service`."""
    name = _name_of(tmp_path)
    yield make_database(name, template=None)
    drop_database(name)


@pytest.fixture(scope="session")
def _offices() -> Iterator[None]:
    """Offices whose settings name no database get one each on the server, by their folder, where everything runs there."""
    if not EVERYTHING_ON_POSTGRES:
        yield
        return
    plain = Settings.__init__

    def on_server(self: Settings, **values: Any) -> None:
        if not values.get("database_url"):
            values["database_url"] = _database_of(Path(values["data_dir"]))
        plain(self, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Settings, "__init__", on_server)
        yield
    for name in _made:
        drop_database(name)


@pytest.fixture(autouse=True)
def _on_postgres(_offices: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test made and opened goes with it; what wider fixtures made stays for the next."""
    before, plain, opened = set(_made), on_postgres.engine, list[Engine]()

    def remembered(url: str) -> Engine:
        opened.append(plain(url))
        return opened[-1]

    monkeypatch.setattr(on_postgres, "engine", remembered)
    yield
    for engine in opened:
        engine.dispose()
    for name in _made - before - _kept:
        drop_database(name)
        _made.remove(name)


def copy_office(data_dir: Path, to: Path) -> None:
    """The data folder of an office, and its catalogue where that stands on a server."""
    shutil.copytree(data_dir, to)
    if EVERYTHING_ON_POSTGRES:
        _kept.add(_name_of(data_dir))
        _database_of(to, template=_name_of(data_dir))


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process of its own must be told to find the catalogue of an office."""
    return {"JUANZONG_DATABASE_URL": settings.database_url} if settings.database_url else {}


def _database_of(data_dir: Path, template: str = TEMPLATE) -> str:
    name = _name_of(data_dir)
    if name not in _made:
        make_database(name, template=template)
        _made.add(name)
    return url_of(name)


def _name_of(folder: Path) -> str:
    return f"office_{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:24]}"
