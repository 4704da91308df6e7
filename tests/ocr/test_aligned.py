"""The places of a corrected text's characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr.aligned import aligned_spans
from ocr.lines import Line

BOX = ((0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0))
TEXT = st.text(alphabet="己已巳日曰未末张桂兰", min_size=1, max_size=8)


def line(text: str) -> Line:
    count = len(text)
    return Line(text, BOX, 0.9, tuple((at / count, (at + 1) / count) for at in range(count)))


def test_characters_that_stay_keep_their_places() -> None:
    assert aligned_spans(line("张桂兰"), "张佳兰") == line("张桂兰").char_spans
    assert aligned_spans(line("张桂兰"), "张桂兰。")[:2] == line("张桂兰。").char_spans[:2]


def test_a_character_without_ground_makes_all_share_the_line() -> None:
    assert aligned_spans(line("张兰"), "张桂兰") == line("张桂兰").char_spans


def test_what_was_missed_between_two_characters_shares_the_ground_between_them() -> None:
    read = Line("张兰", BOX, 0.9, ((0.0, 0.2), (0.8, 1.0)))
    assert aligned_spans(read, "张桂兰") == ((0.0, 0.2), (0.2, 0.8), (0.8, 1.0))


def test_without_places_none_are_made_up() -> None:
    assert aligned_spans(Line("张桂兰", BOX, 0.9), "张佳兰") == ()


@given(TEXT, TEXT)
def test_every_character_has_its_place_within_the_line_and_none_runs_backwards(read: str, text: str) -> None:
    spans = aligned_spans(line(read), text)
    assert len(spans) == len(text)
    assert all(0 <= start <= end <= 1 + 1e-9 for start, end in spans)
    assert list(spans) == sorted(spans)
