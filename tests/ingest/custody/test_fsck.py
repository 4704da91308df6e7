"""Every difference between catalogue, objects and index is named, whatever it is; and nothing else is."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from archive.custody.ledger import Entry, Seen, Written, record
from archive.store.contract import ObjectStore
from archive.store.keys import copy_key, derived_key, original_key
from archive.tables import Batch, JobRow, Page, PageVersion, StoredObject
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import StorageError
from ingest.custody import again
from ingest.custody import fsck as walk
from ingest.custody.fsck import StoppedError, fsck
from ingest.custody.report import Report
from ingest.indexer import drain, open_index
from tests.ingest.custody.holdings import KINDS, Holdings, overwrite, store


def found(report: Report) -> list[tuple[str, str]]:
    return [(each.id, each.problem) for each in report.bad]


def objects_only(held: Holdings, **options: bool) -> Report:
    return fsck(held.office, **{"index": False} | options)


def test_an_office_that_is_well_is_clean_and_says_how_much_was_looked_at(held: Holdings) -> None:
    report = objects_only(held)
    answer = report.as_json()
    assert report.clean
    assert answer["bad"] == answer["could_not_check"] == answer["in_flight"] == []
    listed = len(list(held.office.store.list()))
    assert answer["parts"]["objects"]["checked"] == listed
    assert answer["checked"] == answer["good"] == listed + 1
    assert objects_only(held).as_json()["sighted"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_is_found_wherever_it_is(held: Holdings, kind: str) -> None:
    assert objects_only(held).clean
    for seed in range(3):
        good = held.file(held.keys[kind]).read_bytes()
        held.flip(held.keys[kind], seed)
        report = objects_only(held)
        assert found(report) == [(held.keys[kind], "changed")]
        assert not report.clean
        assert report.bad[0].rows
        overwrite(held.file(held.keys[kind]), good)
    assert objects_only(held).clean


def test_what_is_lost_or_cut_short_is_named_with_its_page_and_dossier(held: Holdings) -> None:
    objects_only(held)
    held.file(held.keys["original"]).unlink()
    path = held.file(held.keys["copy"])
    overwrite(path, path.read_bytes()[:-7])
    for full in (True, False):
        report = objects_only(held, full=full)
        assert sorted(found(report)) == sorted([(held.keys["original"], "missing"), (held.keys["copy"], "wrong-size")])
        rows = {each.id: each.rows for each in report.bad}
        assert f"dossier:{held.dossier_id}" in rows[held.keys["original"]]
        assert any(each.startswith("copy:") for each in rows[held.keys["copy"]])


def test_a_quick_look_reads_nothing_that_has_its_size(held: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    objects_only(held)
    held.flip(held.keys["view"], 1)
    monkeypatch.setattr(walk, "look", lambda *_: pytest.fail("it was read"))
    assert objects_only(held, full=False).clean


def test_an_object_without_a_row_is_named_and_stays(held: Holdings) -> None:
    strays = [original_key(sha256_of_bytes(b"stray")), copy_key(sha256_of_bytes(b"stray"))]
    strays.append(derived_key("0" * 64, "view1600_0", "1", ".jpg"))
    for key in strays:
        store(held.office, key, b"stray")
    (held.objects / "originals" / "Thumbs.db").write_bytes(b"x")
    report = objects_only(held)
    assert sorted(found(report)) == sorted([*((key, "orphan") for key in strays), ("originals/Thumbs.db", "foreign")])
    assert all(held.file(key).exists() for key in strays)
    assert (held.objects / "originals" / "Thumbs.db").exists()


def test_what_an_earlier_version_of_a_step_left_is_counted_and_no_fault(held: Holdings) -> None:
    digest = held.keys["original"].removeprefix("originals/")
    store(held.office, derived_key(digest, "view1600_0", "0", ".jpg"), b"of an older version")
    report = objects_only(held)
    assert (report.clean, report.superseded) == (True, 1)


def test_a_row_that_follows_its_object_is_waited_for(held: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_PATIENCE_S", 20.0)
    late = store(held.office, original_key(sha256_of_bytes(b"a new page")), b"a new page")

    def commit() -> None:
        time.sleep(0.3)
        with held.office.catalogue.write() as session:
            version = session.scalars(select(PageVersion).limit(1)).one()
            session.execute(
                text(
                    "INSERT INTO received_file (batch_id, path, sha256, size, object_key, state, reason_params, received_at) "
                    "SELECT batch_id, 'later.jpg', :sha256, 10, :key, 'received', '{}', received_at FROM received_file WHERE id = :id"
                ),
                {"sha256": late.sha256, "key": late.key, "id": version.file_id},
            )

    thread = threading.Thread(target=commit)
    thread.start()
    report = objects_only(held)
    thread.join()
    assert report.clean


def test_while_a_delivery_comes_in_a_young_object_is_on_its_way_and_an_old_one_is_an_orphan(
    held: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held.office.catalogue.write() as session:
        session.execute(update(Batch).values(received_at=None))
    young = store(held.office, original_key(sha256_of_bytes(b"young")), b"young")
    report = objects_only(held)
    assert report.clean
    assert report.in_flight == [young.key]
    monkeypatch.setattr(again, "_YOUNG", again._YOUNG * 0)
    assert found(objects_only(held)) == [(young.key, "orphan")]


def test_what_is_written_while_the_walk_runs_is_on_its_way(held: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = walk.side_by_side, list[Written]()

    def meanwhile(*arguments: object) -> object:
        made.append(store(held.office, original_key(sha256_of_bytes(b"just now")), b"just now"))
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(walk, "side_by_side", meanwhile)
    report = objects_only(held)
    assert report.clean
    assert report.in_flight == [made[0].key]
    monkeypatch.setattr(walk, "side_by_side", real)
    assert found(objects_only(held)) == [(made[0].key, "orphan")]


def test_a_view_that_is_being_made_again_is_no_fault_and_an_original_always_is(held: Holdings) -> None:
    objects_only(held)
    with held.office.catalogue.write() as session:
        version = session.scalars(select(PageVersion).where(PageVersion.object_key == held.keys["original"])).first()
        assert version is not None
        session.add(
            JobRow(kind="measure", subject_id=version.id, unique_key="again", state="running", created_at=now())
        )
    held.flip(held.keys["view"], 2)
    held.flip(held.keys["original"], 2)
    report = objects_only(held)
    assert found(report) == [(held.keys["original"], "changed")]
    assert report.in_flight == [held.keys["view"]]


def test_other_bytes_that_a_step_recorded_are_good(held: Holdings) -> None:
    """A reading that was made again lies under its old key; its new digest came with the row."""
    objects_only(held)
    made = store(held.office, held.keys["reading"], b'{"lines": []}')
    with held.office.catalogue.write() as session:
        record(session, made)
    assert objects_only(held).clean


def test_an_object_that_cannot_be_read_could_not_be_checked(held: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    objects_only(held)
    path = held.file(held.keys["material"])
    path.unlink()
    path.mkdir()
    report = objects_only(held)
    assert [(each.id, each.problem) for each in report.could_not_check] == [(held.keys["material"], "unreadable")]
    assert not report.clean
    assert report.as_json()["parts"]["objects"]["could_not_check"] == 1


def test_a_store_that_is_away_is_an_error_and_not_a_list_of_losses(held: Holdings) -> None:
    (held.objects / "juanzong-store.json").rename(held.objects / "elsewhere")
    with pytest.raises(StorageError) as error:
        objects_only(held)
    assert error.value.code == "store.marker-missing"


def test_a_row_that_contradicts_itself_is_named_and_its_good_object_is_not(held: Holdings) -> None:
    objects_only(held)
    with held.office.catalogue.write() as session:
        version = session.scalars(select(PageVersion).where(PageVersion.object_key == held.keys["original"])).first()
        assert version is not None
        version.sha256 = "0" * 64
        number = version.id
    assert found(objects_only(held)) == [(f"page_version:{number}", "contradiction")]


@pytest.mark.sqlite
def test_a_damaged_database_is_said(held: Holdings) -> None:
    with sqlite3.connect(held.office.settings.data_dir / "catalogue.sqlite") as other:
        other.execute("UPDATE page_version SET page_id = 999 WHERE id = 1")
    other.close()
    report = objects_only(held)
    assert [(each.problem, each.where) for each in report.bad] == [("damaged", "catalogue")]


def test_a_walk_that_broke_off_is_gone_on_with_and_reads_the_rest(
    held: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects_only(held)
    monkeypatch.setattr(walk, "batches", lambda pairs: ([pair] for pair in pairs))
    held.flip(held.keys["copy"], 3)  # the first kind that is read
    turns = iter([False] * 4 + [True] * 99)
    with pytest.raises(StoppedError):
        fsck(held.office, index=False, stopping=lambda: next(turns))
    read: list[str] = []
    real = walk.look

    def looked(store_: ObjectStore, entry: Entry, size: int | None, *, sm3: bool) -> Seen:
        read.append(entry.key)
        return real(store_, entry, size, sm3=sm3)

    monkeypatch.setattr(walk, "look", looked)
    report = fsck(held.office, index=False, resume=True)
    assert report.resumed
    assert found(report) == [(held.keys["copy"], "changed")]
    assert len(read) == len(list(held.office.store.list())) - 3
    assert not fsck(held.office, index=False, resume=True).resumed


def test_a_reading_of_an_earlier_version_gets_its_digest_when_it_is_first_read(held: Holdings) -> None:
    report = objects_only(held)
    assert report.sighted > 0
    with held.office.catalogue.read() as session:
        rows = session.scalars(select(StoredObject)).all()
    assert all(row.sha256 and row.size is not None and row.checked_at for row in rows)
    assert {row.how for row in rows} == {"sight", "fsck"}


def test_the_index_is_held_against_the_catalogue_too(held: Holdings) -> None:
    index = open_index(held.office)
    drain(held.office, index)
    index.close()
    whole = fsck(held.office)
    assert whole.clean
    assert whole.parts["index"].checked > 0
    with held.office.catalogue.write() as session:
        page = session.scalars(select(Page).limit(1)).one()
        page.state = "removed"
    assert fsck(held.office).as_json()["index_waiting"] == 1
    with held.office.catalogue.write() as session:
        session.execute(text("DELETE FROM outbox WHERE indexed_at IS NULL"))
    report = fsck(held.office)
    assert [(each.where, each.problem) for each in report.bad] == [("index", "extra")]


def test_an_upgraded_office_whose_store_has_nothing_on_record_is_not_full_of_orphans(held: Holdings) -> None:
    with held.office.catalogue.write() as session:
        session.execute(text("DELETE FROM stored_object"))
    assert objects_only(held).clean


def test_memory_holds_no_more_than_what_is_wrong(held: Holdings, tmp_path: Path) -> None:
    """The two lists are merged as they come, in the order of keys: neither is ever held whole."""
    pairs = walk.side_by_side(held.office.catalogue, held.office.store)
    keys = [pair.key for pair in pairs]
    assert keys == sorted(keys)


def test_a_digest_on_record_is_never_written_over_by_a_look(held: Holdings) -> None:
    objects_only(held)
    with held.office.catalogue.write() as session:
        record(session, Written(held.keys["view"], "f" * 64, 1))
    report = objects_only(held)
    assert found(report) == [(held.keys["view"], "wrong-size")]
    with held.office.catalogue.read() as session:
        assert session.get_one(StoredObject, held.keys["view"]).sha256 == "f" * 64
