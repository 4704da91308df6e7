"""The contract: what a hit shows of its document."""

from __future__ import annotations

from search.index import Document, SearchIndex
from tests.search.asking import hit
from tests.search.samples import PAGES


class Hits:
    def test_marks_point_at_the_text_as_written(self, filled: SearchIndex) -> None:
        page = hit(filled, "吴国华", "page:1")
        assert page.text == PAGES[0].text
        assert [page.text[start:end] for start, end in page.marks] == ["吳 國\n華"]
        assert page.snippet in page.text
        assert "吳 國\n華" in page.snippet

    def test_what_was_stored_comes_back_untouched(self, filled: SearchIndex) -> None:
        page = hit(filled, "登记", "page:1")
        assert (page.kind, page.title, page.stored) == ("page", "职工登记表", {"page": 1, "file": "a/001.jpg"})

    def test_a_snippet_shows_a_mark_far_down(self, empty: SearchIndex) -> None:
        empty.write([Document("page:1", "page", "甲" * 5000 + "王建国" + "乙" * 5000)])
        page = hit(empty, "王建国", "page:1")
        assert "王建国" in page.snippet
        assert len(page.snippet) <= 100

    def test_texts_with_halves_of_surrogates_are_kept(self, empty: SearchIndex) -> None:
        empty.write([Document("page:1", "page", "王建\ud842国")])
        assert hit(empty, "王建", "page:1").text == "王建\ud842国"
