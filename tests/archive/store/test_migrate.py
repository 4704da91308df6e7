"""A move between two stores: nothing is lost, nothing damaged is taken along as good, and it goes on where it stopped."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from archive.store import migrate as moving
from archive.store.contract import ObjectStore
from archive.store.encrypted import EncryptedStore
from archive.store.folder import FolderStore
from archive.store.key_file import add_key
from archive.store.migrate import Journal, migrate
from archive.store.open import create_store
from archive.store.s3 import S3Store
from base.errors import StorageError
from base.progress import Silent
from base.settings import Settings
from tests.archive.store.failing import Dies
from tests.archive.store.stores import PAGE, Sample, derived, original, put

SAMPLES = [original(PAGE + bytes([number])) for number in range(90)] + [derived(b"text", str(n)) for n in range(40)]


@pytest.fixture
def source(tmp_path: Path) -> FolderStore:
    store = FolderStore.create(tmp_path / "from")
    for sample in SAMPLES:
        put(store, sample)
    return store


@pytest.fixture
def target(tmp_path: Path) -> ObjectStore:
    add_key(tmp_path / "keys")
    return create_store(Settings(data_dir=tmp_path / "to", store_key_file=str(tmp_path / "keys")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.json"


def journal(path: Path) -> Journal:
    return Journal(path, "from", "to")


def assert_alike(one: ObjectStore, other: ObjectStore) -> None:
    assert list(one.list()) == list(other.list())
    assert all(one.read(info.key) == other.read(info.key) for info in one.list())


def spoil(store: FolderStore, sample: Sample) -> None:
    path = store._path(sample.key)
    path.chmod(0o600)
    path.write_bytes(b"?" + sample.data[1:])


def test_all_objects_are_moved_there_and_back(
    source: FolderStore, target: ObjectStore, path: Path, tmp_path: Path
) -> None:
    moved = migrate(source, target, journal(path), Silent())
    assert (moved.copied, moved.bad, moved.only_there) == (len(SAMPLES), {}, 0)
    assert moved.size == sum(len(sample.data) for sample in SAMPLES)
    assert isinstance(target, EncryptedStore)
    assert_alike(source, target)
    late = original(b"late")
    put(source, late)
    again = migrate(source, target, journal(path), Silent())
    assert (again.skipped, again.copied) == (len(SAMPLES) + 1, 1)
    back = FolderStore.create(tmp_path / "back")
    migrate(target, back, Journal(path, "to", "from"), Silent())
    assert_alike(source, back)


def test_what_is_damaged_is_named_and_left_behind_and_its_neighbours_go(
    source: FolderStore, target: ObjectStore, path: Path
) -> None:
    spoil(source, SAMPLES[3])
    moved = migrate(source, target, journal(path), Silent())
    assert moved.bad == {SAMPLES[3].key: "store.damaged"}
    assert moved.copied == len(SAMPLES) - 1
    assert not target.exists(SAMPLES[3].key)


@pytest.mark.parametrize("puts", [0, 1, 70, 129])
def test_a_move_that_breaks_off_goes_on_where_it_stopped(
    source: FolderStore, target: ObjectStore, path: Path, puts: int
) -> None:
    with pytest.raises(StorageError) as error:
        migrate(source, Dies(target, puts), journal(path), Silent())
    assert error.value.code == "store.unreachable"
    moved = migrate(source, target, journal(path), Silent())
    assert moved.skipped == (puts // 64) * 64
    assert moved.copied + moved.skipped == len(SAMPLES)
    assert_alike(source, target)


def test_a_journal_of_another_move_is_not_gone_on_with(source: FolderStore, target: ObjectStore, path: Path) -> None:
    path.write_text(json.dumps({"source": "from", "target": "elsewhere", "last": "p"}))
    assert migrate(source, target, journal(path), Silent()).copied == len(SAMPLES)


def test_what_the_office_adds_meanwhile_is_found_in_the_last_round(
    source: FolderStore, target: ObjectStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = [original(b"late" + bytes([number])) for number in range(9)]
    really_reached = Journal.reached

    def adds(self: Journal, key: str) -> None:
        for sample in late:
            put(source, sample)
        put(source, derived(b"longer text", "7"), replace=True)
        really_reached(self, key)

    monkeypatch.setattr(moving.Journal, "reached", adds)
    put(target, original(b"only there"))
    moved = migrate(source, target, journal(path), Silent())
    assert moved.only_there == 1
    assert all(target.read(sample.key) == sample.data for sample in late)
    assert target.read(derived(b"", "7").key) == b"longer text"


def test_a_second_look_reads_everything_again(source: FolderStore, target: ObjectStore, path: Path) -> None:
    migrate(source, target, journal(path), Silent())
    put(source, derived(b"TEXT", "5"), replace=True)  # of the same length: no list tells
    moved = migrate(source, target, journal(path), Silent(), recheck=True)
    assert moved.copied == len(SAMPLES)
    assert_alike(source, target)


@pytest.mark.service
def test_a_folder_moves_to_a_server_and_its_originals_are_locked_there(
    source: FolderStore, store: S3Store, path: Path, tmp_path: Path
) -> None:
    big = original(os.urandom(1 << 20) * 18)
    put(source, big)
    migrate(source, store, journal(path), Silent())
    assert_alike(source, store)
    assert all(store.protection(sample.key) is not None for sample in (SAMPLES[0], big))
    back = FolderStore.create(tmp_path / "back")
    migrate(store, back, Journal(path, "to", "from"), Silent())
    assert_alike(source, back)
