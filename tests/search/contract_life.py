"""The contract: writing, what the index says it holds, rebuilding, its state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from base.errors import BusyError, StorageError
from base.messages import message
from search.index import KINDS, Document, SearchIndex, stamp
from tests.search.asking import found, ids
from tests.search.samples import ALL, EVERYTHING, PAGES


class Life:
    def test_a_document_is_replaced(self, filled: SearchIndex) -> None:
        filled.write([replace(PAGES[0], text="新的文字", title="")])
        assert found(filled, "新的文字") == ["page:1"]
        assert "page:1" not in found(filled, "吴国华")
        assert ids(filled) == sorted(each.id for each in ALL)

    def test_writing_twice_is_writing_once(self, filled: SearchIndex) -> None:
        filled.write([*ALL, *ALL])
        assert ids(filled) == sorted(each.id for each in ALL)
        assert filled.search("吴国华", EVERYTHING).total == 3

    def test_deleted_documents_are_gone(self, filled: SearchIndex) -> None:
        filled.write([], deleted=["page:1", "page:unknown"])
        assert "page:1" not in found(filled, "吴国华")
        assert "page:1" not in ids(filled)

    def test_what_is_deleted_and_written_at_once_is_there(self, filled: SearchIndex) -> None:
        filled.write([PAGES[0]], deleted=["page:1"])
        assert "page:1" in found(filled, "吴国华")

    def test_a_write_that_breaks_leaves_what_was(self, filled: SearchIndex) -> None:
        def broken() -> object:
            yield Document("page:99", "page", "吴国华")
            raise OSError("source gone")

        with pytest.raises(OSError, match="source gone"):
            filled.write(broken(), deleted=["page:1"])  # type: ignore[arg-type]
        assert ids(filled) == sorted(each.id for each in ALL)
        filled.write([Document("page:99", "page", "吴国华")])
        assert "page:99" in ids(filled)

    def test_an_empty_index_answers(self, empty: SearchIndex) -> None:
        assert empty.search("王", EVERYTHING).total == 0
        assert ids(empty) == []

    def test_every_kind_is_searched_by_default(self, filled: SearchIndex) -> None:
        assert {each.split(":")[0] for each in found(filled, "国华 OR 表")} == set(KINDS)

    # --- what the index holds

    def test_stamps_are_those_of_the_documents(self, filled: SearchIndex) -> None:
        assert dict(filled.stamps()) == {each.id: stamp(each) for each in ALL}
        filled.write([replace(PAGES[0], confidence=0.5)], deleted=["page:2"])
        now = dict(filled.stamps())
        assert now["page:1"] == stamp(replace(PAGES[0], confidence=0.5)) != stamp(PAGES[0])
        assert "page:2" not in now

    def test_stamps_are_as_of_one_moment(self, filled: SearchIndex) -> None:
        stamps = filled.stamps()
        first = next(stamps)
        filled.write([Document("page:99", "page", "王")], deleted=["page:1", "person:1"])
        assert {each for each, _ in (first, *stamps)} == {each.id for each in ALL}

    # --- documents that cannot be taken

    @pytest.mark.parametrize(
        ("broken", "reason"),
        [
            (replace(PAGES[0], text="王" * 500_001), "search.document-too-large"),
            (replace(PAGES[0], names=("王" * 1_001,)), "search.document-value-too-long"),
            (replace(PAGES[0], identifiers=tuple(map(str, range(1_001)))), "search.document-too-many-values"),
            (replace(PAGES[0], year=-1), "search.document-value"),
            (replace(PAGES[0], day=19681399), "search.document-value"),
            (replace(PAGES[0], confidence=float("nan")), "search.document-value"),
            (replace(PAGES[0], enterprise=1 << 70), "search.document-value"),
            (replace(PAGES[0], stored={"at": {1, 2}}), "search.document-value"),
            (replace(PAGES[0], text=None), "search.document-value"),  # type: ignore[arg-type]
            (replace(PAGES[0], organisations=(None,)), "search.document-value"),  # type: ignore[arg-type]
        ],
    )
    def test_a_rejected_document_never_stops_its_neighbours(
        self, filled: SearchIndex, broken: Document, reason: str
    ) -> None:
        (rejected,) = filled.write([Document("page:98", "page", "邻页"), broken, Document("page:99", "page", "邻页")])
        assert (rejected.id, rejected.reason) == ("page:1", reason)
        assert message(rejected.reason, "zh_CN", **rejected.values)
        assert found(filled, "邻页") == ["page:98", "page:99"]
        # What it said before is no longer true.
        assert "page:1" not in ids(filled)
        assert filled.write([PAGES[0]]) == ()
        assert "page:1" in ids(filled)

    def test_the_largest_document_is_taken(self, empty: SearchIndex) -> None:
        assert empty.write([Document("page:1", "page", "王建国" * 166_666 + "末尾")]) == ()
        assert found(empty, "国末尾") == ["page:1"]

    # --- an index beside

    def test_beside_is_seen_after_the_swap_and_not_before(self, filled: SearchIndex) -> None:
        with filled.beside() as beside:
            assert beside.write([Document("page:7", "page", "重建")]) == ()
            assert beside.write([Document("page:8", "page", "重建")], deleted=["page:7"]) == ()
            assert found(filled, "吴国华") == ["person:1", "person:4", "page:1"]
            filled.write([Document("page:9", "page", "照常")])
            assert found(filled, "照常") == ["page:9"]
            beside.put_in_force()
            assert ids(filled) == ["page:8"]
        assert found(filled, "重建") == ["page:8"]
        filled.write([Document("page:9", "page", "照常")])
        assert ids(filled) == ["page:8", "page:9"]

    def test_beside_is_discarded_without_a_swap(self, filled: SearchIndex) -> None:
        with filled.beside() as beside:
            beside.write([Document("page:7", "page", "重建")])
        with pytest.raises(RuntimeError), filled.beside() as beside:
            beside.write([Document("page:7", "page", "重建")])
            raise RuntimeError
        assert ids(filled) == sorted(each.id for each in ALL)
        with filled.beside() as beside:
            beside.put_in_force()
        assert ids(filled) == []

    def test_beside_tells_of_rejected_documents(self, filled: SearchIndex) -> None:
        with filled.beside() as beside:
            (rejected,) = beside.write([replace(PAGES[0], year=-1), PAGES[1]])
            assert rejected.id == "page:1"
            assert beside.write([PAGES[2]]) == ()
            beside.put_in_force()
        assert ids(filled) == ["page:2", "page:3"]

    def test_one_rebuild_at_a_time(self, filled: SearchIndex) -> None:
        with filled.beside(), pytest.raises(BusyError) as caught, filled.beside():
            pass
        assert caught.value.code == "search.rebuilding"
        with filled.beside():
            pass

    def test_what_is_in_force_takes_nothing_by_the_old_way(self, filled: SearchIndex) -> None:
        with filled.beside() as beside:
            beside.put_in_force()
            with pytest.raises(StorageError):
                beside.write([PAGES[0]])

    # --- how it is

    def test_ready(self, empty: SearchIndex) -> None:
        for documents in ((), ALL):
            empty.write(documents)
            # `values` may tell more of an engine, for who keeps it.
            state = empty.state()
            assert (state.state, state.detail) == ("ready", "")
