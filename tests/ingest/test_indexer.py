"""The outbox on its way into the index: nothing found before its commit, everything soon after, whatever breaks between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from archive import index_life, outbox
from archive.office import Office
from archive.tables import IndexHealth, Material, OutboxRow, Page
from base.clock import now
from base.errors import StorageError
from base.settings import load_settings
from ingest.indexer import drain, indexer_lock, open_index
from search.embedded import EmbeddedIndex
from search.index import Scope, SearchIndex
from tests.archive.factory import Made, add_batch, add_dossier, make_desks
from tests.databases import environment_of
from tests.search.failing import FailingIndex

ALL = Scope(everything=True)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    office = make_desks(tmp_path)
    add_dossier(office, add_batch(office, "east", "b1"), "D-1", "张桂兰", pages=3)
    return office


@pytest.fixture
def index(made: Made) -> Iterator[SearchIndex]:
    opened = EmbeddedIndex.create(made.office.index_path)
    yield opened
    opened.close()


def hits(index: SearchIndex, query: str) -> set[str]:
    return {hit.id for hit in index.search(query, ALL, limit=100).hits}


def waiting(made: Made) -> int:
    with made.office.catalogue.read() as session:
        return outbox.count_waiting(session)


def rename(made: Made, title: str, material: int = 1) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Material, material).title = title


def test_nothing_is_found_before_it_is_drained_and_all_of_it_after(made: Made, index: SearchIndex) -> None:
    assert hits(index, "张桂兰") == set()
    assert drain(made.office, index) == 6
    assert waiting(made) == 0
    assert hits(index, "张桂兰") == {"person:1", "page:1", "page:2", "page:3"}
    assert hits(index, "place:库房") == set()


def test_what_goes_in_the_catalogue_goes_in_the_index(made: Made, index: SearchIndex) -> None:
    drain(made.office, index)
    with made.office.catalogue.write() as session:
        session.get_one(Page, 2).state = "removed"
    drain(made.office, index)
    assert hits(index, "张桂兰") == {"person:1", "page:1", "page:3"}


@pytest.mark.parametrize("broken", [{"break_after": 2}, {"full": True}, {"down": True}])
def test_a_write_that_breaks_leaves_everything_waiting(
    made: Made, index: SearchIndex, broken: dict[str, object]
) -> None:
    failing = FailingIndex(index, **broken)  # type: ignore[arg-type]
    with pytest.raises(StorageError):
        drain(made.office, failing)
    assert waiting(made) == 6
    assert hits(index, "张桂兰") == set()
    drain(made.office, index)
    assert (waiting(made), len(hits(index, "张桂兰"))) == (0, 4)


def test_a_document_that_is_refused_stops_no_other_and_says_why(made: Made, index: SearchIndex) -> None:
    drain(made.office, FailingIndex(index, rejected=["page:2"]))
    assert waiting(made) == 0
    assert hits(index, "张桂兰") == {"person:1", "page:1", "page:3"}
    with made.office.catalogue.read() as session:
        (refused,) = outbox.rejected(session)
        assert (refused.id, refused.attempts) == ("page:2", 1)
        assert json.loads(refused.reason)["code"].startswith("search.")
        batch = made.batches["b1"]
        assert (outbox.count_rejected(session), outbox.count_rejected(session, batch)) == (1, 1)


def test_what_was_refused_is_tried_again_when_it_changes_and_counts_no_more_once_taken(
    made: Made, index: SearchIndex
) -> None:
    failing = FailingIndex(index, rejected=["material:1"])
    drain(made.office, failing)
    rename(made, "履历")
    drain(made.office, failing)
    with made.office.catalogue.read() as session:
        assert outbox.count_rejected(session) == 1
    rename(made, "自传")
    drain(made.office, index)
    with made.office.catalogue.read() as session:
        assert outbox.count_rejected(session) == 0
    assert hits(index, "title:自传") == {"material:1", "page:1", "page:2"}


def test_a_reading_that_is_lost_is_refused_and_leaves_no_old_text_behind(made: Made, index: SearchIndex) -> None:
    drain(made.office, index)
    with made.office.catalogue.write() as session:
        reading = session.get_one(Page, 2).versions[0].readings[0]
        reading.object_key = reading.object_key.replace("reading0", "reading9")
    drain(made.office, index)
    assert hits(index, "张桂兰") == {"person:1", "page:1", "page:3"}
    with made.office.catalogue.read() as session:
        assert [each.id for each in outbox.rejected(session)] == ["page:2"]


def test_it_ends_early_for_a_rebuild_that_waits_to_swap(made: Made, index: SearchIndex) -> None:
    with made.office.catalogue.write() as session:
        run = index_life.begin_rebuild(session, "here:1", 6)
        index_life.beat(session, run, 6, swapping=True)
    assert drain(made.office, index) == 0
    with made.office.catalogue.write() as session:
        index_life.end_rebuild(session, run, "stopped")
    assert drain(made.office, index) == 6


def test_only_one_process_writes(made: Made) -> None:
    with indexer_lock(made.office) as mine, indexer_lock(made.office) as second:
        assert (mine, second) == (True, False)


def test_of_several_machines_one_writes_at_a_time(made: Made) -> None:
    office = made.office.catalogue
    with office.write() as session:
        assert index_life.take_writer(session, "one")
    with office.write() as session:
        assert not index_life.take_writer(session, "two")
        assert index_life.take_writer(session, "one")
    with office.write() as session:
        session.execute(update(IndexHealth).values(writer_until=now() - timedelta(seconds=1)))
    with office.write() as session:
        assert index_life.take_writer(session, "two")
        index_life.leave_writer(session, "one")
        assert not index_life.take_writer(session, "one")
        index_life.leave_writer(session, "two")
        assert index_life.take_writer(session, "one")


def test_a_new_office_has_an_empty_index_and_a_lost_one_is_not_taken_for_empty(made: Made, tmp_path: Path) -> None:
    with pytest.raises(StorageError) as error:
        open_index(made.office).search("张桂兰", ALL)
    assert error.value.code == "search.index-missing"
    fresh = make_desks(tmp_path / "fresh")
    assert open_index(fresh.office).search("张桂兰", ALL).total == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from archive import outbox
from archive.office import open_office
from base.settings import load_settings
from ingest import indexer
office = open_office(load_settings(Path(sys.argv[1])))
index = indexer.open_index(office)
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "before":
    index.write = die
elif sys.argv[2] == "inside":
    from search.writing import Writer
    Writer.commit = die
else:
    outbox.settle = die
with indexer.indexer_lock(office):
    indexer.drain(office, index)
"""


