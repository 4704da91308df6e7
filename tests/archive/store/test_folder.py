from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.store import folder, streams
from archive.store.folder import INCOMING, MARKER, FolderStore
from base.errors import StorageError
from tests.archive.store.contract import StoreContract
from tests.archive.store.stores import PAGE, derived, mend, original, put


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def store(root: Path) -> FolderStore:
    return FolderStore.create(root)


def files_below(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class TestFolderKeepsTheContract(StoreContract):
    pass


def test_objects_lie_two_levels_down_and_cannot_be_written(store: FolderStore, root: Path) -> None:
    put(store, original())
    digest = original().sha256
    path = root / "originals" / digest[:2] / digest[2:4] / digest
    assert path.read_bytes() == PAGE
    assert path.stat().st_mode & 0o777 == 0o440


def test_another_process_finds_what_was_put(store: FolderStore, root: Path) -> None:
    put(store, original())
    assert FolderStore(root).read(original().key) == PAGE


def test_a_folder_without_marker_is_no_store_and_is_not_written_to(root: Path) -> None:
    root.mkdir()
    with pytest.raises(StorageError) as error:
        FolderStore(root)
    assert error.value.code == "store.marker-missing"
    assert list(root.iterdir()) == []
    with pytest.raises(StorageError) as error:
        FolderStore(root / "missing")
    assert error.value.code == "store.marker-missing"


def test_a_store_is_never_made_over_another(store: FolderStore, root: Path) -> None:
    put(store, original())
    with pytest.raises(StorageError) as error:
        FolderStore.create(root)
    assert error.value.code == "store.marker-exists"
    assert FolderStore(root).exists(original().key)


def test_a_drive_that_goes_away_while_running_is_not_written_to(store: FolderStore, root: Path) -> None:
    put(store, original())
    root.rename(root.with_name("unmounted"))
    root.mkdir()
    asks: tuple[Callable[[], object], ...] = (
        lambda: put(store, original(b"new")),
        lambda: put(store, derived(b"new"), replace=True),
        lambda: store.read(original().key),
        lambda: store.stat(original().key),
        lambda: list(store.list()),
        lambda: store.delete(derived(b"").key),
    )
    for ask in asks:
        with pytest.raises(StorageError) as error:
            ask()
        assert error.value.code == "store.marker-missing"
    answer = store.check(original().key, sha256=original().sha256)
    assert (answer.state, answer.code) == ("could_not_check", "store.marker-missing")
    assert list(root.iterdir()) == []


def test_another_drive_at_the_same_place_is_not_written_to(store: FolderStore, root: Path) -> None:
    root.rename(root.with_name("first"))
    FolderStore.create(root)
    with pytest.raises(StorageError) as error:
        put(store, original())
    assert error.value.code == "store.marker-other"
    assert files_below(root) == [MARKER]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk.full"),
        (errno.EDQUOT, "disk.full"),
        (errno.EROFS, "store.read-only"),
        (errno.EIO, "store.failed"),
    ],
)
@pytest.mark.parametrize("step", ["write", "fsync", "link", "mkstemp"])
def test_a_disk_that_breaks_at_any_step_leaves_no_half_object(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, code: str
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    put(store, derived(b"before", "0"))
    before = files_below(root)
    with monkeypatch.context() as patch:
        patch.setattr(folder.tempfile if step == "mkstemp" else os, step, breaks)
        with pytest.raises(StorageError) as error:
            put(store, derived(PAGE))
    assert error.value.code == code
    assert error.value.text("en")
    assert files_below(root) == before
    put(store, derived(PAGE))
    assert store.read(derived(b"").key) == PAGE


def test_a_disk_that_fills_up_in_the_middle_leaves_room_and_no_half_object(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = [3 << 20]
    really_write = os.write

    def fills_up(descriptor: int, data: memoryview) -> int:
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        room[0] -= 100_000
        return really_write(descriptor, data[:100_000])

    page = original(PAGE * 4000)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fills_up)
        with pytest.raises(StorageError) as error:
            put(store, page, stream=True)
    assert error.value.code == "disk.full"
    assert files_below(root) == [MARKER]
    put(store, page, stream=True)
    assert store.read(page.key) == page.data


def test_a_disk_that_lies_is_found_out_by_reading_back(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_write = os.write

    def flips_a_bit(descriptor: int, data: memoryview) -> int:
        return really_write(descriptor, bytes([data[0] ^ 1]) + bytes(data[1:]))

    monkeypatch.setattr(os, "write", flips_a_bit)
    with pytest.raises(StorageError) as error:
        put(store, original())
    assert error.value.code == "store.verify-failed"
    assert files_below(root) == [MARKER]


def test_a_share_without_hard_links_is_served_by_renaming(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def knows_no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", knows_no_links)
    put(store, original())
    assert store.read(original().key) == PAGE
    assert len(files_below(root)) == 2


def test_the_loser_of_a_race_sees_the_winners_bytes(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer publishes between our look and our link."""
    really_link = os.link

    def is_beaten(source: Path, target: Path, **_: object) -> None:
        Path(target).write_bytes(b"winner")
        really_link(source, target)

    monkeypatch.setattr(os, "link", is_beaten)
    with pytest.raises(StorageError) as error:
        put(store, derived(b"loser"))
    assert error.value.code == "store.conflict"
    assert store.read(derived(b"").key) == b"winner"


def test_a_damaged_original_is_bad_and_is_not_taken_for_the_delivered_one(store: FolderStore, root: Path) -> None:
    page = original()
    put(store, page)
    path = next(root.glob("originals/*/*/*"))
    path.chmod(0o600)
    path.write_bytes(PAGE[:-1] + b"?")
    assert store.check(page.key, sha256=page.sha256).state == "bad"
    with pytest.raises(StorageError) as error:
        put(store, page)
    assert error.value.code == "store.conflict"
    mend(store, page)
    assert store.check(page.key, sha256=page.sha256).state == "good"
    assert [each.read_bytes() for each in root.glob("damaged/*")] == [PAGE[:-1] + b"?"]
    assert [each.key for each in store.list()] == [page.key]


def test_a_strange_file_in_the_store_is_listed_and_stops_nobody(store: FolderStore, root: Path) -> None:
    put(store, original())
    folder = next(root.glob("originals/*/*"))
    (folder / "Thumbs.db").write_bytes(b"thumbs")
    assert [each.key for each in store.list()] == [original().key, "originals/Thumbs.db"]


def test_an_object_that_cannot_be_read_could_not_be_checked(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, original())

    def breaks(*_: object) -> str:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(streams, "digests_of_stream", breaks)
    answer = store.check(original().key, sha256=original().sha256)
    assert (answer.state, answer.code) == ("could_not_check", "store.failed")


def test_what_a_killed_writer_left_goes_after_a_day_and_not_before(store: FolderStore, root: Path) -> None:
    old, young = root / INCOMING / "old", root / INCOMING / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"being written")
    two_days_ago = time.time() - 2 * 86400
    os.utime(old, (two_days_ago, two_days_ago))
    FolderStore(root)
    assert not old.exists()
    assert young.exists()
    assert list(store.list()) == []


def test_a_drive_that_goes_away_in_the_middle_of_a_write_is_not_written_to(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its mount point stays behind, empty, and stays so."""
    really_sync = os.fsync

    def goes_away(descriptor: int) -> None:
        really_sync(descriptor)
        root.rename(root.with_name("unmounted"))
        root.mkdir()

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", goes_away)
        with pytest.raises(StorageError) as error:
            put(store, original())
    assert error.value.code == "store.marker-missing"
    assert list(root.iterdir()) == []


def test_short_writes_are_gone_on_with_and_a_write_of_nothing_is_a_full_disk(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_write = os.write
    page = original(PAGE * 40)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: really_write(descriptor, data[:7001]))
        put(store, page)
    assert store.check(page.key, sha256=page.sha256).state == "good"
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda *_: 0)
        with pytest.raises(StorageError) as error:
            put(store, original())
    assert error.value.code == "disk.full"


def test_a_name_that_could_not_be_made_durable_is_made_so_by_the_next_try(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first error comes after the name was given: who tries again must not believe in it unsynced."""
    page = original()

    def breaks(_: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(folder, "sync_folder", breaks)
            with pytest.raises(StorageError) as error:
                put(store, page)
        assert error.value.code == "store.failed"
    put(store, page)
    assert store.check(page.key, sha256=page.sha256).state == "good"
