"""Is the page blank? Ruled, tinted, stained, punched or bled-through paper is; any print, page number, stamp or pencil is not."""

from __future__ import annotations

import math

from ingest.measure.answers import measured
from ingest.measure.marks import Marks
from standards.values import Measure

# Evidence of marks (millimetres) at which a page is as likely blank as not: one faint pencil figure has about three.
_HALFWAY = 1.6


def blank(marks: Marks) -> Measure:
    """`blank` 0–1: 1 where nothing was set down on the page."""
    value = 1 / (1 + (marks.evidence / _HALFWAY) ** 2)
    return measured("blank", round(value, 3), confidence=min(0.99, 0.5 + abs(value - 0.5)))


def bleed_through(marks: Marks) -> Measure:
    """`bleed_through` 0–1 from the share of the paper that is softly and faintly darkened; a tenth of it counts as all."""
    return measured("bleed_through", round(1 - math.exp(-marks.veil / 0.03), 3), confidence=0.6)
