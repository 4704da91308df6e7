"""What doctor says of the database: whole, or what its own check found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from archive.catalogue import SQLITE_FILE, Catalogue, create_catalogue
from archive.database_health import health_of
from base.settings import load_settings


def test_a_sound_database_has_a_version_a_size_and_no_damage(tmp_path: Path, catalogue: Catalogue) -> None:
    found = health_of(load_settings(tmp_path, {}))
    assert found.kind == catalogue.engine.dialect.name
    assert int(found.version.partition(".")[0]) >= 3
    assert (found.damage, found.size_bytes > 0) == ((), True)


@pytest.mark.sqlite
def test_a_row_whose_owner_is_gone_is_damage(tmp_path: Path) -> None:
    create_catalogue(load_settings(tmp_path, {})).close()
    with sqlite3.connect(tmp_path / SQLITE_FILE) as connection:
        connection.execute("INSERT INTO place (parent_id, kind, code, name) VALUES (99, 'room', 'a', 'a')")
    connection.close()
    assert health_of(load_settings(tmp_path, {})).damage == ("place 1: place",)


@pytest.mark.sqlite
def test_a_page_that_was_overwritten_is_damage(tmp_path: Path) -> None:
    create_catalogue(load_settings(tmp_path, {})).close()
    file = tmp_path / SQLITE_FILE
    file.write_bytes(file.read_bytes()[:-4096] + b"\xff" * 4096)
    assert health_of(load_settings(tmp_path, {})).damage
