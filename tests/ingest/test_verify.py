"""The index held against the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from archive import outbox
from archive.tables import Material, OutboxRow
from base.errors import StorageError
from base.progress import Silent
from ingest.index_documents import build_many
from ingest.index_rebuild import rebuild
from ingest.index_upkeep import Keeper
from ingest.indexer import drain
from ingest.verify import repair, verify_index
from search.embedded import EmbeddedIndex
from search.index import Document, Scope, SearchIndex
from tests.archive.factory import Made, add_batch, add_dossier, make_desks
from tests.search.failing import FailingIndex


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


def document(made: Made, name: str) -> Document:
    with made.office.catalogue.read() as session:
        return build_many(made.office, session, [name]).documents[0]


def test_each_difference_has_its_name_and_repair_mends_all(made: Made, index: SearchIndex) -> None:
    stale = replace(document(made, "page:1"), text="另一页的字")
    index.write([stale, Document("page:99", "page", "没有这一页")], ["page:2"])
    answer = verify_index(made.office, index)
    assert answer.as_json() == {
        "checked": 7,
        "good": 4,
        "bad": [
            {"id": "page:1", "problem": "stale"},
            {"id": "page:2", "problem": "missing"},
            {"id": "page:99", "problem": "extra"},
        ],
        "could_not_check": [],
    }
    assert repair(made.office, answer) == 3
    drain(made.office, index)
    assert verify_index(made.office, index).as_json() == {"checked": 6, "good": 6, "bad": [], "could_not_check": []}


def test_what_changed_without_being_announced_is_stale(made: Made, index: SearchIndex) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Material, 1).year = 1958
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))
    assert verify_index(made.office, index).bad == [("material:1", "stale"), ("page:1", "stale"), ("page:2", "stale")]


def test_what_waits_is_neither_good_nor_bad(made: Made, index: SearchIndex) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Material, 1).title = "履历"
        outbox.announce(session, ["page:3", "page:77"])
    answer = verify_index(made.office, index)
    assert (answer.bad, answer.unsure) == ([], ["material:1", "page:1", "page:2", "page:3"])
    assert answer.as_json()["good"] == 2


def test_what_was_refused_says_so(made: Made, index: SearchIndex) -> None:
    with made.office.catalogue.write() as session:
        outbox.announce(session, ["page:2"])
    drain(made.office, FailingIndex(index, rejected=["page:2"]))
    assert verify_index(made.office, index).bad == [("page:2", "refused")]


def test_a_page_whose_text_cannot_be_read_could_not_be_checked(made: Made, index: SearchIndex) -> None:
    key = document(made, "page:2").stored["reading"]
    made.office.store.delete(key)
    answer = verify_index(made.office, index)
    assert (answer.checked, answer.bad, answer.unsure) == (6, [], ["page:2"])


def test_an_id_that_is_not_ours_is_extra(made: Made, index: SearchIndex) -> None:
    class Strange(FailingIndex):
        def stamps(self) -> Iterator[tuple[str, str]]:
            yield from super().stamps()
            yield "shelf:1", "00" * 8

    assert verify_index(made.office, Strange(index)).bad == [("shelf:1", "extra")]


def test_what_is_written_while_it_runs_is_not_called_wrong(made: Made, index: SearchIndex) -> None:
    class Overtaken(FailingIndex):
        def stamps(self) -> Iterator[tuple[str, str]]:
            seen = list(super().stamps())
            with made.office.catalogue.write() as session:
                session.get_one(Material, 1).title = "履历"
            drain(made.office, self.inner)
            return iter(seen)

    answer = verify_index(made.office, Overtaken(index))
    assert (answer.bad, answer.unsure) == ([], ["material:1", "page:1", "page:2"])


def damage(made: Made) -> str:
    """Zeroes in a file of the index, as a disk that lost blocks gives back; its name."""
    (largest,) = sorted(made.office.index_path.glob("g*/*.idx"), key=lambda each: each.stat().st_size)[-1:]
    data = largest.read_bytes()
    largest.write_bytes(data[:9] + bytes(len(data) // 2) + data[9 + len(data) // 2 :])
    return f"{largest.parent.name}/{largest.name}"


def test_damage_on_disk_is_found_and_says_nothing_of_documents(made: Made, index: SearchIndex) -> None:
    name = damage(made)
    answer = verify_index(made.office, index)
    assert answer.damaged
    assert answer.as_json() == {
        "checked": 2,
        "good": 0,
        "bad": [{"id": f"index:{name}", "problem": "damaged"}],
        "could_not_check": ["index:documents"],
    }
    rebuild(made.office, index, Silent())
    assert verify_index(made.office, index).as_json() == {"checked": 6, "good": 6, "bad": [], "could_not_check": []}


def test_damage_that_a_search_meets_is_mended_by_the_keeper(made: Made, index: SearchIndex) -> None:
    """From the disk to the next good answer; the keeper has its own index, as a process of its own would."""
    with made.office.catalogue.write() as session:
        outbox.announce(session, ["page:1"])
    index.write(Document(f"page:{each}", "page", f"王建国填写登记表{each}") for each in range(10, 310))
    name = damage(made)
    with pytest.raises(StorageError):
        index.search("王建国", Scope(everything=True))
    state = index.state()
    assert (state.state, state.values["detail"]) == ("rebuild", name)
    keeper = Keeper(made.office, lambda _: None)
    keeper.turn()
    keeper.close()
    assert index.state().state == "ready"
    assert verify_index(made.office, index).as_json() == {"checked": 6, "good": 6, "bad": [], "could_not_check": []}
    assert index.search("张桂兰", Scope(everything=True)).total == 4
