"""A watched folder: nothing half is taken, nothing is taken twice, nothing is moved away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.access import machine_viewer
from archive.office import Office
from base.errors import BusyError, InputError, StorageError
from base.progress import Silent
from ingest import watch as watching
from ingest.watch import Taken, Watch
from tests.ingest.conftest import MakePage
from tests.ingest.delivery.zips import gbk, write

WHO = machine_viewer("tester")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "incoming"
    made.mkdir()
    return made


@pytest.fixture
def made(office: Office, folder: Path, clock: Clock) -> Callable[[], Watch]:
    return lambda: Watch(office, folder, WHO, settle_s=60, clock=clock)


def turn(watch: Watch, clock: Clock, seconds: float = 61) -> list[Taken]:
    clock.now += seconds
    return watch.turn(Silent())


def new(taken: list[Taken]) -> list[tuple[str, int, int]]:
    return [(each.receipt.batch, each.receipt.new, each.receipt.known) for each in taken if each.receipt]


def test_a_delivery_is_taken_when_it_has_lain_still_and_stays(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage
) -> None:
    watch = made()
    first = page(folder / "三月" / "A001" / "001.jpg", "one")
    assert turn(watch, clock) == []
    page(folder / "三月" / "A001" / "002.jpg", "two")
    assert turn(watch, clock, 59) == []
    assert turn(watch, clock, 59) == []
    assert watch.waiting == ["三月"]
    assert new(turn(watch, clock, 2)) == [("三月", 2, 0)]
    assert first.exists()
    assert turn(watch, clock) == []
    assert watch.waiting == []


def test_a_restart_takes_nothing_twice_and_what_comes_later_is_added(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage, office: Office
) -> None:
    page(folder / "三月" / "A001" / "001.jpg", "one")
    watch = made()
    turn(watch, clock)
    assert new(turn(watch, clock)) == [("三月", 1, 0)]
    again = made()
    assert turn(again, clock) + turn(again, clock) == []
    page(folder / "三月" / "A001" / "002.jpg", "two")
    turn(again, clock)
    assert new(turn(again, clock)) == [("三月", 1, 1)]
    (memory,) = office.settings.data_dir.glob("watched-*.json")
    assert "三月" not in memory.read_text() and len(json.loads(memory.read_text())) == 1


@pytest.mark.parametrize(
    "name", ["002.jpg.part", "002.tmp", "~$目录.xlsx", ".002.jpg.Ab12Cd", "x.crdownload", ".scanning.part"]
)
def test_what_is_still_being_written_holds_up_its_delivery_and_no_other(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage, name: str
) -> None:
    page(folder / "三月" / "A001" / "001.jpg", "one")
    page(folder / "四月" / "A002" / "001.jpg", "two")
    (folder / "三月" / "A001" / name).write_bytes(b"half")
    watch = made()
    turn(watch, clock)
    assert new(turn(watch, clock)) == [("四月", 1, 0)]
    # Nobody has touched it for an hour: it was left behind.
    assert new(turn(watch, clock, 3600)) == [("三月", 1, 0)]


def test_a_file_that_has_its_size_but_not_yet_its_bytes_is_waited_for(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage
) -> None:
    path = page(folder / "三月" / "A001" / "001.jpg", "one")
    whole = path.read_bytes()
    path.write_bytes(whole[:500] + bytes(len(whole) + 8192))
    watch = made()
    turn(watch, clock)
    assert turn(watch, clock) == []
    path.write_bytes(whole)
    turn(watch, clock)
    assert new(turn(watch, clock)) == [("三月", 1, 0)]


def test_loose_files_go_to_one_batch_and_none_is_taken_for_moved(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage
) -> None:
    first = page(folder / "scan1.jpg", "one")
    watch = made()
    turn(watch, clock)
    assert new(turn(watch, clock)) == [("incoming", 1, 0)]
    (folder / "scan2.jpg").write_bytes(first.read_bytes())
    turn(watch, clock)
    (taken,) = turn(watch, clock)
    assert taken.receipt is not None
    assert (taken.receipt.new_paths, taken.receipt.moved) == (["scan2.jpg"], [])
    assert taken.receipt.duplicates == [{"file": "scan2.jpg", "of": "scan1.jpg"}]


def test_a_zip_is_a_batch_of_its_name(made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage) -> None:
    data = page(folder.parent / "x.jpg").read_bytes()
    write(folder / "五月.zip", gbk("A001/001.jpg", data))
    watch = made()
    turn(watch, clock)
    assert new(turn(watch, clock)) == [("五月", 1, 0)]


def test_what_cannot_be_used_is_told_once_and_a_full_disk_again(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "空").mkdir()
    (folder / "空" / "说明.txt").write_text("nothing")
    watch = made()
    turn(watch, clock)
    (told,) = turn(watch, clock)
    assert told.error is not None and told.error.code == "path.empty"
    assert turn(watch, clock) == []
    page(folder / "三月" / "A001" / "001.jpg", "one")
    turn(watch, clock)

    def full(*_: object) -> None:
        raise StorageError("disk.full", path="x")

    with monkeypatch.context() as broken:
        broken.setattr(watching, "take_in", full)
        for _ in range(2):
            (told,) = turn(watch, clock)
            assert told.error is not None and told.error.code == "disk.full"
    assert new(turn(watch, clock)) == [("三月", 1, 0)]


def test_links_and_what_systems_leave_behind_are_no_deliveries(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage
) -> None:
    page(folder.parent / "elsewhere" / "001.jpg")
    (folder / "link").symlink_to(folder.parent / "elsewhere", target_is_directory=True)
    (folder / "Thumbs.db").write_bytes(b"x")
    (folder / "leer").mkdir()
    watch = made()
    assert turn(watch, clock) + turn(watch, clock) == []


def test_a_share_that_is_away_for_a_while_changes_nothing(
    made: Callable[[], Watch], folder: Path, clock: Clock, page: MakePage
) -> None:
    page(folder / "三月" / "A001" / "001.jpg", "one")
    watch = made()
    turn(watch, clock)
    away = folder.rename(folder.parent / "away")
    assert turn(watch, clock, 10) == []
    away.rename(folder)
    assert new(turn(watch, clock)) == [("三月", 1, 0)]


def test_one_watch_for_a_folder(made: Callable[[], Watch]) -> None:
    with made().held(), pytest.raises(BusyError) as caught, made().held():
        pass
    assert caught.value.code == "watch.busy"


def test_a_folder_that_holds_the_office_is_refused(office: Office, tmp_path: Path) -> None:
    for path, code in ((tmp_path, "watch.inside"), (tmp_path / "none", "path.missing")):
        with pytest.raises(InputError) as caught:
            Watch(office, path, WHO)
        assert caught.value.code == code
