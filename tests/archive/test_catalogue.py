"""The catalogue: schema, migrations, transactions, times."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from archive.catalogue import Catalogue, create_catalogue, open_catalogue
from archive.tables import Batch, Organization, Table
from base.clock import now
from base.errors import StorageError
from base.settings import load_settings


def test_the_migrations_make_the_tables_of_the_code(catalogue: Catalogue) -> None:
    with catalogue.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


@pytest.mark.sqlite
def test_opening_where_none_was_made_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        open_catalogue(load_settings(tmp_path, {}))
    assert caught.value.code == "catalogue.missing"
    assert "juanzong init" in caught.value.text("zh_CN")
    assert list(tmp_path.iterdir()) == []


def test_opening_again_keeps_the_data(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    first = create_catalogue(settings)
    with first.write() as session:
        session.add(Organization(kind="district", name="甲区", path="/1/"))
    first.close()
    again = open_catalogue(settings)
    with again.read() as session:
        assert session.scalars(select(Organization.name)).all() == ["甲区"]
    again.close()


def test_foreign_keys_hold(catalogue: Catalogue) -> None:
    with pytest.raises(IntegrityError), catalogue.write() as session:
        session.add(Batch(name="b", organization_id=999, created_at=now()))


def test_times_come_back_aware_and_in_utc_and_naive_ones_are_refused(catalogue: Catalogue) -> None:
    beijing = timezone(timedelta(hours=8))
    with catalogue.write() as session:
        session.add(Organization(id=1, kind="district", name="甲区", path="/1/"))
        session.add(Batch(name="b", organization_id=1, created_at=datetime(2026, 1, 1, 7, tzinfo=beijing)))
    with catalogue.read() as session:
        assert session.scalars(select(Batch.created_at)).one() == datetime(2025, 12, 31, 23, tzinfo=UTC)
    with pytest.raises(StatementError, match="aware"), catalogue.write() as session:
        session.add(Batch(name="c", organization_id=1, created_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_a_reading_session_does_not_write(catalogue: Catalogue) -> None:
    with catalogue.read() as session:
        session.execute(text("INSERT INTO organization (kind, name, path) VALUES ('x', 'x', '/9/')"))
    with catalogue.read() as session:
        assert session.scalars(select(Organization)).all() == []


def test_two_writers_wait_for_each_other(catalogue: Catalogue) -> None:
    with catalogue.write() as session:
        session.add(Organization(id=1, kind="district", name="0", path="/1/"))

    def add_one() -> None:
        for _ in range(20):
            with catalogue.write() as session:
                unit = session.get_one(Organization, 1)
                unit.name = str(int(unit.name) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalogue.read() as session:
        assert session.get_one(Organization, 1).name == "80"
