"""The catalogue as one file: taken beside a living office, put back into an empty one, looked through for damage.

SQLite's own backup interface copies one state while others read and write. PostgreSQL's `pg_dump` and `pg_restore` do the
same; the only module that names them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url

from archive.catalogue import SQLITE_FILE, Catalogue, database_url, open_catalogue
from archive.store.disk import disk_errors
from base.errors import InputError, StorageError
from base.files import replacing
from base.settings import Settings

SQLITE, POSTGRES = "sqlite", "postgresql"
_FILES = {SQLITE: "catalogue.sqlite", POSTGRES: "catalogue.dump"}
_MOST_LINES = 100


def kind_of(settings: Settings) -> str:
    """`sqlite` or `postgresql`, as the settings name the catalogue."""
    return make_url(database_url(settings)).get_backend_name()


def file_name(kind: str) -> str:
    return _FILES[kind]


def take(settings: Settings, target: Path) -> None:
    """Writes the catalogue as it is at one moment to `target`, whole and synced; a broken-off one leaves nothing there."""
    with disk_errors(target), replacing(target) as file:
        if kind_of(settings) == SQLITE:
            _drop_journal(target)
            _copy_sqlite(settings.data_dir / SQLITE_FILE, file)
        else:
            _run("pg_dump", _server(settings), "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def put_back(settings: Settings, kind: str, source: Path, folder: Path) -> None:
    """Puts a snapshot into the database that the settings name, or, of SQLite, as a file into `folder`.

    InputError `restore.other-database` where the settings name another kind.
    """
    if kind_of(settings) != kind:
        raise InputError("restore.other-database", path=source, there=kind, here=kind_of(settings))
    if kind == SQLITE:
        target = folder / SQLITE_FILE
        with disk_errors(target), replacing(target) as file:
            _drop_journal(target)
            _copy_sqlite(source, file)
    else:
        arguments = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(source))
        _run("pg_restore", _server(settings), *arguments)


@contextlib.contextmanager
def opened(settings: Settings, kind: str, folder: Path) -> Iterator[Catalogue]:
    """The SQLite snapshot that lies in `folder`, open as a catalogue of this version; one file again when the block ends.

    One of PostgreSQL is no catalogue before it is put back: then the office's own.
    """
    if kind != SQLITE:
        catalogue = open_catalogue(settings)
    else:
        catalogue = open_catalogue(settings.model_copy(update={"data_dir": folder, "database_url": ""}))
    try:
        yield catalogue
    finally:
        catalogue.close()
    if kind == SQLITE:
        with contextlib.closing(sqlite3.connect(folder / SQLITE_FILE)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")


def must_be_empty(settings: Settings) -> None:
    """InputError `restore.not-empty` where a catalogue is already."""
    if kind_of(settings) == SQLITE:
        if (settings.data_dir / SQLITE_FILE).exists():
            raise InputError("restore.not-empty", path=settings.data_dir)
        return
    from archive import on_postgres  # noqa: PLC0415  # its client is an extra

    engine = on_postgres.engine(database_url(settings))
    try:
        if inspect(engine).get_table_names():
            raise InputError("restore.not-empty", path=make_url(database_url(settings)).database)
    finally:
        engine.dispose()


def damage(settings: Settings) -> list[str]:
    """What the database itself says is wrong with its file, in its own words; nothing where all is well.

    PostgreSQL looks after its own pages (`data_checksums`, `pg_amcheck`): see docs/custody.md.
    """
    if kind_of(settings) != SQLITE:
        return []
    path = settings.data_dir / SQLITE_FILE
    try:
        with contextlib.closing(_connected(path)) as connection:
            said = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST_LINES})")]
            loose = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_LINES)
    except sqlite3.DatabaseError as error:
        return [str(error)]
    lost = [f"{table}:{number} -> {parent}" for table, number, parent, _ in loose]
    return [each for each in said if each != "ok"] + lost


def _drop_journal(path: Path) -> None:
    """What a killed process left beside an older file of this name must never be played into the new one."""
    for end in ("-wal", "-shm"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> None:
    """In one step, so that a writer beside us never makes it begin again; then the copy is looked through."""
    try:
        with contextlib.closing(_connected(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            if new.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise StorageError("custody.catalogue-damaged", path=source)
    except sqlite3.DatabaseError as error:
        full = "full" in str(error)
        raise StorageError("disk.full" if full else "custody.catalogue-damaged", path=source) from error


def _connected(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise StorageError("catalogue.missing", path=path.parent)
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _server(settings: Settings) -> URL:
    return make_url(database_url(settings)).set(drivername="postgresql")


def _run(program: str, url: URL, *arguments: str) -> None:
    """The password goes by the environment, where other accounts of the machine do not see it."""
    secret = {"PGPASSWORD": url.password} if url.password else {}
    address = url._replace(password=None).render_as_string()
    command = [program, f"--dbname={address}", *arguments]
    try:
        done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise StorageError("custody.no-program", path=program, program=program) from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise StorageError("custody.program-failed", path=program, program=program, detail=(lines or [""])[-1][:300])
