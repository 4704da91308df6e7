"""What only the index on a server promises: several machines, batches, what the server itself refuses, swaps under readers."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import ExitStack
from typing import Any

import pytest

from base.errors import BusyError, StorageError
from search.elastic import generations, writing
from search.elastic import index as searching
from search.elastic.index import ElasticIndex
from search.index import Document
from tests.search.asking import found, ids
from tests.search.elastic_node import made, raw
from tests.search.samples import ALL, EVERYTHING, PAGES


def pages(count: int, text: str = "王建国") -> list[Document]:
    return [Document(f"page:{number}", "page", f"{text} {number}") for number in range(count)]


def indices_of(index: ElasticIndex) -> list[str]:
    with raw() as client:
        return sorted(client.indices.get(index=f"{index.settings.elastic_index}-g*"))


def _write_in_child(settings: Any, start: int) -> None:
    index = ElasticIndex(settings)
    for number in range(start, start + 20):
        index.write([Document(f"page:{number}", "page", f"王建国 {number}")])
    index.close()


class ElasticLife:
    def test_machines_write_at_once(self) -> None:
        context = multiprocessing.get_context("spawn")
        with made() as index:
            children = [context.Process(target=_write_in_child, args=(index.settings, start)) for start in (0, 100)]
            for child in children:
                child.start()
            for child in children:
                child.join()
            assert [child.exitcode for child in children] == [0, 0]
            assert len(ids(index)) == 40

    def test_two_that_begin_at_once_make_one_index(self) -> None:
        with made() as index:
            index.drop()
            threads = [threading.Thread(target=ElasticIndex(index.settings).write, args=([each],)) for each in ALL[:4]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(indices_of(index)) == 1
            assert ids(index) == sorted(each.id for each in ALL[:4])

    def test_batches(self, empty: ElasticIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writing, "BATCH_ACTIONS", 7)
        monkeypatch.setattr(searching, "_STAMPS_AT_ONCE", 10)
        assert empty.write(pages(50)) == ()
        assert len(ids(empty)) == 50
        monkeypatch.setattr(writing, "BATCH_BYTES", 1)
        assert empty.write([], deleted=[each.id for each in pages(40)]) == ()
        assert len(ids(empty)) == 10

    def test_ids_that_no_index_can_hold_are_passed_over(self, filled: ElasticIndex) -> None:
        assert filled.write([], deleted=["", "x" * 600, "page:\ud842", "page:1"]) == ()
        assert "page:1" not in ids(filled)

    def test_what_the_server_itself_refuses_is_rejected(
        self, filled: ElasticIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "refusal", lambda _: None)
        broken = Document("page:1", "page", "坏", year=1 << 70)
        (rejected,) = filled.write([Document("page:98", "page", "邻页"), broken, Document("page:99", "page", "邻页")])
        assert (rejected.id, rejected.reason) == ("page:1", "search.document-refused")
        assert found(filled, "邻页") == ["page:98", "page:99"]
        assert "page:1" not in ids(filled)

    def test_readers_go_on_while_it_is_rebuilt(self) -> None:
        wrong: list[object] = []
        stop = threading.Event()
        with made() as index:
            index.write(pages(20))

            def read() -> None:
                while not stop.is_set():
                    if (total := index.search("王建国", EVERYTHING).total) != 20:
                        wrong.append(total)

            threads = [threading.Thread(target=read) for _ in range(3)]
            for thread in threads:
                thread.start()
            for _ in range(3):
                with index.beside() as beside:
                    beside.write(pages(20))
                    beside.put_in_force()
            stop.set()
            for thread in threads:
                thread.join()
            assert wrong == []
            assert len(indices_of(index)) == 1

    def test_an_old_generation_waits_for_its_readers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(generations, "_LAST_READERS_S", 0.1)
        monkeypatch.setattr(searching, "_STAMPS_AT_ONCE", 5)
        with made() as index:
            index.write(pages(20))
            stamps = index.stamps()
            next(stamps)
            with index.beside() as beside:
                beside.put_in_force()
            assert len(list(stamps)) == 19
            assert len(indices_of(index)) == 2
            with index.beside():
                pass
            assert len(indices_of(index)) == 1

    def test_a_listing_whose_moment_is_lost_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "_STAMPS_AT_ONCE", 5)
        with made() as index:
            index.write(pages(20))
            stamps = index.stamps()
            next(stamps)
            index.drop()
            with pytest.raises(BusyError) as caught:
                list(stamps)
        assert caught.value.code == "search.elastic-point-lost"

    def test_a_rebuild_whose_program_died_is_in_the_way_for_two_minutes_only(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with made() as index, ExitStack() as died:
            index.write(ALL)
            left = died.enter_context(index.beside())
            left.write(PAGES)
            with pytest.raises(BusyError) as caught, index.beside():
                pass
            assert caught.value.code == "search.rebuilding"
            monkeypatch.setattr(generations, "ABANDONED_S", 0.0)
            generations.Generations.remove(index._generations, index._generations.left_over())
            assert len(indices_of(index)) == 1
            # Had it only been slow, it now writes nothing anywhere, and cannot swap.
            with pytest.raises(BusyError):
                left.write(PAGES)
            with pytest.raises(BusyError):
                left.put_in_force()
            assert len(indices_of(index)) == 1
            assert len(ids(index)) == len(ALL)

    def test_a_long_rebuild_says_that_it_is_alive(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writing, "_BEAT_S", 0.0)
        with made() as index, index.beside() as beside:
            (before,) = [each.beat for each in index._generations.all() if index.alias not in each.aliases]
            beside.write(PAGES)
            (after,) = [each.beat for each in index._generations.all() if index.alias not in each.aliases]
            assert after > before

    def test_offices_on_one_server_do_not_know_each_other(self) -> None:
        with made() as one, made(elastic_index=f"{one.settings.elastic_index}-g000001") as other:
            one.write(ALL)
            assert ids(other) == []
            one.drop()
            assert ids(other) == []
            with pytest.raises(StorageError):
                ids(one)
