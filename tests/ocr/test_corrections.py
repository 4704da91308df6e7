"""Corrections in a reading: they always survive, the rest keeps its order, and merging twice is merging once."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ocr.corrections import Correction, merge
from ocr.lines import Box, Line, PageReading

PAGE = 1000.0
TEXTS = st.text(alphabet="己已巳日曰未末姓名张桂兰0123456789 ,。", min_size=1, max_size=8).filter(
    lambda text: text.strip()
)


def box(left: float, top: float, width: float, height: float) -> Box:
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


def reading(*lines: Line, rotation: int = 0) -> PageReading:
    return PageReading("test", "1", int(PAGE), int(PAGE), rotation, 0.1, lines, {})


BOXES = st.builds(box, *(st.integers(low, high) for low, high in ((0, 900), (0, 900), (20, 100), (8, 60))))
LINES = st.lists(st.builds(Line, TEXTS, BOXES, st.floats(0, 1), vertical=st.booleans()), max_size=6)
READINGS = st.builds(
    lambda lines, rotation: reading(*lines, rotation=rotation), LINES, st.sampled_from([0, 90, 180, 270])
)
WORDS = st.lists(st.tuples(BOXES, st.one_of(TEXTS, st.just("")), st.booleans()), max_size=5).map(
    lambda words: [
        Correction(number, place, text, (), tall) for number, (place, text, tall) in enumerate(words, start=1)
    ]
)


@given(READINGS, WORDS)
def test_each_correction_is_there_once_with_its_own_box_and_text(read: PageReading, words: list[Correction]) -> None:
    merged = merge(read, words)
    kept = {line_id: line for line, line_id in zip(merged.reading.lines, merged.line_ids, strict=True) if line_id}
    assert sorted(line_id for line_id in merged.line_ids if line_id) == [each.line_id for each in words if each.text]
    for each in words:
        if each.text:
            line = kept[each.line_id]
            assert (line.text, line.box, line.confidence, line.vertical) == (each.text, each.box, 1.0, each.vertical)


ONE_PLACE = [
    Correction(1, box(0, 0, 20, 8), "0"),
    Correction(2, box(0, 0, 20, 9), "0"),
    Correction(3, box(0, 0, 20, 8), "0"),
]


@given(READINGS, WORDS)
@example(reading(), ONE_PLACE)
def test_merging_again_changes_nothing(read: PageReading, words: list[Correction]) -> None:
    once = merge(read, words).reading
    assert merge(once, words).reading == once


@given(READINGS, WORDS, st.randoms())
def test_the_order_of_the_corrections_does_not_matter(
    read: PageReading, words: list[Correction], chance: object
) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(read, shuffled) == merge(read, words)


@given(READINGS, WORDS)
def test_lines_that_no_correction_touches_stay_as_they_are_and_in_order(
    read: PageReading, words: list[Correction]
) -> None:
    left = [line for line in merge(read, words).reading.lines if line in read.lines]
    places = [read.lines.index(line) for line in left]
    distinct = len(set(read.lines)) == len(read.lines)
    assert not distinct or places == sorted(places)


def test_a_corrected_line_takes_the_place_of_what_was_read_there() -> None:
    first, second = Line("姓名 张桂兰", box(60, 100, 180, 24), 0.6), Line("出生 1949年", box(60, 140, 200, 24), 0.9)
    merged = merge(reading(first, second), [Correction(7, first.box, "姓名 张桂蘭")])
    assert merged.reading.text == "姓名 张桂蘭\n出生 1949年"
    assert merged.line_ids == (7, 0)


def test_another_engine_may_cut_the_line_in_two_or_move_its_edges() -> None:
    word = Correction(1, box(60, 100, 200, 24), "欧阳建国同志")
    halves = reading(Line("欧阳建", box(58, 98, 100, 28), 0.8), Line("国同志", box(160, 101, 104, 26), 0.8))
    assert merge(halves, [word]).reading.text == "欧阳建国同志"


def test_of_a_line_that_runs_over_a_corrected_one_the_rest_is_kept_where_it_stood() -> None:
    word = Correction(1, box(150, 100, 100, 24), "司徒秀英")
    joined = reading(Line("姓名司徙秀荚女", box(100, 100, 175, 24), 0.8), Line("汉族", box(100, 140, 50, 24), 0.8))
    merged = merge(joined, [word])
    assert merged.reading.text == "姓名\n司徒秀英\n女\n汉族"
    assert merged.reading.lines[2].box == box(250, 100, 25, 24)


def test_neighbours_above_and_below_that_touch_the_box_are_not_eaten() -> None:
    lines = [
        Line(text, box(100, 100 + 20 * row, 200, 26), 0.9) for row, text in enumerate(("第一行", "第二行", "第三行"))
    ]
    merged = merge(reading(*lines), [Correction(1, lines[1].box, "第贰行")])
    assert merged.reading.text == "第一行\n第贰行\n第三行"


def test_noise_takes_the_line_away_and_stays_away_after_another_reading() -> None:
    noise = Correction(1, box(400, 400, 60, 60), "")
    assert merge(reading(Line("公章", box(402, 398, 58, 60), 0.4)), [noise]).reading.lines == ()


def test_a_line_that_was_missed_goes_where_a_person_would_read_it() -> None:
    lines = [Line("姓名", box(100, 100, 50, 24), 1.0), Line("性别", box(400, 100, 50, 24), 1.0), Line("出生", box(100, 140, 50, 24), 1.0)]  # fmt: skip
    name, born = Correction(1, box(170, 102, 90, 22), "张桂兰"), Correction(2, box(170, 141, 90, 22), "1949年")
    assert merge(reading(*lines), [name, born]).reading.text == "姓名\n张桂兰\n性别\n出生\n1949年"


def test_on_a_page_that_lies_on_its_head_the_missed_line_is_placed_upright() -> None:
    upside = Line("第一行", ((900, 900), (700, 900), (700, 870), (900, 870)), 1.0)
    below = Line("第三行", ((900, 700), (700, 700), (700, 670), (900, 670)), 1.0)
    added = Correction(1, ((900, 800), (700, 800), (700, 770), (900, 770)), "第二行")
    assert merge(reading(upside, below, rotation=180), [added]).reading.text == "第一行\n第二行\n第三行"


def test_vertical_text_is_corrected_along_its_column() -> None:
    column = Line("工人阶级领导", box(500, 100, 30, 180), 0.7, vertical=True)
    merged = merge(reading(column), [Correction(1, box(500, 100, 30, 60), "士人", (), vertical=True)])
    assert merged.reading.text == "士人\n阶级领导"
    assert merged.reading.lines[1].box == box(500, 160, 30, 120)
