"""The plan alone, for any sheet at any place: the paper is inside, the margin is never too small, words fit the deed."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from base.messages import LANGUAGES
from ingest.repair.apply import apply_repair
from ingest.repair.geometry import moved, to_repaired
from ingest.repair.plan import margin_px, plan_repair
from ingest.repair.telling import as_json, from_json, told
from ingest.repair.values import Around, Repair
from standards.profiles import load_profile
from standards.values import Measure, Measures

PROFILE = load_profile()


def measures(dpi: float, skew: float | None, turn: int) -> Measures:
    lean = Measure("skew_deg", skew, "deg", 0.9) if skew is not None else Measure("skew_deg", None, reason="reason.x")
    return {
        "dpi": Measure("dpi", dpi, "dpi", 0.9),
        "skew_deg": lean,
        "orientation_deg": Measure("orientation_deg", turn, "deg", 0.95),
    }


@st.composite
def laid(draw: st.DrawFn) -> tuple[Around, Measures]:
    """A sheet of 120 × 170 mm at some dpi, leaning, with strips of dark or light bed of any width on each side."""
    dpi = draw(st.sampled_from([200.0, 300.0, 600.0]))
    skew = draw(st.one_of(st.none(), st.floats(-8, 8)))
    strips = [draw(st.floats(0, 30)) * dpi / 25.4 for _ in range(4)]
    radians = math.radians(skew or 0)
    sides = (120 / 25.4 * dpi, 170 / 25.4 * dpi)
    corners = np.array([(0, 0), (sides[0], 0), sides, (0, sides[1])])
    turn = np.array([(math.cos(radians), math.sin(radians)), (-math.sin(radians), math.cos(radians))])
    points = corners @ turn
    points += np.array(strips[:2]) - points.min(axis=0)
    width, height = (points.max(axis=0) + strips[2:]).round().astype(int) + 1
    seen = tuple(strip > 4 for strip in strips)
    around = Around(
        int(width), int(height), tuple((float(x), float(y)) for x, y in points), (seen[0], seen[1], seen[2], seen[3]),
        tuple(strips) if any(seen) else (0, 0, 0, 0),  # type: ignore[arg-type]
        (20, 20, 20) if any(seen) else None, draw(st.booleans()), (230, 220, 190), None, True,
    )  # fmt: skip
    return around, measures(dpi, skew, draw(st.sampled_from([0, 90, 180, 270])))


@given(laid())
def test_the_paper_is_inside_with_its_margin(case: tuple[Around, Measures]) -> None:
    around, found = case
    plan = plan_repair(found, around, PROFILE)
    corners = moved(around.hull, to_repaired(plan))
    width, height = plan.size
    least = [*corners.min(axis=0), *(np.array([width, height]) - 1 - corners.max(axis=0))]
    assert min(least) >= -1.01
    if plan.margin_px:
        scale = float(found["dpi"].value or 0) / 25.4
        assert plan.margin_px >= math.ceil(2 * scale)
        steps = plan.turn // 90
        for place, room in enumerate(least):
            if around.bed_sides[(place - steps) % 4]:
                assert plan.margin_px - 1.01 <= room <= plan.margin_px + 2.01


@given(laid())
def test_a_plan_says_what_it_does_and_nothing_else(case: tuple[Around, Measures]) -> None:
    around, found = case
    plan = plan_repair(found, around, PROFILE)
    codes = {note.code for note in plan.done}
    assert plan.nothing_to_do == (not codes)
    assert ("repair.turn" in codes) == (plan.turn != 0)
    assert bool(codes & {"repair.level-left", "repair.level-right"}) == (plan.angle != 0)
    if "repair.border" in codes:
        assert around.dark
        assert plan.clean == around.hull
    if not around.dark:
        assert plan.clean == ()
    assert from_json(as_json(plan.done)) == plan.done
    for language in LANGUAGES:
        assert told(plan.done + plan.left, language)


@given(st.floats(100, 1200))
def test_the_margin_is_never_under_the_clause(dpi: float) -> None:
    """DA/T 31-2017 10.3: at least ceil(2 × dpi / 25.4) pixels."""
    assert margin_px(dpi / 25.4) >= math.ceil(2 * dpi / 25.4)
    assert margin_px(dpi / 25.4) <= 3 * dpi / 25.4 + 1


@given(
    st.integers(3, 12), st.integers(3, 12), st.sampled_from([0, 90, 180, 270]),
    st.tuples(*[st.integers(-3, 2)] * 4), st.booleans(),
)  # fmt: skip
def test_a_turn_and_a_cut_move_pixels_without_touching_them(
    width: int, height: int, turn: int, edges: tuple[int, int, int, int], grey: bool
) -> None:
    around, empty = (width, height), Repair(1, 1, 0, 0.0, (0, 0, 1, 1), (9, 9, 9), None, (), 0, (), ())
    pixels = np.random.default_rng(1).integers(20, 255, (height, width, 3)).astype(np.uint8)
    pixels = np.ascontiguousarray(pixels[:, :, 0]) if grey else pixels
    across, down = around if turn in (0, 180) else around[::-1]
    box = (edges[0], edges[1], across - edges[2], down - edges[3])
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return
    repair = Repair(width, height, turn, 0.0, box, (9, 9, 9), None, (), 0, _note(), ())  # type: ignore[arg-type]
    made = apply_repair(pixels, repair)
    turned = np.rot90(pixels, -(turn // 90))
    for y in range(box[1], box[3]):
        for x in range(box[0], box[2]):
            inside = 0 <= x < across and 0 <= y < down
            value = made[y - box[1], x - box[0]]
            assert np.array_equal(value, turned[y, x]) if inside else np.all(value == 9)
    assert np.array_equal(apply_repair(pixels, empty), pixels)


def _note() -> tuple[object, ...]:
    return plan_repair(measures(200, None, 90), _frame(), PROFILE).done


def _frame() -> Around:
    corners = ((0.0, 0.0), (99.0, 0.0), (99.0, 99.0), (0.0, 99.0))
    return Around(100, 100, corners, (False,) * 4, (0, 0, 0, 0), None, False, (1, 1, 1), None, True)  # type: ignore[arg-type]
