"""Lines as they are kept: what is written comes back, what earlier versions wrote is still read, and words have their place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.lines import Line, PageReading

_LEVEL = ((0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0))
_COLUMN = ((0.0, 0.0), (20.0, 0.0), (20.0, 100.0), (0.0, 100.0))


def test_a_reading_comes_back_as_it_was() -> None:
    line = Line(
        "己亥年", _LEVEL, 0.75, ((0.0, 0.3), (0.3, 0.6), (0.6, 1.0)), (0.5, 0.9, 1.0), ((0, "已巳"),), True, True
    )
    reading = PageReading("rapidocr", "3", 100, 20, 90, 1.5, (line,), {"a": 1}, 0.25)
    assert PageReading.from_json(json.loads(json.dumps(reading.as_json()))) == reading


def test_an_earlier_reading_is_still_read() -> None:
    """As it was stored before characters had a confidence."""
    stored = {
        "format": 1, "engine": "rapidocr", "engine_version": "3.10.0", "parameters": {}, "width": 100, "height": 20,
        "rotation": 0, "seconds": 1.0,
        "lines": [{"text": "姓名", "box": [[0, 0], [100, 0], [100, 20], [0, 20]], "confidence": 0.9, "spans": []}],
    }  # fmt: skip
    (line,) = PageReading.from_json(stored).lines
    assert (line.char_confidences, line.alternatives, line.vertical, line.second_look) == ((), (), False, False)


def test_a_part_follows_the_positions_of_its_characters() -> None:
    line = Line("姓名张三", _LEVEL, 0.9, ((0.0, 0.1), (0.1, 0.2), (0.5, 0.75), (0.75, 1.0)))
    assert line.part(2, 4) == ((50.0, 0.0), (100.0, 0.0), (100.0, 20.0), (50.0, 20.0))


def test_a_part_of_a_column_lies_below_its_beginning() -> None:
    line = Line("职工", _COLUMN, 0.9, ((0.0, 0.4), (0.6, 1.0)), vertical=True)
    assert line.part(1, 2) == ((0.0, 60.0), (20.0, 60.0), (20.0, 100.0), (0.0, 100.0))


@given(st.integers(1, 40), st.data())
def test_where_positions_are_unknown_the_line_is_parted_evenly(count: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, count - 1))
    end = data.draw(st.integers(start + 1, count))
    (left, _), (right, _), *_ = Line("字" * count, _LEVEL, 0.9).part(start, end)
    assert right - left == pytest.approx(100 * (end - start) / count)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 3), (-1, 1), (2, 1)])
def test_characters_that_are_not_there_have_no_place(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no characters"):
        Line("姓名", _LEVEL, 0.9).part(start, end)
