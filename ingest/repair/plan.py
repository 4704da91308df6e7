"""What would be done to an image and why, as one value: DA/T 31-2017 10.2 (turn, level), 10.3 (crop), 10.4 (clean)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.repair.geometry import levelled, moved
from ingest.repair.values import Around, Box, Note, Repair, Turn
from standards.papers import MM_PER_INCH
from standards.profiles import Profile
from standards.values import Measure, Measures

# 10.3: the crop line lies at least 2–3 mm outside the page's edge.
LEAST_MARGIN_MM = 2.0
MARGIN_MM = 2.5
# 10.2 gives no number ("until the eye does not notice"): what is smaller is left, for each warp costs a little sharpness.
LEAST_ANGLE = 0.4
# A turn that nobody is sure of is a person's to decide.
_SURE_TURN = 0.75
_SURE_SKEW = 0.5
_SURE_SCALE = 0.6
# A strip of bed that is wider than the margin by less than this is not worth a cut.
_WORTH_MM = 1.0
_BORDER_MM = 3.0
_HEADER_MEANT = 100
# What OpenCV can move in one go.
_LONGEST_PX = 32_000


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a repair: what it decided and what it says."""

    value: float
    done: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()


def plan_repair(measures: Measures, around: Around, profile: Profile, margin_mm: float = MARGIN_MM) -> Repair:
    """The repair of one image by its measures; `nothing_to_do` where all is well.

    `margin_mm` is left outside the paper's edge where the bed shows, at least ceil(2 × dpi / 25.4) pixels. Border and
    margin need the true scale: where it is not known, they are left with that reason.
    """
    turn = _turn(measures)
    angle = _angle(measures, around)
    scale = px_per_mm(measures)
    plan = _whole(around, _as_turn(turn.value), angle.value)
    plan = replace(plan, done=turn.done + angle.done, left=turn.left + angle.left)
    if max(around.width, around.height) > _LONGEST_PX:
        return replace(_whole(around, 0, 0.0), left=(Note.of("repair.left-too-large"),))
    return _cropped(plan, around, scale, _border_limit(profile), margin_mm)


def px_per_mm(measures: Measures) -> float | None:
    """Stored pixels per millimetre by the true resolution, otherwise by a header that means it."""
    dpi = _number(measures.get("dpi"), _SURE_SCALE) or _number(measures.get("dpi_header"), 0.0)
    return dpi / MM_PER_INCH if dpi is not None and dpi >= _HEADER_MEANT else None


def margin_px(scale: float, margin_mm: float = MARGIN_MM) -> int:
    """`margin_mm` in pixels, never less than the 2 mm of DA/T 31-2017 10.3."""
    return max(math.ceil(LEAST_MARGIN_MM * scale), round(margin_mm * scale))


def _number(measure: Measure | None, least: float) -> float | None:
    if measure is None or measure.reason is not None or isinstance(measure.value, str | bool | None):
        return None
    return float(measure.value) if measure.confidence >= least else None


def _as_turn(degrees: float) -> Turn:
    return {0: 0, 90: 90, 180: 180, 270: 270}[round(degrees)]  # type: ignore[return-value]


def _turn(measures: Measures) -> _Step:
    degrees = _number(measures.get("orientation_deg"), 0.0) or 0.0
    if degrees == 0:
        return _Step(0)
    if _number(measures.get("orientation_deg"), _SURE_TURN) is None:
        return _Step(0, left=(Note.of("repair.left-turn-unsure"),))
    return _Step(degrees, done=(Note.of("repair.turn", degrees=round(degrees)),))


def _angle(measures: Measures, around: Around) -> _Step:
    """Against the print's skew; a page without print is levelled by its edges where all four show."""
    measure = measures.get("skew_deg")
    skew = _number(measure, _SURE_SKEW)
    by_edge = skew is None and around.edge_deg is not None
    if by_edge:
        skew = around.edge_deg
    if skew is None:
        return _Step(0.0, left=(Note.of("repair.left-skew"),))
    if abs(skew) < LEAST_ANGLE:
        return _Step(0.0)
    code = "repair.level-left" if skew > 0 else "repair.level-right"
    note = Note.of(f"{code}-by-edge" if by_edge else code, degrees=round(abs(skew), 1))
    return _Step(-round(skew, 3), done=(note,))


