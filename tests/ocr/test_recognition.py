"""Decoding: characters with their places, how sure each is, and what else a doubtful one may be."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.recognition import Reading, recognise

# The blank of CTC first.
_CHARACTERS = ("", "己", "已", "巳", "年", " ")


def _network(columns: list[dict[int, float]]) -> NDArray[np.float32]:
    scores = np.zeros((1, len(columns), len(_CHARACTERS)), np.float32)
    for place, column in enumerate(columns):
        for character, probability in column.items():
            scores[0, place, character] = probability
    return scores


def _reading(columns: list[dict[int, float]]) -> Reading:
    cut = np.full((48, 320, 3), 255, np.uint8)
    return recognise(lambda _: _network(columns), _CHARACTERS, [cut])[0]


def test_a_doubtful_character_is_told_with_what_else_it_may_be() -> None:
    reading = _reading([{0: 1.0}, {1: 0.5, 2: 0.3, 3: 0.15}, {0: 1.0}, {4: 0.99, 1: 0.01}, {0: 1.0}])
    assert reading.text == "己年"
    assert reading.certainties == pytest.approx((0.5, 0.99), abs=1e-3)
    assert reading.others == ((0, "已巳"),)


def test_a_run_is_one_character_as_sure_as_its_surest_column() -> None:
    reading = _reading([{1: 0.6, 2: 0.4}, {1: 0.97, 2: 0.02}, {0: 1.0}, {1: 0.95}])
    assert reading.text == "己己"
    assert reading.certainties == pytest.approx((0.97, 0.95), abs=1e-3)
    assert reading.others == ()


def test_a_dropped_space_shifts_no_alternative() -> None:
    reading = _reading([{1: 0.95}, {5: 0.9}, {0: 1.0}, {2: 0.5, 3: 0.4}])
    assert (reading.text, reading.others) == ("己已", ((1, "巳"),))


def test_what_is_unlikely_is_no_alternative() -> None:
    assert _reading([{1: 0.8, 2: 0.004, 0: 0.196}]).others == ()
