"""Readings lie beside each other; which one counts follows from who asked for it and when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ocr.lines import Line, PageReading
from ocr.results import Kept, as_object, counting, parameters_digest, plausible

_BOX = ((1.0, 1.0), (9.0, 1.0), (9.0, 5.0), (1.0, 5.0))
_READING = PageReading("a", "1", 20, 10, 0, 0.5, (Line("姓名", _BOX, 0.9),), {"side": 1280, "models": {"x": "12"}})
_START = datetime(2026, 11, 22, tzinfo=UTC)


def _at(hours: int) -> datetime:
    return _START + timedelta(hours=hours)


def test_the_object_says_all_that_is_needed_to_compare_it_and_reads_back() -> None:
    value = json.loads(as_object(_READING, _START))
    assert value["format"] == 1
    assert value["read_at"] == "2026-11-22T00:00:00+00:00"
    assert value["parameters"]["models"] == {"x": "12"}
    assert value["parameters_digest"] == parameters_digest(_READING.parameters)
    assert PageReading.from_json(value) == _READING


def test_the_digest_tells_parameters_apart_and_not_their_order() -> None:
    assert parameters_digest({"a": 1, "b": {"c": 2, "d": 3}}) == parameters_digest({"b": {"d": 3, "c": 2}, "a": 1})
    assert parameters_digest({"a": 1}) != parameters_digest({"a": 2})


def test_the_newest_of_the_own_engine_counts_and_another_engine_changes_nothing() -> None:
    own, other, newer = Kept(1, "own", _at(0), None), Kept(2, "other", _at(1), None), Kept(3, "own", _at(2), None)
    assert counting([], "own") is None
    assert counting([other], "own") == 2
    assert counting([own, other], "own") == 1
    assert counting([own, other, newer], "own") == 3


_kept = st.builds(
    Kept,
    id=st.integers(1, 50),
    engine=st.sampled_from(["own", "other"]),
    read_at=st.integers(0, 50).map(_at),
    chosen_at=st.none() | st.integers(0, 50).map(_at),
)


@given(st.lists(_kept, min_size=1, unique_by=lambda kept: kept.id))
def test_what_a_person_chose_last_counts_whatever_is_read_after_it(readings: list[Kept]) -> None:
    best = next(kept for kept in readings if kept.id == counting(readings, "own"))
    chosen = [kept.chosen_at for kept in readings if kept.chosen_at]
    assert best.chosen_at == max(chosen, default=None)
    later = Kept(99, "own", _at(100), None)
    assert (counting([*readings, later], "own") == best.id) == bool(chosen)


def test_an_answer_about_another_image_is_not_plausible() -> None:
    assert plausible(_READING, 20, 10)
    assert not plausible(_READING, 10, 20)
    assert not plausible(None, 20, 10)
    for line in (Line("", _BOX, 0.9), Line("字", _BOX, 90.0), Line("字", ((1, 1), (21, 1), (21, 5), (1, 5)), 0.9)):
        assert not plausible(replace(_READING, lines=(line,)), 20, 10)
