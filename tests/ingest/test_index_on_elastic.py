"""The same life on a real Elasticsearch node: drained under a lease, rebuilt beside, verified, waiting while it is down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import index_life, outbox
from archive.tables import Material, Page
from base.progress import Silent
from ingest.index_rebuild import rebuild
from ingest.index_status import backlog, index_status
from ingest.index_upkeep import Keeper, keep_up
from ingest.indexer import drain, indexer_lock, open_index
from ingest.verify import repair, verify_index
from search.index import Scope, SearchIndex
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

pytestmark = pytest.mark.service
ALL = Scope(everything=True)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    from tests.search.elastic_node import settings_for  # its client is an extra

    chosen = settings_for()
    named = {name: getattr(chosen, name) for name in ("search", "elastic_url", "elastic_index")}
    office = make_desks(tmp_path, **named)
    add_dossier(office, add_batch(office, "east", "b1"), "D-1", "张桂兰", pages=3)
    return office


@pytest.fixture
def index(made: Made) -> Iterator[SearchIndex]:
    opened = open_index(made.office)
    yield opened
    opened.drop()  # type: ignore[attr-defined]  # of the server's index alone
    opened.close()


def hits(index: SearchIndex, query: str) -> set[str]:
    return {hit.id for hit in index.search(query, ALL, limit=100).hits}


def test_from_nothing_to_a_rebuilt_index_that_agrees(made: Made, index: SearchIndex) -> None:
    assert index.state().state == "rebuild"
    assert keep_up(made.office, index)
    assert hits(index, "张桂兰") == {"person:1", "page:1", "page:2", "page:3"}
    with made.office.catalogue.write() as session:
        session.get_one(Material, 1).title = "自我鉴定"
        session.get_one(Page, 3).state = "removed"
    with indexer_lock(made.office) as mine:
        assert mine
        drain(made.office, index)
    assert hits(index, "title:自我鉴定") == {"material:1", "page:1", "page:2"}
    before = index.generation()
    assert rebuild(made.office, index, Silent()).documents == 5
    assert index.generation() != before
    assert hits(index, "张桂兰") == {"person:1", "page:1", "page:2"}
    index.write([], deleted=["page:1"])
    answer = verify_index(made.office, index)
    assert answer.bad == [("page:1", "missing")]
    repair(made.office, answer)
    keep_up(made.office, index)
    assert verify_index(made.office, index).as_json() == {"checked": 5, "good": 5, "bad": [], "could_not_check": []}
    status = index_status(made.office, index)
    assert (status["engine"], status["state"], status["documents"]) == ("elasticsearch", "ready", 5)


def test_another_machine_that_writes_is_left_alone(made: Made) -> None:
    with made.office.catalogue.write() as session:
        assert index_life.take_writer(session, "elsewhere")
    with indexer_lock(made.office) as mine:
        assert not mine
    with made.office.catalogue.write() as session:
        index_life.leave_writer(session, "elsewhere")
    with indexer_lock(made.office) as mine:
        assert mine


def test_a_server_that_is_down_hinders_nothing_else(made: Made, tmp_path: Path) -> None:
    from archive.office import open_office

    settings = made.office.settings.model_copy(update={"elastic_url": "http://127.0.0.1:9"})
    office = open_office(settings)
    said: list[str | None] = []
    keeper = Keeper(office, lambda error: said.append(error.code if error else None))
    keeper.turn()
    keeper.turn()
    keeper.close()
    assert said == ["search.elastic-down"]
    assert backlog(office).problem is not None
    with office.catalogue.read() as session:
        assert outbox.count_waiting(session) == 6
    office.close()