@pytest.mark.parametrize("when", ["before", "inside", "after"])
def test_a_drain_that_is_killed_is_finished_by_the_next(made: Made, index: SearchIndex, when: str) -> None:
    """Killed before the index has it, in the middle of its commit, and between its commit and the catalogue's."""
    drain(made.office, index)
    rename(made, "新履历")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(made.office.settings.data_dir), when],
        cwd=Path(__file__).parents[2], check=False, timeout=60,
        env={**os.environ, **environment_of(made.office.settings), "PYTHONPATH": "."},
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL
    assert waiting(made) == 3
    assert hits(index, "title:新履历") == (set() if when != "after" else {"material:1", "page:1", "page:2"})
    with indexer_lock(made.office) as mine:
        assert mine
        drain(made.office, index)
    assert (waiting(made), hits(index, "title:新履历")) == (0, {"material:1", "page:1", "page:2"})


def test_settings_choose_the_engine(made: Made) -> None:
    chosen = load_settings(
        made.office.settings.data_dir,
        {"JUANZONG_SEARCH": "elasticsearch", "JUANZONG_ELASTIC_URL": "http://127.0.0.1:1"},
    )
    index = open_index(Office(chosen, made.office.catalogue, made.office.store))
    assert type(index).__name__ == "ElasticIndex"
    index.close()


def test_rows_are_written_oldest_first(made: Made, index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.indexer.ROWS", 2)
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))
        outbox.announce(session, ["page:3", "page:1", "page:2"])
    drain(made.office, index, stopping=iter([False, True]).__next__)
    with made.office.catalogue.read() as session:
        assert [row.document_id for row in outbox.waiting(session, 9)] == ["page:2"]
        assert session.scalars(select(OutboxRow.attempts).order_by(OutboxRow.id)).all() == [1, 1, 0]
