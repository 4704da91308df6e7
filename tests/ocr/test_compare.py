"""Two readings of one page: differences are found where they are, however each engine cut the page into lines."""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InputError
from ocr.compare import compare
from ocr.compare_sheet import ComparedPage, sheet
from ocr.lines import Box, Line, PageReading


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _line(text: str, top: float, left: float = 100.0) -> Line:
    """Characters 20 pixels wide and 20 high."""
    return Line(text, _box(left, top, left + 20 * max(1, len(text)), top + 20), 0.9)


def _reading(*lines: Line, width: int = 1000) -> PageReading:
    return PageReading("a", "1", width, 600, 0, 0.0, lines, {})


def test_a_wrong_character_is_found_with_its_place_on_the_page() -> None:
    done = compare(_reading(_line("参加工作时间己末", 40)), _reading(_line("参加工作时间己未", 42)), "a.jpg")
    (difference,) = (each for place in done.places for each in place.differences)
    assert (difference.a, difference.b) == ("末", "未")
    assert difference.boxes_a == (_box(240, 40, 260, 60),)
    assert difference.boxes_b == (_box(240, 42, 260, 62),)
    assert done.characters == (1, 1)
    (place,) = done.places
    assert place.a == (("参加工作时间己", False), ("末", True))


def test_lines_cut_in_another_way_are_no_difference() -> None:
    whole = _reading(_line("姓名欧阳建国性别男", 40), _line("出生年月", 80))
    parted = _reading(_line("姓名", 41), _line("欧阳建国", 41, 140), _line("性别 男", 41, 220), _line("出生年月", 80))
    done = compare(whole, parted, "a.jpg")
    assert not done.differing
    assert [place.text_a for place in done.places] == ["姓名欧阳建国性别男", "出生年月"]


def test_forms_that_mean_the_same_are_no_difference() -> None:
    done = compare(_reading(_line("（１９６８）", 40)), _reading(_line("(1968)", 40)), "a.jpg")
    assert not done.differing


def test_what_only_one_has_stands_where_it_follows() -> None:
    a = _reading(_line("第一行", 40), _line("第三行", 120))
    b = _reading(_line("第一行", 40), _line("第二行", 80), _line("第三行", 120))
    done = compare(a, b, "a.jpg")
    assert [place.text_b for place in done.places] == ["第一行", "第二行", "第三行"]
    assert [place.text_a for place in done.differing] == [""]
    assert compare(b, a, "a.jpg").characters == (3, 0)


def test_readings_of_another_image_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        compare(_reading(), _reading(width=900), "a.jpg")
    assert (caught.value.code, caught.value.path) == ("ocr.compare-other-image", "a.jpg")


_texts = st.lists(st.text("己已巳日曰末未 A１(（", max_size=6), max_size=5)


@given(_texts, _texts)
def test_every_character_is_the_same_or_told(a: list[str], b: list[str]) -> None:
    one = _reading(*(_line(text, 40 * number) for number, text in enumerate(a)))
    other = _reading(*(_line(text, 40 * number + 3) for number, text in enumerate(b)))
    assert not compare(one, one, "a.jpg").differing
    there, back = compare(one, other, "a.jpg"), compare(other, one, "a.jpg")
    assert bool(there.differing) == bool(back.differing)
    assert sorted(place.text_a for place in there.places if place.text_a.strip()) == sorted(
        text for text in a if text.strip()
    )
    rows = zip_longest(map(_compared, a), map(_compared, b), fillvalue="")
    assert bool(there.differing) == any(mine != theirs for mine, theirs in rows)


def _compared(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_the_sheet_stands_alone_and_hides_nothing_of_the_text() -> None:
    done = compare(_reading(_line("<b>甲</b>&", 40)), _reading(_line("<b>乙</b>&", 40)), "a.jpg")
    page = ComparedPage("卷 <1>.jpg", 2, 1000, 600, 90, done, b"\xff\xd8\xff")
    text = sheet([page], ("a.jsonl", "b.jsonl"), "zh_CN")
    assert "<b>" not in text
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)
    assert "<script" not in text
    drawn = ElementTree.fromstring(re.search(r"<svg.*</svg>", text, re.DOTALL)[0])  # type: ignore[index]
    assert drawn.get("viewBox") == "0 0 600 1000"
    assert [each.get("class") for each in drawn.iter("polygon")] == ["a", "b"]
