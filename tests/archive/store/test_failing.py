"""The failing stores fail as they say, so that tests of other rooms may stand on them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from archive.store.contract import ObjectStore
from archive.store.folder import FolderStore
from base.errors import StorageError
from tests.archive.store.contract import StoreContract
from tests.archive.store.failing import Corrupts, Delegating, Dies, FillsUp, Late
from tests.archive.store.stores import PAGE, original, put


@pytest.fixture
def whole(tmp_path: Path) -> ObjectStore:
    return FolderStore.create(tmp_path / "objects")


class TestDelegatingKeepsTheContract(StoreContract):
    @pytest.fixture
    def store(self, whole: ObjectStore) -> ObjectStore:
        return Delegating(whole)


def test_fills_up_has_room_for_what_fits(whole: ObjectStore) -> None:
    store = FillsUp(whole, room=len(PAGE))
    put(store, original())
    with pytest.raises(StorageError) as error:
        put(store, original(b"x"))
    assert error.value.code == "disk.full"
    assert not whole.exists(original(b"x").key)


@pytest.mark.parametrize("after_write", [False, True])
def test_dies_before_or_after_the_write(whole: ObjectStore, after_write: bool) -> None:
    store = Dies(whole, puts=1, after_write=after_write)
    put(store, original())
    with pytest.raises(StorageError) as error:
        put(store, original(b"x"))
    assert error.value.code == "store.unreachable"
    assert whole.exists(original(b"x").key) == after_write


def test_late_answers_late(whole: ObjectStore) -> None:
    store = Late(whole, seconds=0.05)
    start = time.monotonic()
    put(store, original())
    assert store.read(original().key) == PAGE
    assert time.monotonic() - start >= 0.1


def test_corrupts_gives_back_other_bytes(whole: ObjectStore) -> None:
    put(whole, original())
    store = Corrupts(whole)
    assert store.read(original().key) != PAGE
    assert store.check(original().key, sha256=original().sha256).state == "bad"