def _whole(around: Around, turn: Turn, angle: float) -> Repair:
    """All of the frame kept, whatever the turn: the paper's corners never leave it."""
    frame = [
        (0.0, 0.0),
        (around.width - 1.0, 0.0),
        (around.width - 1.0, around.height - 1.0),
        (0.0, around.height - 1.0),
    ]
    points = moved(frame, levelled(around.width, around.height, turn, angle))
    return Repair(
        around.width, around.height, turn, angle, _bounds(points, (0, 0, 0, 0)), around.paper, around.bed, (), 0, (), ()
    )


def _bounds(points: Sequence[Sequence[float]] | np.ndarray, margins: tuple[int, int, int, int]) -> Box:
    spread = np.asarray(points)
    low, high = np.floor(spread.min(axis=0) + 1e-6), np.ceil(spread.max(axis=0) - 1e-6) + 1
    left, top, right, bottom = margins
    return int(low[0]) - left, int(low[1]) - top, int(high[0]) + right, int(high[1]) + bottom


def _border_limit(profile: Profile) -> float:
    limit = profile.rules["page.border"].limit
    return float(limit) if isinstance(limit, int | float) else _BORDER_MM


def _cropped(plan: Repair, around: Around, scale: float | None, limit_mm: float, margin_mm: float) -> Repair:
    if around.bed is None:
        # No bed, so no border; the turned corners get the paper's colour.
        return plan
    if not around.straight:
        return replace(plan, left=(*plan.left, Note.of("repair.left-edge")))
    if scale is None:
        return replace(plan, left=(*plan.left, Note.of("repair.left-scale")))
    margin = margin_px(scale, margin_mm)
    widest = max(around.surplus) / scale
    has_border = around.dark and widest > limit_mm
    too_wide = any(_cut(plan, around, margin, scale))
    if not (has_border or too_wide or plan.angle):
        return plan
    done = [*plan.done]
    if has_border:
        done.append(Note.of("repair.border", mm=round(widest, 1)))
    if too_wide or has_border:
        done.append(Note.of("repair.crop", mm=round(margin / scale, 1)))
    return replace(
        plan,
        box=_box(plan, around, margin),
        fill=around.paper if around.dark else around.bed,
        clean=around.hull if around.dark else (),
        margin_px=margin,
        done=tuple(done),
    )


def _box(plan: Repair, around: Around, margin: int) -> Box:
    """The paper and the margin around it; on a side where the paper runs out of the frame, the paper alone."""
    points = moved(around.hull, levelled(around.width, around.height, plan.turn, plan.angle))
    left, top, right, bottom = (margin if seen else 0 for seen in _turned_sides(around.bed_sides, plan.turn))
    return _bounds(points, (left, top, right, bottom))


def _cut(plan: Repair, around: Around, margin: int, scale: float) -> list[bool]:
    """For each side: the crop takes away a strip of bed that is worth it."""
    box = _box(plan, around, margin)
    sides = _turned_sides(around.bed_sides, plan.turn)
    less = (box[0] - plan.box[0], box[1] - plan.box[1], plan.box[2] - box[2], plan.box[3] - box[3])
    return [seen and pixels / scale > _WORTH_MM for seen, pixels in zip(sides, less, strict=True)]


def _turned_sides(sides: tuple[bool, bool, bool, bool], turn: Turn) -> tuple[bool, bool, bool, bool]:
    """(left, top, right, bottom) after a clockwise turn: what was at the bottom comes to the left, and so on around."""
    steps = turn // 90
    around = [sides[(place - steps) % 4] for place in range(4)]
    return around[0], around[1], around[2], around[3]
