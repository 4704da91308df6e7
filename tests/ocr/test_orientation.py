"""Which way up, by votes: upright unless another turn says it clearly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.orientation import TURNS, Probe, most_voted, plain_turn, probe_of
from ocr.recognition import Reading

_VOTES = st.floats(0, 200)


@pytest.mark.parametrize(
    ("votes", "turn"),
    [
        ((0, 0, 0, 0), 0),
        # A cover: on its left side the title reads backwards, nearly as well.
        ((18.0, 0, 0, 20.0), 0),
        ((0, 20.0, 18.0, 0), 180),
        # Rows of grid paper, found only crosswise.
        ((11.9, 27.8, 0, 0), 90),
        ((0, 0, 12.9, 34.7), 270),
        # One short word in another turn, and nothing upright.
        ((0, 0, 3.9, 0), 180),
        # One letter or two say nothing.
        ((0, 0, 2.0, 0), 0),
    ],
)
def test_upright_unless_another_turn_is_clearly_better(votes: tuple[float, ...], turn: int) -> None:
    assert most_voted(dict(zip(TURNS, votes, strict=True))) == turn


@given(st.fixed_dictionaries(dict.fromkeys(TURNS, _VOTES)))
def test_the_turn_chosen_is_never_far_behind_the_best(votes: dict[int, float]) -> None:
    chosen = most_voted(votes)
    assert chosen == 0 or votes[chosen] > votes[0]
    assert max(votes.values()) <= max(2.5, 1.25**2 * votes[chosen])


def test_only_lines_that_read_well_vote() -> None:
    readings = [Reading("入党志愿书", 1.0, ()), Reading("O", 0.9, ()), Reading("中如宝家业照", 0.3, ())]
    assert probe_of(readings).votes == 5.0
    assert probe_of(readings).mean == pytest.approx(2.2 / 3)
    assert probe_of([]).votes == 0


@pytest.mark.parametrize(
    ("upright", "on_head", "turn"),
    [
        # Running hand: it does not read well, but on its head it says nothing.
        (Probe(0.78, 30.0), Probe(0.3, 0.0), 0),
        (Probe(0.3, 2.0), Probe(0.78, 30.0), 180),
        (Probe(0.5, 0.0), Probe(0.93, 4.0), 180),
        # Both say something, or too little was said, or it reads badly: more has to be looked at.
        (Probe(0.78, 30.0), Probe(0.6, 10.0), None),
        (Probe(0.85, 6.0), Probe(0.2, 0.0), None),
        (Probe(0.6, 20.0), Probe(0.3, 0.0), None),
    ],
)
def test_running_hand_is_plain_where_it_says_nothing_on_its_head(
    upright: Probe, on_head: Probe, turn: int | None
) -> None:
    assert plain_turn(upright, on_head) == turn
