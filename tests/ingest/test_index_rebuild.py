"""The index made anew beside the one in force: searched and written meanwhile, nothing lost, stopped and killed at will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete

from archive import index_life, outbox
from archive.tables import Material, OutboxRow, Page
from base.errors import BusyError, StorageError
from base.progress import Silent
from ingest.index_rebuild import Stopped, rebuild
from ingest.index_status import backlog
from ingest.indexer import drain, indexer_lock, machine, rebuild_lock
from ingest.verify import verify_index
from search.embedded import EmbeddedIndex
from search.index import Beside, Document, Rejected, Scope, SearchIndex
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
    drain(made.office, opened)
    yield opened
    opened.close()


def hits(index: SearchIndex, query: str) -> set[str]:
    return {hit.id for hit in index.search(query, ALL, limit=100).hits}


def rename(made: Made, title: str) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Material, 1).title = title


class Meanwhile:
    """An index beside which things happen: `before_write` is called with the number of the write, `before_swap` once."""

    def __init__(
        self, inner: SearchIndex, before_write: Callable[[int], None], before_swap: Callable[[], None]
    ) -> None:
        self._inner, self._before_write, self._before_swap, self._count = inner, before_write, before_swap, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    @contextmanager
    def beside(self) -> Iterator[Beside]:
        with self._inner.beside() as beside:
            self._made = beside
            yield self  # type: ignore[misc]

    def write(self, documents: list[Document], deleted: list[str]) -> tuple[Rejected, ...]:
        self._count += 1
        self._before_write(self._count)
        return self._made.write(documents, deleted)

    def put_in_force(self) -> None:
        self._before_swap()
        self._made.put_in_force()


def nothing(*_: object) -> None:
    return


def test_a_rebuild_holds_all_and_takes_what_waited_with_it(made: Made, index: SearchIndex) -> None:
    rename(made, "自我鉴定")
    before = index.generation()
    assert rebuild(made.office, index, Silent()).documents == 6
    assert index.generation() != before
    assert hits(index, "title:自我鉴定") == {"material:1", "page:1", "page:2"}
    with made.office.catalogue.read() as session:
        assert outbox.count_waiting(session) == 0
    assert verify_index(made.office, index).bad == []


def test_what_changes_meanwhile_is_searched_at_once_and_is_in_the_new_one(made: Made, index: SearchIndex) -> None:
    """The office goes on: something is corrected and drained to the old index, a page is taken out and still waits."""

    def while_writing(count: int) -> None:
        if count == 3:  # persons and materials are written already
            rename(made, "自传")
            with indexer_lock(made.office) as mine:
                assert mine
                assert drain(made.office, index) == 3
            assert hits(index, "title:自传") == {"material:1", "page:1", "page:2"}
            with made.office.catalogue.write() as session:
                session.get_one(Page, 3).state = "removed"

    def while_swapping() -> None:
        with indexer_lock(made.office) as mine:
            assert not mine
        assert hits(index, "title:自传") == {"material:1", "page:1", "page:2"}
        # Too late for the new index: it waits, and is drained into it.
        with made.office.catalogue.write() as session:
            session.get_one(Material, 2).title = "任免表"

    rebuild(made.office, Meanwhile(index, while_writing, while_swapping), Silent())  # type: ignore[arg-type]
    assert hits(index, "title:自传") == {"material:1", "page:1", "page:2"}
    assert hits(index, "张桂兰") == {"person:1", "page:1", "page:2"}
    assert hits(index, "title:任免表") == set()
    with made.office.catalogue.read() as session:
        assert {row.document_id for row in outbox.waiting(session, 9)} == {"material:2", "page:3"}
    drain(made.office, index)
    assert hits(index, "title:任免表") == {"material:2"}
    assert verify_index(made.office, index).bad == []


def test_one_that_is_stopped_leaves_the_old_one_and_the_next_starts_anew(made: Made, index: SearchIndex) -> None:
    before = index.generation()
    with pytest.raises(Stopped):
        rebuild(made.office, index, Silent(), stopping=iter([False, True]).__next__)
    assert (index.generation(), len(hits(index, "张桂兰"))) == (before, 4)
    now = backlog(made.office)
    assert now.rebuild is not None
    assert (now.rebuild["state"], now.rebuilding) == ("stopped", False)
    assert rebuild(made.office, index, Silent()).documents == 6


def test_one_that_works_is_told_of_and_what_it_counts_is_what_it_indexes(made: Made, index: SearchIndex) -> None:
    """A page that was taken out has no document; one that is refused was to have one."""
    with made.office.catalogue.write() as session:
        session.get_one(Page, 3).state = "removed"
    told: list[tuple[bool, object, object]] = []

    def look(_count: int = 0) -> None:
        now = backlog(made.office)
        assert now.rebuild is not None
        told.append((now.rebuilding, now.rebuild["done"], now.rebuild["total"]))

    failing = FailingIndex(index, rejected=["page:2"])
    rebuild(made.office, Meanwhile(failing, look, look), Silent())  # type: ignore[arg-type]
    assert told[0] == (True, 0, 5)
    assert told[-1] == (True, 4, 5)
    look()
    assert told[-1] == (False, 4, 5)
    assert sum(1 for _ in index.stamps()) == 4


def test_ctrl_c_stops_it_too(made: Made, index: SearchIndex) -> None:
    def interrupted() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(made.office, index, Silent(), stopping=interrupted)
    now = backlog(made.office)
    assert now.rebuild is not None
    assert now.rebuild["state"] == "stopped"
    assert len(hits(index, "张桂兰")) == 4


@pytest.mark.parametrize("broken", [{"full": True}, {"break_after": 2}, {"fails_to_swap": True}])
def test_one_that_fails_says_so_and_leaves_the_old_one(
    made: Made, index: SearchIndex, broken: dict[str, object]
) -> None:
    rename(made, "自我鉴定")
    before = index.generation()
    with pytest.raises(StorageError):
        rebuild(made.office, FailingIndex(index, **broken), Silent())  # type: ignore[arg-type]
    assert index.generation() == before
    with made.office.catalogue.read() as session:
        newest = index_life.newest_rebuild(session)
        assert newest is not None
        assert newest.state == "failed"
        assert newest.error_code
        assert outbox.count_waiting(session) == 3
    drain(made.office, index)
    assert hits(index, "title:自我鉴定") == {"material:1", "page:1", "page:2"}


def test_refused_documents_are_told_and_an_index_that_refuses_all_is_not_used(
    made: Made, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(rebuild(made.office, FailingIndex(index, rejected=["page:2"]), Silent()).refused) == {"page:2"}
    assert backlog(made.office).rejected == 1
    assert rebuild(made.office, index, Silent()).refused == {}
    assert backlog(made.office).rejected == 0
    monkeypatch.setattr("ingest.index_rebuild._MOST_REFUSED", 1)
    before = index.generation()
    with pytest.raises(StorageError) as error:
        rebuild(made.office, FailingIndex(index, rejected=["page:1", "page:2"]), Silent())
    assert error.value.code == "index.refuses-all"
    assert index.generation() == before


def test_only_one_at_a_time(made: Made, index: SearchIndex) -> None:
    def another(_count: int) -> None:
        with pytest.raises(BusyError) as error:
            rebuild(made.office, index, Silent())
        assert error.value.code == "index.rebuild-running"

    rebuild(made.office, Meanwhile(index, another, nothing), Silent())  # type: ignore[arg-type]


def test_another_machine_is_waited_for_until_it_is_dead(
    made: Made, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made.office.catalogue.write() as session:
        index_life.begin_rebuild(session, "elsewhere:7", 6)
    with pytest.raises(BusyError):
        rebuild(made.office, index, Silent())
    assert backlog(made.office).rebuilding
    monkeypatch.setattr("archive.index_life.DEAD_AFTER", index_life.DEAD_AFTER * 0)
    assert not backlog(made.office).rebuilding
    assert rebuild(made.office, index, Silent()).documents == 6


def test_one_of_this_machine_that_was_killed_while_swapping_holds_up_no_writer(made: Made, index: SearchIndex) -> None:
    rename(made, "自我鉴定")
    with made.office.catalogue.write() as session:
        index_life.beat(session, index_life.begin_rebuild(session, f"{machine()}:7", 6), 3, swapping=True)
    assert not backlog(made.office).rebuilding
    assert drain(made.office, index) == 3
    rename(made, "自传")
    with rebuild_lock(made.office) as mine:
        assert mine
        assert backlog(made.office).rebuilding
        assert drain(made.office, index) == 0
    assert drain(made.office, index) == 3


def test_small_batches_meet_every_document_once(
    made: Made, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index_rebuild.ROWS", 2)
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))
    written: list[int] = []
    assert rebuild(made.office, Meanwhile(index, written.append, nothing), Silent()).documents == 6  # type: ignore[arg-type]
    assert len(written) == 4  # one person, two materials, three pages
    assert verify_index(made.office, index).checked == 6


KILLED = """
import os, signal, sys
from pathlib import Path
from archive.office import open_office
from base.progress import Silent
from base.settings import load_settings
from ingest import index_rebuild, indexer
office = open_office(load_settings(Path(sys.argv[1])))
index_rebuild._Rebuild._follow = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
index_rebuild.rebuild(office, indexer.open_index(office), Silent())
"""


def test_one_that_is_killed_costs_nothing(made: Made, index: SearchIndex) -> None:
    before = index.generation()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(made.office.settings.data_dir)],
        cwd=Path(__file__).parents[2], check=False, timeout=60,
        env={**os.environ, **environment_of(made.office.settings), "PYTHONPATH": "."},
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL
    now = backlog(made.office)
    assert now.rebuild is not None
    assert (now.rebuild["state"], now.rebuilding) == ("stopped", False)
    assert (index.generation(), len(hits(index, "张桂兰"))) == (before, 4)
    assert rebuild(made.office, index, Silent()).documents == 6
    folders = {each.name for each in made.office.index_path.iterdir() if each.is_dir()}
    assert folders == {index.generation()}
