"""What the index says of a server that is down, late, busy, full, red, of another version: each made for real but the last."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from base.errors import BusyError, JuanzongError
from base.messages import message
from search.elastic import generations, health, mapping, writing
from search.elastic import index as searching
from search.elastic.index import ElasticIndex
from search.elastic.server import Patience
from search.index import Document, IndexState
from tests.search.asking import found, ids
from tests.search.elastic_node import frozen, made, raw, settings_for
from tests.search.samples import ALL, EVERYTHING

# More than the breaker of the test leaves room for.
LARGE = tuple(Document(f"page:{number}", "page", "王建国" * 60_000) for number in range(3))


def code(call: Callable[[], object]) -> str:
    with pytest.raises(JuanzongError) as caught:
        call()
    assert caught.value.text("zh_CN")
    return caught.value.code


def told(index: ElasticIndex) -> tuple[str, str]:
    state: IndexState = index.state()
    if state.detail:
        assert message(state.detail, "zh_CN", **state.values)
    return state.state, state.detail


def search(index: ElasticIndex) -> Callable[[], object]:
    return lambda: index.search("吴国华", EVERYTHING)


def name_of(index: ElasticIndex) -> str:
    with raw() as client:
        (name,) = client.indices.get_alias(name=index.alias)
    return str(name)


class ElasticStates:
    @pytest.fixture
    def hasty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "SEARCHING", Patience(3, 0.6))
        monkeypatch.setattr(writing, "WRITING", Patience(3, 0.6))
        monkeypatch.setattr(generations, "WRITING", Patience(3, 0.6))
        for module in (health, generations):
            monkeypatch.setattr(module, "LOOKING", Patience(1, 0.6))

    @pytest.mark.usefixtures("hasty")
    def test_down(self) -> None:
        index = ElasticIndex(settings_for(elastic_url="http://127.0.0.1:9"))
        began = time.monotonic()
        assert code(search(index)) == "search.elastic-down"
        assert code(lambda: index.write(ALL)) == "search.elastic-down"
        assert code(lambda: index.suggest("吴", EVERYTHING)) == "search.elastic-down"
        assert code(index.stamps) == "search.elastic-down"
        assert code(lambda: index.beside().__enter__()) == "search.elastic-down"
        assert told(index) == ("down", "search.elastic-down")
        assert time.monotonic() - began < 20
        index.close()

    @pytest.mark.usefixtures("hasty")
    def test_it_takes_connections_and_says_nothing(self, filled: ElasticIndex) -> None:
        with frozen():
            assert code(search(filled)) == "search.elastic-late"
            assert code(lambda: filled.write(ALL)) == "search.elastic-late"
            assert told(filled) == ("down", "search.elastic-late")

    def test_it_goes_on_where_the_server_comes_back(self, filled: ElasticIndex) -> None:
        with frozen():
            thread = threading.Thread(target=filled.write, args=([Document("page:99", "page", "补写")],))
            thread.start()
            time.sleep(0.3)
        thread.join()
        assert found(filled, "补写") == ["page:99"]

    def test_full(self) -> None:
        """What the server sets past its flood stage: it answers, deletes whole indices, and takes nothing."""
        with made() as index, raw() as client:
            index.write(ALL)
            client.indices.put_settings(index=name_of(index), settings={"index.blocks.read_only_allow_delete": True})
            began = time.monotonic()
            assert code(lambda: index.write([Document("page:99", "page", "补写")])) == "disk.full"
            assert time.monotonic() - began < 5, "waiting makes no room"
            assert told(index) == ("full", "disk.full")
            assert found(index, "吴建设") == ["person:1"]
            client.indices.put_settings(index=name_of(index), settings={"index.blocks.read_only_allow_delete": None})
            index.write([Document("page:99", "page", "补写")])
            assert told(index) == ("ready", "")

    def test_blocked_by_its_keeper(self) -> None:
        with made() as index, raw() as client:
            client.indices.put_settings(index=name_of(index), settings={"index.blocks.write": True})
            assert code(lambda: index.write(ALL)) == "search.elastic-failed"
            assert told(index) == ("degraded", "search.elastic-blocked")

    @pytest.mark.usefixtures("hasty")
    def test_red(self) -> None:
        index = ElasticIndex(settings_for())
        name = f"{index.settings.elastic_index}-g000001-00000000"
        nowhere = {**mapping.settings()["index"], "routing.allocation.require._name": "nobody"}
        with raw() as client:
            client.indices.create(
                index=name,
                settings=nowhere,
                mappings=mapping.mappings(0),
                aliases={index.alias: {}},
                wait_for_active_shards="0",
            )
        assert told(index) == ("down", "search.elastic-red")
        assert code(search(index)) == "search.elastic-down"
        assert code(lambda: index.write(ALL)) == "search.elastic-late"
        index.close()
        # Not by the index, which has 0.6 s here: a busy node takes longer to forget a shard that stands nowhere.
        with raw() as client:
            client.indices.delete(index=name)

    def test_yellow(self) -> None:
        with made() as index, raw() as client:
            index.write(ALL)
            lonely = {"index.auto_expand_replicas": "false", "index.number_of_replicas": 1}
            client.indices.put_settings(index=name_of(index), settings=lonely)
            assert told(index) == ("degraded", "search.elastic-yellow")
            assert found(index, "吴建设") == ["person:1"]

    def test_busy_for_a_while_is_waited_for(self, empty: ElasticIndex) -> None:
        with breaker("1mb"):
            thread = threading.Thread(target=empty.write, args=(LARGE,))
            thread.start()
            time.sleep(0.5)
            assert ids(empty) == []
        thread.join()
        assert ids(empty) == sorted(each.id for each in LARGE)

    @pytest.mark.usefixtures("hasty")
    def test_busy_for_long_is_told(self, empty: ElasticIndex) -> None:
        with breaker("1mb"), pytest.raises(BusyError) as caught:
            empty.write(LARGE)
        assert caught.value.code == "search.elastic-busy"

    @pytest.mark.parametrize("version", ["7.17.29", "9.1.0"])
    def test_wrong_version(self, version: str) -> None:
        """A server that says so: another real one would be another 98 MB."""
        with saying({"nodes": {"a": {"version": version}, "b": {"version": "8.19.8"}}}) as url:
            index = ElasticIndex(settings_for(elastic_url=url))
            assert code(search(index)) == "search.elastic-version"
            assert code(lambda: index.write(ALL)) == "search.elastic-version"
            state = index.state()
            assert (state.state, state.values["found"]) == ("wrong-version", version)
            index.close()

    def test_what_is_no_elasticsearch(self) -> None:
        with saying({"nodes": {}}, product="") as url:
            index = ElasticIndex(settings_for(elastic_url=url))
            assert told(index) == ("wrong-version", "search.elastic-version")
            index.close()

    def test_missing(self) -> None:
        index = ElasticIndex(settings_for())
        assert code(search(index)) == "search.index-missing"
        assert code(index.stamps) == "search.index-missing"
        assert told(index) == ("rebuild", "search.index-missing")
        index.write(ALL)
        assert told(index) == ("ready", "")
        index.drop()
        assert told(index) == ("rebuild", "search.index-missing")
        index.close()

    def test_an_index_of_another_analysis_asks_to_be_rebuilt(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two programs, the newer one begins: each finds its own or says why not, whichever was put in force last."""
        with made() as older:
            older.write(ALL)
            monkeypatch.setattr(mapping, "analysis_id", lambda: "99/other")
            newer = ElasticIndex(older.settings)
            assert code(search(newer)) == "search.index-format"
            assert code(lambda: newer.write(ALL)) == "search.index-format"
            assert told(newer) == ("rebuild", "search.index-format")
            assert found(older, "吴建设") == ["person:1"]
            with newer.beside() as beside:
                beside.write(ALL[:3])
                beside.put_in_force()
            assert len(ids(newer)) == 3
            monkeypatch.undo()
            assert code(search(older)) == "search.index-format"
            newer.close()


@contextmanager
def breaker(limit: str) -> Iterator[None]:
    """The server refuses requests larger than this: 429, as one whose memory others use."""
    with raw() as client:
        client.cluster.put_settings(persistent={"network.breaker.inflight_requests.limit": limit})
        try:
            yield
        finally:
            client.cluster.put_settings(persistent={"network.breaker.inflight_requests.limit": None})


@contextmanager
def saying(answer: dict[str, Any], product: str = "Elasticsearch") -> Iterator[str]:
    """A server that answers everything with this."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if product:
                self.send_header("X-Elastic-Product", product)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()
