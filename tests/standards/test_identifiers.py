"""档号: structure, separators, look-alikes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.identifiers import parse

_SERIAL = st.from_regex(r"[0-9]{3,5}", fullmatch=True)
_LEVELS = st.lists(st.from_regex(r"[A-Z0-9]{1,4}", fullmatch=True), max_size=3)


@given(st.from_regex(r"[A-Z][0-9]{3}", fullmatch=True), _LEVELS, _SERIAL, st.none() | _SERIAL)
def test_a_right_number_comes_back_as_it_was(fonds: str, levels: list[str], volume: str, item: str | None) -> None:
    text = "-".join(part for part in (fonds, "·".join(["RS", *levels]), volume, item) if part)
    found = parse(text)
    assert found is not None
    assert found.as_written
    assert (found.text, found.fonds, found.levels, found.volume, found.item) == (
        text, fonds, tuple(levels), volume, item,
    )  # fmt: skip


@given(st.text(max_size=30))
def test_any_text_has_an_answer_and_what_is_one_is_stable(text: str) -> None:
    found = parse(text)
    if found is not None:
        again = parse(found.text)
        assert again is not None
        assert again.as_written
        assert again.text == found.text


@pytest.mark.parametrize("dash", "–—−－﹣_")
@pytest.mark.parametrize("dot", "•・⋅.．")
def test_look_alikes_are_read_and_told(dash: str, dot: str) -> None:
    found = parse(f"A002{dash}RS{dot}2020{dash}001")
    assert found is not None
    assert not found.as_written
    assert found.text == "A002-RS·2020-001"


@pytest.mark.parametrize("text", ["", "12345", "LT-002-0001", "A002-XX-001", "A02-RS-001", "A002-RS-01", "A002RS001"])
def test_another_structure_is_no_number(text: str) -> None:
    assert parse(text) is None


def test_the_page_of_an_item() -> None:
    found = parse("A002-RS-001-002-003")
    assert found is not None
    assert (found.volume, found.item, found.page) == ("001", "002", "003")
