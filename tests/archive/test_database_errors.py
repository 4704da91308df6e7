"""What a database refuses is said with a code of its own: SQLite's file here, a real PostgreSQL in test_on_postgres.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from archive.catalogue import SQLITE_FILE, Catalogue, create_catalogue, open_catalogue
from archive.tables import Organization
from base.errors import InputError, StorageError
from base.settings import load_settings

pytestmark = pytest.mark.sqlite


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / SQLITE_FILE).write_bytes(b"no catalogue at all " * 500)
    assert _code(lambda: open_catalogue(load_settings(tmp_path, {}))) == "catalogue.damaged"


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / SQLITE_FILE).mkdir()
    assert _code(lambda: open_catalogue(load_settings(tmp_path, {}))) == "catalogue.cannot-open"


def test_a_catalogue_that_may_only_be_read_is_read(catalogue: Catalogue) -> None:
    _prepare(catalogue, "query_only = ON")
    assert _code(lambda: _add(catalogue)) == "catalogue.read-only"
    with catalogue.read() as session:
        assert session.scalars(select(Organization)).all() == []


def test_a_full_disk(catalogue: Catalogue) -> None:
    with catalogue.engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
    _prepare(catalogue, f"max_page_count = {pages}")
    assert _code(lambda: _add(catalogue, "名" * 1_000_000)) == "disk.full"


def test_both_languages_say_what_was_kept_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / SQLITE_FILE).write_bytes(b"no catalogue at all " * 500)
    with pytest.raises(StorageError) as caught:
        create_catalogue(load_settings(tmp_path, {}))
    assert "备份" in caught.value.text("zh_CN")
    assert "backup" in caught.value.text("en")


def test_a_number_that_no_column_holds_is_refused_as_input(catalogue: Catalogue) -> None:
    with pytest.raises(InputError, match="cannot be stored"), catalogue.read() as session:
        session.get(Organization, 10**20)


def _prepare(catalogue: Catalogue, pragma: str) -> None:
    """For the connection that the pool gives next, and next again."""
    with catalogue.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA {pragma}")


def _add(catalogue: Catalogue, name: str = "甲区") -> None:
    with catalogue.write() as session:
        session.add(Organization(kind="district", name=name, path="/1/"))


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(StorageError) as caught:
        act()
    return caught.value.code
