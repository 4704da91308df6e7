"""The index kept up by itself, and the office that goes on while it cannot be written."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import index_life, outbox
from archive.tables import Material
from base.errors import JuanzongError
from base.progress import Silent
from ingest.index_status import backlog, index_status
from ingest.index_upkeep import Keeper, catch_up, keep_up
from ingest.indexer import indexer_lock, open_index
from search.embedded import EmbeddedIndex
from search.index import Scope, SearchIndex
from tests.archive.factory import Made, add_batch, add_dossier, make_desks
from tests.search.failing import FailingIndex

ALL = Scope(everything=True)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    office = make_desks(tmp_path)
    add_dossier(office, add_batch(office, "east", "b1"), "D-1", "张桂兰", pages=2)
    return office


@pytest.fixture
def failing(made: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingIndex]:
    """What every service of this office opens."""
    index = FailingIndex(EmbeddedIndex.create(made.office.index_path))
    monkeypatch.setattr("ingest.index_upkeep.open_index", lambda _office: index)
    yield index
    index.close()


def waiting(made: Made) -> int:
    with made.office.catalogue.read() as session:
        return outbox.count_waiting(session)


def found(index: SearchIndex) -> int:
    return index.search("张桂兰", ALL).total


def test_an_index_that_is_lost_is_made_anew(made: Made) -> None:
    index = open_index(made.office)
    assert index.state().state == "rebuild"
    assert keep_up(made.office, index)
    assert (found(index), waiting(made)) == (3, 0)
    shutil.rmtree(made.office.index_path)
    assert keep_up(made.office, open_index(made.office))
    assert found(open_index(made.office)) == 3


def test_an_index_of_another_format_is_made_anew_while_the_office_goes_on(made: Made) -> None:
    keep_up(made.office, open_index(made.office))
    current = made.office.index_path / "current.json"
    current.write_text(current.read_text("utf-8").replace('"format": "', '"format": "older-'), "utf-8")
    index = open_index(made.office)
    assert index.state().detail == "search.index-format"
    said: list[JuanzongError | None] = []
    keeper = Keeper(made.office, said.append)
    keeper.turn()
    keeper.close()
    assert (said, found(index)) == ([], 3)
    now = backlog(made.office)
    assert now.rebuild is not None
    assert (now.rebuild["state"], now.rebuild["done"]) == ("done", 5)


def test_a_hindrance_is_told_once_kept_for_the_screens_and_taken_back(made: Made, failing: FailingIndex) -> None:
    failing.down = True
    said: list[str | None] = []
    keeper = Keeper(made.office, lambda error: said.append(error.code if error else None))
    pauses = []
    for _ in range(9):
        keeper.turn()
        pauses.append(keeper.pause_s)
    assert said == ["search.index-unreadable"]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.5, 15.0)
    now = backlog(made.office)
    assert now.alarming
    assert now.problem is not None
    assert now.problem[0] == "search.index-unreadable"
    assert "5" in now.texts("zh_CN")[0]
    failing.down = False
    keeper.turn()
    assert said == ["search.index-unreadable", None]
    assert (keeper.pause_s, waiting(made), backlog(made.office).alarming) == (0.25, 0, False)
    keeper.close()


def test_a_turn_survives_what_nobody_foresaw(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: object, **__: object) -> None:
        raise ZeroDivisionError("张桂兰")

    monkeypatch.setattr("ingest.index_upkeep.drain", burst)
    said: list[JuanzongError | None] = []
    keeper = Keeper(made.office, said.append)
    keeper.turn()
    keeper.close()
    (error,) = said
    assert error is not None
    assert error.code == "index.failed"
    assert "张桂兰" not in error.text("zh_CN")


def test_a_batch_that_cannot_be_indexed_waits_and_says_why(
    made: Made, failing: FailingIndex, slept: list[float]
) -> None:
    failing.down = True
    error = catch_up(made.office, made.batches["b1"], Silent())
    assert error is not None
    assert (error.code, waiting(made)) == ("search.index-unreadable", 5)
    pauses = [each for each in slept if each]
    assert pauses == sorted(pauses)
    assert len(pauses) > 1
    failing.down = False
    assert catch_up(made.office, made.batches["b1"], Silent()) is None
    assert waiting(made) == 0


def test_who_waits_for_another_process_hears_what_hinders_it(
    made: Made, failing: FailingIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index_upkeep._PATIENCE_S", 0.0)
    with made.office.catalogue.write() as session:
        index_life.note_health(session, JuanzongError("disk.full", path="index"))
    with indexer_lock(made.office) as mine:
        assert mine
        error = catch_up(made.office, made.batches["b1"], Silent())
    assert error is not None
    assert error.code == "disk.full"


def test_the_status_says_what_waits_and_what_was_refused(made: Made, failing: FailingIndex) -> None:
    failing.rejected = frozenset({"page:1"})
    keep_up(made.office, failing)
    with made.office.catalogue.write() as session:
        session.get_one(Material, 2).title = "履历"
    status = index_status(made.office, failing)
    assert (status["state"], status["documents"], status["waiting"], status["rejected"]) == ("ready", 4, 2, 1)
    assert status["rejected_documents"][0]["id"] == "page:1"
    assert status["rejected_documents"][0]["attempts"] == 1
    assert status["rejected_documents"][0]["reason_zh"]
    failing.down = True
    assert index_status(made.office, failing)["documents"] is None


def test_a_correction_is_found_soon_while_a_keeper_runs(made: Made) -> None:
    """No timing is asserted but the longest that a test may take: the pause between turns is what makes it soon."""
    keep_up(made.office, open_index(made.office))
    index = open_index(made.office)
    stop = threading.Event()

    def run() -> None:
        keeper = Keeper(made.office, lambda _: None, stop.is_set)
        while not stop.wait(keeper.pause_s):
            keeper.turn()
        keeper.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with made.office.catalogue.write() as session:
            session.get_one(Material, 1).title = "自我鉴定"
        end = time.monotonic() + 30
        while index.search("title:自我鉴定", ALL).total == 0 and time.monotonic() < end:
            time.sleep(0.02)
        assert index.search("title:自我鉴定", ALL).total == 2
    finally:
        stop.set()
        thread.join()
