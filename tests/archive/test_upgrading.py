"""An office of an earlier version: what it read already gets what newer versions make of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

from archive.catalogue import SQLITE_FILE, open_catalogue, upgrade
from base.settings import load_settings


def test_pages_read_before_are_looked_through_and_queued_for_correction(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    file = tmp_path / SQLITE_FILE
    engine = create_engine(f"sqlite:///{file}")
    upgrade(engine, "0006")
    engine.dispose()
    with sqlite3.connect(file) as old:
        old.execute("PRAGMA foreign_keys = OFF")
        _fill(old, "page", id=3, dossier_id=2, state="active")
        _fill(old, "page_version", id=4, page_id=3, state="current")
        for number, current in ((5, 1), (6, 0)):
            _fill(old, "reading", id=number, version_id=4, engine=f"e{number}", current=current)
    old.close()
    open_catalogue(settings).close()
    with sqlite3.connect(file) as new:
        waiting = new.execute("SELECT kind, subject_id, state FROM job ORDER BY kind").fetchall()
    new.close()
    assert waiting == [("fields", 4, "waiting"), ("judge_text", 2, "waiting")]


def _fill(catalogue: sqlite3.Connection, table: str, **values: object) -> None:
    """A row with these values, and with something in every other column that asks for it."""
    columns = catalogue.execute(f"PRAGMA table_info({table})").fetchall()
    wanted = {name: "0" for _, name, _, must, default, _ in columns if must and default is None} | values
    names = ", ".join(wanted)
    catalogue.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(wanted))})", [*wanted.values()])
