"""The contract: writing, what the index says it holds, rebuilding, its state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.index import KINDS, Document, SearchIndex
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
