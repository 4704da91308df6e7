"""Before a repair is asked for: what it would do, and how the page would look, as small as a screen needs it."""

from __future__ import annotations

from dataclasses import dataclass

from base.images import read_pixels
from base.views import VIEW_SIDE, reduced_jpeg
from ingest.repair.apply import apply_repair
from ingest.repair.form import form_of, planes
from ingest.repair.mend import plan_for
from ingest.repair.values import Repair
from standards.profiles import Profile
from standards.values import Measures


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan, and the repaired page as a reduced JPEG; None where there is nothing to do."""

    repair: Repair
    picture: bytes | None


def preview(data: bytes, frame: int, measures: Measures, profile: Profile) -> Preview:
    """Nothing is written; InputError `image.…` where the page cannot be opened."""
    pixels = read_pixels(data, "", frame)
    plan = plan_for(data, "", frame, measures, profile, pixels)
    if plan.nothing_to_do:
        return Preview(plan, None)
    form = form_of(data, "", frame)
    made = apply_repair(planes(pixels, form), plan, bitonal=form.mode == "1")
    shown = made if made.ndim == 3 else made[:, :, None].repeat(3, axis=2)
    return Preview(plan, reduced_jpeg(shown, VIEW_SIDE))
