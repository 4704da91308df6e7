"""A backup holds all that the catalogue named at one moment; brought back it is the same office, byte for byte."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.catalogue import SQLITE_FILE
from archive.custody.ledger import record
from archive.office import open_office
from archive.store.keys import original_key
from archive.tables import AuditEntry, StoredObject
from base.digests import sha256_of_bytes
from base.errors import InputError, StorageError
from base.settings import Settings
from ingest.custody import backup as making
from ingest.custody import restore as bringing
from ingest.custody.backup import BackedUp, back_up
from ingest.custody.fsck import fsck
from ingest.custody.restore import restore
from ingest.custody.vault import Vault
from tests.archive.store.failing import FillsUp
from tests.ingest.custody.holdings import WHO, Holdings, flip, store

# The same on PostgreSQL: test_on_postgres.py.
pytestmark = pytest.mark.sqlite


def empty(folder: Path) -> Settings:
    return Settings(data_dir=folder / "new")  # type: ignore[call-arg]


def saved(held: Holdings, folder: Path) -> BackedUp:
    return back_up(held.office, folder / "backup", WHO)


def all_objects(held: Holdings) -> dict[str, bytes]:
    return {each.key: held.office.store.read(each.key) for each in held.office.store.list()}


def test_what_is_brought_back_is_the_same_office(held: Holdings, tmp_path: Path) -> None:
    done = saved(held, tmp_path)
    assert done.whole
    assert done.objects == done.new + done.known == len(all_objects(held))
    back = restore(empty(tmp_path), tmp_path / "backup", WHO)
    office = open_office(empty(tmp_path))
    assert {each.key: office.store.read(each.key) for each in office.store.list()} == all_objects(held)
    assert fsck(office, index=False).clean
    with office.catalogue.read() as session:
        assert (
            session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one()
            == "custody.restore"
        )
        assert set(session.scalars(select(StoredObject.how))) == {"fsck"}
    office.close()
    assert (back.objects, back.missing, back.bad) == (done.objects, [], [])
    assert sorted(each.name for each in (tmp_path / "new").iterdir() if not each.name.startswith("catalogue")) == [
        "objects"
    ]


def test_a_second_backup_writes_what_is_new_alone_and_both_can_be_brought_back(held: Holdings, tmp_path: Path) -> None:
    first = saved(held, tmp_path)
    with held.office.catalogue.write() as session:
        record(session, store(held.office, held.keys["reading"], b'{"lines": ["read again"]}'))
    second = saved(held, tmp_path)
    assert (second.new, second.known) == (1, first.objects - 1)
    assert [each.name for each in sorted((tmp_path / "backup" / "snapshots").iterdir())] == [
        first.snapshot,
        second.snapshot,
    ]
    for name, expected in ((first.snapshot, False), (second.snapshot, True)):
        settings = Settings(data_dir=tmp_path / name)  # type: ignore[call-arg]
        restore(settings, tmp_path / "backup", WHO, name=name)
        office = open_office(settings)
        assert (office.store.read(held.keys["reading"]) == b'{"lines": ["read again"]}') is expected
        assert fsck(office, index=False).clean
        office.close()


def test_what_is_damaged_is_named_and_never_gets_into_a_backup(held: Holdings, tmp_path: Path) -> None:
    fsck(held.office, index=False)
    held.flip(held.keys["original"], 5)
    held.file(held.keys["copy"]).unlink()
    done = saved(held, tmp_path)
    assert sorted(key for key, _ in done.bad) == sorted([held.keys["original"], held.keys["copy"]])
    assert not done.whole
    back = restore(empty(tmp_path), tmp_path / "backup", WHO)
    assert sorted(key for key, _ in back.missing) == sorted([held.keys["original"], held.keys["copy"]])
    office = open_office(empty(tmp_path))
    assert {each.problem for each in fsck(office, index=False).bad} == {"missing"}
    office.close()


def test_a_reading_made_anew_between_snapshot_and_copy_is_taken_as_it_is(
    held: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No other page reads alike: bytes that lie in the backup already are not looked for again.
    with held.office.catalogue.write() as session:
        record(session, store(held.office, held.keys["reading"], b'{"lines": ["before"]}'))
    fsck(held.office, index=False)
    taking = making.snapshots.take

    def taken(settings: Settings, target: Path) -> None:
        taking(settings, target)
        with held.office.catalogue.write() as session:
            record(session, store(held.office, held.keys["reading"], b'{"lines": ["meanwhile"]}'))

    monkeypatch.setattr(making.snapshots, "take", taken)
    assert saved(held, tmp_path).whole
    restore(empty(tmp_path), tmp_path / "backup", WHO)
    office = open_office(empty(tmp_path))
    assert office.store.read(held.keys["reading"]) == b'{"lines": ["meanwhile"]}'
    assert fsck(office, index=False).clean
    office.close()


def test_what_came_after_the_snapshot_is_not_in_it(
    held: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking = making.snapshots.take

    def taken(settings: Settings, target: Path) -> None:
        taking(settings, target)
        with held.office.catalogue.write() as session:
            record(session, store(held.office, original_key(sha256_of_bytes(b"later")), b"later"))

    monkeypatch.setattr(making.snapshots, "take", taken)
    saved(held, tmp_path)
    restore(empty(tmp_path), tmp_path / "backup", WHO)
    office = open_office(empty(tmp_path))
    assert not office.store.exists(original_key(sha256_of_bytes(b"later")))
    assert fsck(office, index=False).clean
    office.close()


def test_a_backup_that_was_killed_is_gone_on_with(
    held: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0
    bringing_one = making._brought

    def dies(*arguments: object) -> object:
        nonlocal count
        count += 1
        if count > 5:
            raise KeyboardInterrupt
        return bringing_one(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "_brought", dies)
    with pytest.raises(KeyboardInterrupt):
        saved(held, tmp_path)
    assert Vault.open(tmp_path / "backup", held.office.settings).names() == []
    monkeypatch.undo()
    # A journal that a killed process left beside the unfinished snapshot must not be played into the next one.
    (tmp_path / "backup" / "snapshots" / "unfinished" / f"{SQLITE_FILE}-wal").write_bytes(
        b"\x37\x7f\x06\x82 stale" * 99
    )
    done = saved(held, tmp_path)
    assert done.whole
    assert done.known >= 5
    restore(empty(tmp_path), tmp_path / "backup", WHO)


@pytest.mark.parametrize("after", [0, 3, 99])
def test_a_restore_that_was_killed_is_gone_on_with(
    held: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    saved(held, tmp_path)
    count = 0
    bringing_one, finishing = bringing._brought, bringing._finish

    def dies(*arguments: object) -> object:
        nonlocal count
        count += 1
        if count > after:
            raise KeyboardInterrupt
        return bringing_one(*arguments)  # type: ignore[arg-type]

    def dies_at_last(settings: Settings, work: Path) -> None:
        (work / SQLITE_FILE).rename(settings.data_dir / SQLITE_FILE)
        raise KeyboardInterrupt

    monkeypatch.setattr(bringing, "_brought", dies)
    monkeypatch.setattr(bringing, "_finish", dies_at_last)
    with pytest.raises(KeyboardInterrupt):
        restore(empty(tmp_path), tmp_path / "backup", WHO)
    monkeypatch.setattr(bringing, "_brought", bringing_one)
    monkeypatch.setattr(bringing, "_finish", finishing)
    if after < 99:
        with pytest.raises(StorageError, match=r"(?i)init"):
            open_office(empty(tmp_path))  # a half-restored office never opens
    assert restore(empty(tmp_path), tmp_path / "backup", WHO).resumed
    office = open_office(empty(tmp_path))
    assert fsck(office, index=False).clean
    assert {each.key for each in office.store.list()} == set(all_objects(held))
    office.close()


def test_nothing_is_restored_over_an_office(held: Holdings, tmp_path: Path) -> None:
    saved(held, tmp_path)
    before = all_objects(held)
    with pytest.raises(InputError) as error:
        restore(held.office.settings, tmp_path / "backup", WHO)
    assert error.value.code == "restore.not-empty"
    assert all_objects(held) == before
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "letter.txt").write_text("something else")
    with pytest.raises(InputError):
        restore(empty(tmp_path), tmp_path / "backup", WHO)
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["letter.txt"]


def test_a_backup_is_not_made_into_a_folder_of_other_things(held: Holdings, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "letter.txt").write_text("something else")
    with pytest.raises(InputError) as error:
        saved(held, tmp_path)
    assert error.value.code == "backup.not-empty"


def test_a_damaged_snapshot_is_refused_and_a_damaged_object_is_named(held: Holdings, tmp_path: Path) -> None:
    done = saved(held, tmp_path)
    folder = tmp_path / "backup" / "snapshots" / done.snapshot
    good = (folder / "objects.jsonl").read_bytes()
    (folder / "objects.jsonl").write_bytes(good[:-2])
    with pytest.raises(StorageError) as error:
        restore(empty(tmp_path), tmp_path / "backup", WHO)
    assert error.value.code == "backup.damaged"
    (folder / "objects.jsonl").write_bytes(good)
    digest = held.keys["original"].removeprefix("originals/")
    flip(tmp_path / "backup" / "objects" / "originals" / digest[:2] / digest[2:4] / digest, 4)
    back = restore(empty(tmp_path), tmp_path / "backup", WHO)
    assert [key for key, _ in back.bad] == [held.keys["original"]]


def test_a_backup_disk_that_is_full_says_so_and_keeps_the_last_snapshot(
    held: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = saved(held, tmp_path)
    with held.office.catalogue.write() as session:
        record(session, store(held.office, original_key(sha256_of_bytes(b"more")), b"more"))
    opening = Vault.open_or_create
    monkeypatch.setattr(
        Vault, "open_or_create", lambda *a: Vault(opening(*a).root, FillsUp(opening(*a).objects, 2)), raising=True
    )
    with pytest.raises(StorageError) as error:
        saved(held, tmp_path)
    assert error.value.code == "disk.full"
    assert Vault.open(tmp_path / "backup", held.office.settings).names() == [first.snapshot]


def test_the_snapshot_is_one_file_that_sqlite_alone_can_read(held: Holdings, tmp_path: Path) -> None:
    done = saved(held, tmp_path)
    folder = tmp_path / "backup" / "snapshots" / done.snapshot
    assert sorted(each.name for each in folder.iterdir()) == ["catalogue.sqlite", "objects.jsonl", "snapshot.json"]
    with sqlite3.connect(f"file:{folder / 'catalogue.sqlite'}?mode=ro", uri=True) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert found.execute("SELECT count(*) FROM stored_object").fetchone() == (done.objects,)
    found.close()
