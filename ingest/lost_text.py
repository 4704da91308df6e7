"""Text that a page has and its image does not show whole: cut off by the image's edge, or under what lies on the page."""

from __future__ import annotations

from dataclasses import dataclass

from base.images import Pixels
from ingest.covered import covered_places
from ingest.cut_off import cut_lines
from ocr.lines import PageReading
from standards.values import Box


@dataclass(frozen=True, slots=True)
class LostText:
    """The places of both kinds, in pixels of the stored image."""

    cut: tuple[Box, ...] = ()
    covered: tuple[Box, ...] = ()


def lost_text(pixels: Pixels, reading: PageReading) -> LostText:
    """What of a page's text is not to be seen."""
    return LostText(cut_lines(pixels, reading), covered_places(pixels))
