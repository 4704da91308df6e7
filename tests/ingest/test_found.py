"""ID numbers in a snippet: hidden whole, also where its edge cuts one, and no character moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.found import masked_snippet
from search.index import Hit

NUMBER = "110105194912310021"


def _hit(text: str, start: int, end: int) -> Hit:
    return Hit("page:1", "page", "", 1.0, text, text[start:end], (), {})


@given(st.text("甲乙 \n，", max_size=12), st.text("甲乙 \n，", max_size=12), st.integers(0, 42), st.integers(0, 42))
def test_no_cut_of_a_text_shows_the_middle_of_a_number(before: str, behind: str, start: int, length: int) -> None:
    text = before + NUMBER + behind
    hit = _hit(text, start, start + length)
    shown = masked_snippet(hit)
    assert len(shown) == len(hit.snippet)
    assert not any(digits in shown for digits in ("1949", "9491", "4912", "9123", "1231"))
    assert all(char == "*" or char == hit.snippet[at] for at, char in enumerate(shown))


def test_a_snippet_that_stands_nowhere_in_the_text_is_masked_by_itself() -> None:
    hit = Hit("page:1", "page", "", 1.0, "别的", f"证号{NUMBER}", (), {})
    assert masked_snippet(hit) == "证号110105********0021"
