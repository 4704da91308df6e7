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

from archive import audit
from archive.access import machine_viewer
from archive.catalogue import Catalogue, create_catalogue, open_catalogue
from archive.prefixes import begins
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


def test_a_catalogue_of_a_newer_version_is_left_alone(tmp_path: Path, catalogue: Catalogue) -> None:
    with catalogue.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError) as caught:
        open_catalogue(load_settings(tmp_path, {}))
    assert caught.value.code == "catalogue.newer"


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


def test_a_reading_session_sees_one_state_of_everything(catalogue: Catalogue) -> None:
    with catalogue.read() as session:
        assert session.scalars(select(Organization)).all() == []
        with catalogue.write() as other:
            other.add(Organization(kind="district", name="甲区", path="/1/"))
        assert session.scalars(select(Organization)).all() == []
    with catalogue.read() as session:
        assert len(session.scalars(select(Organization)).all()) == 1


def test_texts_stand_in_the_order_of_their_code_points(catalogue: Catalogue) -> None:
    """So 档号 sort alike on both databases and in the code: capitals before small letters, rare characters last."""
    names = ["A-10", "A-2", "a-1", "B", "一", "张", "丁", "𬀩", "～", "Ａ", "_", "%"]
    with catalogue.write() as session:
        session.add_all(Organization(kind="district", name=name, path="/1/") for name in names)
    with catalogue.read() as session:
        assert session.scalars(select(Organization.name).order_by(Organization.name)).all() == sorted(names)


@pytest.mark.parametrize(
    ("text_", "found"),
    [("张", ["张", "张三", "张𬀩"]), ("张𬀩", ["张𬀩"]), ("a", ["ab"]), ("%", ["%x"]), ("_", []), ("", None)],
)
def test_what_begins_with_a_text(catalogue: Catalogue, text_: str, found: list[str] | None) -> None:
    names = ["张", "张三", "张𬀩", "李", "ab", "Ab", "%x"]
    with catalogue.write() as session:
        session.add_all(Organization(kind="district", name=name, path="/1/") for name in names)
    with catalogue.read() as session:
        got = session.scalars(select(Organization.name).where(begins(Organization.name, text_))).all()
    assert sorted(got) == sorted(names if found is None else found)


def test_the_chain_of_the_trail_holds_however_many_write_at_once(catalogue: Catalogue) -> None:
    def act() -> None:
        for number in range(10):
            with catalogue.write() as session:
                audit.record(session, machine_viewer("tester"), "page.view", f"page:{number}", share=0.1)

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalogue.read() as session:
        assert audit.verify(session) == audit.AuditCheck(40, ())
