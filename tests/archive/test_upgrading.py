"""An office of an earlier version: its data comes through every step, and what it read already gets what newer versions make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from archive import catalogue
from archive.tables import Table
from tests.archive.rows_of_versions import Rows, add_to_each_table, all_rows, tables_of
from tests.databases import empty_database

VERSIONS = sorted(
    file.name.partition("_")[0] for file in (Path(catalogue.__file__).parent / "migrations/versions").glob("[0-9]*.py")
)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the kind that the suite runs on."""
    with empty_database(tmp_path) as url:
        engine = catalogue.engine_of(url)
        yield engine
        engine.dispose()


def test_rows_of_every_version_come_through_every_later_one(empty: Engine) -> None:
    """At each version each table gets a row, so the tables are never empty when a step changes them."""
    before: Rows = {}
    for number, version in enumerate(VERSIONS):
        catalogue.upgrade(empty, version)
        with catalogue.writing(empty).begin() as connection:
            tables = tables_of(connection)
            _must_hold(before, all_rows(connection, tables))
            add_to_each_table(connection, tables, number)
            before = all_rows(connection, tables)
    assert len(before["person"]) == len(VERSIONS)
    _must_be_of_the_code(empty)


def test_the_oldest_office_comes_to_the_newest_schema_at_once(empty: Engine) -> None:
    before = _filled(empty, VERSIONS[0])
    catalogue.upgrade(empty)
    with empty.connect() as connection:
        _must_hold(before, all_rows(connection, tables_of(connection)))
    _must_be_of_the_code(empty)


def test_pages_read_before_are_looked_through_and_queued_for_correction(empty: Engine) -> None:
    rows = _filled(empty, "0006")
    with catalogue.writing(empty).begin() as connection:
        connection.execute(text("DELETE FROM job"))
        connection.execute(_READ_BEFORE, {"current": False})
    catalogue.upgrade(empty)
    with empty.connect() as connection:
        found = connection.execute(text("SELECT kind, subject_id, state FROM job ORDER BY kind"))
        waiting = [tuple(row) for row in found]
    version, dossier = rows["page_version"][0]["id"], rows["page"][0]["dossier_id"]
    assert waiting == [("fields", version, "waiting"), ("judge_text", dossier, "waiting")]


def test_moves_of_before_stand_in_the_history_of_both_dossiers(empty: Engine) -> None:
    rows = _filled(empty, "0017")
    act, source = rows["page_act"][0]["id"], rows["page_act"][0]["dossier_id"]
    with catalogue.writing(empty).begin() as connection:
        target = connection.execute(_ANOTHER_DOSSIER).scalar_one()
        page = {"pages": {"1": {"dossier_id": source}}}
        after = {"pages": {"1": {"dossier_id": target}}}
        connection.execute(_MOVED, {"before": json.dumps(page), "after": json.dumps(after), "id": act})
    catalogue.upgrade(empty)
    with empty.connect() as connection:
        found = connection.execute(text("SELECT act_id, dossier_id FROM page_act_dossier")).all()
    assert [tuple(each) for each in found] == [(act, target)]


_MOVED = text("UPDATE page_act SET kind = 'move-off', before = :before, after = :after WHERE id = :id")
_ANOTHER_DOSSIER = text(
    "INSERT INTO dossier (batch_id, organization_id, key, archive_no, layout, state, list_row, created_at) "
    "SELECT batch_id, organization_id, 'another', '', layout, state, list_row, created_at FROM dossier RETURNING id"
)
_READ_BEFORE = text(
    "INSERT INTO reading (version_id, engine, engine_version, object_key, rotation, line_count, characters, confidence, "
    "current, read_at) SELECT version_id, 'other', engine_version, object_key, rotation, line_count, characters, confidence, "
    ":current, read_at FROM reading"
)


def _must_hold(before: Rows, after: Rows) -> None:
    """All rows are there, with what they had; columns may have come."""
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table][: len(rows)]]
        assert kept == rows, table


def _must_be_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def _filled(engine: Engine, version: str) -> Rows:
    catalogue.upgrade(engine, version)
    with catalogue.writing(engine).begin() as connection:
        tables = tables_of(connection)
        add_to_each_table(connection, tables, 0)
        return all_rows(connection, tables)
