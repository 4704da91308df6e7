"""One image from its bytes to the bytes of its repaired copy: looked at, planned, done, and measured again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from base.errors import InputError
from base.images import Pixels, read_header, read_pixels
from ingest.measure import measure_page
from ingest.measure.view import PageView
from ingest.repair.apply import apply_repair
from ingest.repair.form import Form, encoded, form_of, planes
from ingest.repair.look import look_around
from ingest.repair.plan import MARGIN_MM, plan_repair
from ingest.repair.values import Note, Repair
from standards.profiles import Profile
from standards.values import Measures

# A new version of the step lands in new objects beside the old ones.
VERSION = "1"
# What is left of a skew after levelling; more is levelled once again, from the original.
_GOOD_ANGLE = 0.1
_TRIES = 3
_MEANT = 100
_HEADER_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Mended:
    """A repaired copy: the plan that was followed, the file's bytes, its pixels (RGB) and its measures."""

    repair: Repair
    data: bytes
    suffix: str
    pixels: Pixels
    measures: Measures


def plan_for(
    data: bytes, name: str, frame: int, measures: Measures, profile: Profile, pixels: Pixels | None = None
) -> Repair:
    """What would be done to an image whose `measures` are known; InputError `image.…` where it cannot be opened."""
    pixels = read_pixels(data, name, frame) if pixels is None else pixels
    view = PageView(pixels, read_header(data, name), data)
    plan = plan_repair(measures, look_around(view), profile, MARGIN_MM)
    try:
        form_of(data, name, frame)
    except InputError as error:
        if error.code != "repair.form":
            raise
        mode = str(error.params["mode"])
        return replace(plan, done=(), left=(*plan.left, Note.of("repair.left-form", mode=mode)))
    return plan


def mend(data: bytes, name: str, frame: int, measures: Measures, profile: Profile) -> tuple[Repair, Mended | None]:
    """The plan, and the repaired copy where there is something to do. The bytes handed in are only read.

    After levelling the copy is measured: where the print still leans, the original is levelled again by what was left, so
    that the copy has been warped once only.
    """
    pixels = read_pixels(data, name, frame)
    plan = plan_for(data, name, frame, measures, profile, pixels)
    if plan.nothing_to_do:
        return plan, None
    form = form_of(data, name, frame)
    best = _done(data, name, plan, form, pixels, measures)
    for _ in range(_TRIES - 1):
        rest = _skew(best.measures)
        if plan.angle == 0 or abs(rest) <= _GOOD_ANGLE:
            break
        skew = measures["skew_deg"]
        corrected = replace(skew, value=round(-best.repair.angle + rest, 3))
        again = plan_for(data, name, frame, {**measures, "skew_deg": corrected}, profile, pixels)
        tried = _done(data, name, replace(again, done=plan.done), form, pixels, measures)
        if abs(_skew(tried.measures)) >= abs(rest):
            break
        best = tried
    return best.repair, best


def _done(data: bytes, name: str, plan: Repair, form: Form, pixels: Pixels, measures: Measures) -> Mended:
    repaired = apply_repair(planes(pixels, form), plan, bitonal=form.mode == "1")
    dpi = header_dpi(form, measures, quarter=plan.turn in (90, 270))
    made = encoded(repaired, form, dpi, quarter_turned=plan.turn in (90, 270), warped=plan.angle != 0)
    # What the file holds is what is measured and shown, compression and all.
    kept = read_pixels(made, name)
    return Mended(plan, made, form.suffix, kept, measure_page(made, name, pixels=kept))


def header_dpi(form: Form, measures: Measures, *, quarter: bool) -> tuple[float, float] | None:
    """The resolution for the copy's header: the original's, unless the paper proves another or it says nothing."""
    said = form.dpi if form.dpi is None or not quarter else (form.dpi[1], form.dpi[0])
    true = measures.get("dpi")
    if true is None or not isinstance(true.value, int | float) or true.confidence < 0.6:
        return said
    if said is not None and min(said) >= _MEANT and np.allclose(said, true.value, rtol=_HEADER_SHARE):
        return said
    return float(round(true.value)), float(round(true.value))


def _skew(measures: Measures) -> float:
    """What is left of the skew in degrees; 0 where the copy tells none."""
    value = measures["skew_deg"].value
    return float(value) if isinstance(value, int | float) else 0.0
