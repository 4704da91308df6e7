"""All measures of one page image: decoded once, each measure in its own module."""

from __future__ import annotations

from base.errors import InputError
from base.images import ImageHeader, Pixels, read_header
from ingest.delivery import pdf
from ingest.measure import blank, border, colour, container, quality, resolution, skew, stamps, streaks
from ingest.measure.answers import unknown
from ingest.measure.marks import find_marks
from ingest.measure.orientation import Reader, orientation
from ingest.measure.view import PageView
from standards.values import Measure, Measures

NAMES = (
    "sha256", "format", "bit_depth", "compression", "jpeg_quality", "dpi", "dpi_header", "width_mm", "height_mm", "colour_mode",
    "orientation_deg", "skew_deg", "blank", "bleed_through", "sharpness", "contrast", "clipped", "border_mm",
    "crop_margin_mm", "red_stamp", "ring_seal", "portrait", "streaks", "moire",
)  # fmt: skip
# Below this many pixels a side there is no page to measure.
_MIN_SIDE = 64
_BLANK = 0.5


def measure_page(
    data: bytes, name: str, frame: int = 0, pixels: Pixels | None = None, reader: Reader | None = None
) -> Measures:
    """Every measure of one page by name, each a value or a reason; never an error for what the bytes hold.

    `data` are the image's bytes, `name` what errors call it, `frame` counts from 0; `pixels` spares decoding where the
    caller has them; `reader` tells lines on their heads. A damaged image keeps its digest and format and says
    `reason.damaged` for the rest.
    """
    try:
        header = read_header(data, name)
        view = PageView.decoded(data, name, header, frame) if pixels is None else PageView(pixels, header, data)
    except InputError as error:
        return measure_broken(data, error)
    return measure_view(view, reader)


def measure_broken(data: bytes, error: InputError) -> Measures:
    """The measures of an image that could not be decoded."""
    return damaged_measures(data, "reason.too-large" if error.code == "image.too-large" else "reason.damaged")


def measure_view(view: PageView, reader: Reader | None = None) -> Measures:
    """The measures of a decoded page."""
    found = {**measure_picture(view), **_drawn(view.data)}
    skew_deg, blankness = found["skew_deg"].value, found["blank"].value
    if blankness is None:
        return found
    # What shines through a blank page reads mirrored, and it has no way up.
    written = isinstance(blankness, float) and blankness < _BLANK
    turn = orientation(view, skew_deg if isinstance(skew_deg, float) else None, reader if written else None)
    return {**found, turn.name: turn}


def _drawn(data: bytes) -> Measures:
    """Only of a page that was drawn from a PDF: the resolution it was drawn at."""
    return {"drawn": Measure("drawn", pdf.DPI, "dpi")} if pdf.is_drawn(data) else {}


def measure_picture(view: PageView) -> Measures:
    """All measures but the orientation, which takes reading: `orientation_deg` is `reason.too-small` here."""
    found = [
        container.digest(view.data),
        container.file_format(view.data),
        container.bit_depth(view.header),
        container.compression(view.header),
        container.jpeg_quality(view.data, view.header),
        *resolution.resolution(view),
    ]
    return _complete(found if min(view.size) < _MIN_SIDE else [*found, *_of_the_picture(view)], "reason.too-small")


def _of_the_picture(view: PageView) -> list[Measure]:
    found = skew.estimate(view)
    marks = find_marks(view, None if found is None else found[0])
    mode = colour.colour_mode(view)
    return [
        mode,
        skew.skew(found),
        blank.blank(marks),
        blank.bleed_through(marks),
        *quality.strokes(view),
        quality.clipped(view),
        border.border(view),
        border.crop_margin(view),
        stamps.red_stamp(view) if mode.value == "colour" else unknown("red_stamp", "reason.no-colour"),
        # Where colour was captured the red decides, and the costly search for a ring is spared.
        unknown("ring_seal", "reason.colour") if mode.value == "colour" else stamps.ring_seal(view),
        stamps.portrait(view),
        streaks.streaks(view),
        streaks.moire(view),
    ]


def damaged_measures(data: bytes, reason: str) -> Measures:
    """What can be said of bytes that are no usable picture: their digest, and the format that they begin with."""
    return _complete(
        [container.digest(data), container.file_format(data), container.jpeg_quality(data, _header_of(data))], reason
    )


def _header_of(data: bytes) -> ImageHeader | None:
    """Of a picture that ends early the header may still be whole."""
    try:
        return read_header(data, "")
    except InputError:
        return None


def missing_measures(reason: str) -> Measures:
    """For a page whose bytes cannot be had at all."""
    return _complete([], reason)


def _complete(found: list[Measure], reason: str) -> Measures:
    by_name = {measure.name: measure for measure in found}
    return {name: by_name.get(name) or unknown(name, reason) for name in NAMES}
