"""Sheet sizes met in personnel dossiers, in millimetres (short side, long side), with the resolution they imply.

The ISO series and the JIS B series share one shape (1 : √2) and old Chinese 开 sizes come close to it, so pixels alone
never tell the sheet: see `explain`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MM_PER_INCH = 25.4
# Name, short side, long side. 16开 exists in several trims: 184 × 260 (787 × 1092 stock), 210 × 285 (大16开, 889 × 1194).
PAPERS: tuple[tuple[str, float, float], ...] = (
    ("A4", 210, 297),
    ("A3", 297, 420),
    ("A5", 148, 210),
    ("16K", 184, 260),
    ("16K", 185, 260),
    ("16K", 195, 270),
    ("16K-large", 210, 285),
    ("8K", 260, 368),
    ("8K", 270, 390),
    ("8K-large", 285, 420),
    ("B5", 182, 257),
    ("B5-ISO", 176, 250),
    ("B4", 257, 364),
    ("32K", 130, 184),
)
# What scanners are set to; anything between is not believed without a header that says it.
SCANNER_DPI = (100, 150, 200, 300, 400, 600)
# What programs write into a header when they know nothing.
_NO_HEADER_BELOW = 100
# A sheet is cut to a millimetre and its edge is found to a pixel or two; against the header a size must fit closer.
_TOLERANCE = 0.010
_SLACK_MM = 0.8
_CLOSE = 0.006
_FRAME_CLOSE = 0.0025
# A frame without a header proves a sheet only where it is cut to the very pixel of the sheets that software cuts to.
_SOFTWARE_PAPERS = ("A4", "A3")
# DA/T 31-2017 10.3: the crop line lies 2–3 mm outside the page's edge.
_CROP_MARGIN_MM = 8.0


@dataclass(frozen=True, slots=True)
class Explained:
    """A sheet that explains the pixels: its name, the resolution in dots per inch, whether the header agrees."""

    paper: str
    dpi: float
    header_agrees: bool
    confidence: float


def explain(width: float, height: float, header_dpi: float | None, *, edges_seen: bool) -> Explained | None:
    """The one sheet that explains `width` × `height` pixels, or None where none or several do.

    A header that fits a known sheet is believed. Otherwise a usual scanner resolution must fit a known sheet closely, and
    all that fit must agree on the resolution within 3 %. `edges_seen`: the size is that of the paper itself, not of the
    frame; only a frame may be larger than the paper by a crop margin.
    """
    short, long = sorted((width, height))
    if header_dpi is not None:
        agreed = _agreed(short, long, header_dpi, edges_seen)
        if agreed is not None:
            return agreed
    blind = (header_dpi is None or header_dpi < _NO_HEADER_BELOW) and not edges_seen
    fits = [
        (name, _dpi(short, long, paper))
        for dpi in SCANNER_DPI
        for name, *paper in PAPERS
        if _fits(short, long, dpi, paper, *((_CLOSE, _SLACK_MM) if edges_seen else (_FRAME_CLOSE, 0.3)))
        and (not blind or name in _SOFTWARE_PAPERS)
    ]
    if not fits or max(dpi for _, dpi in fits) > 1.03 * min(dpi for _, dpi in fits):
        return None
    name, dpi = min(fits, key=lambda fit: min(abs(fit[1] - usual) for usual in SCANNER_DPI))
    return Explained(name, dpi, False, 0.6 if blind else 0.8 if edges_seen else 0.7)


def _agreed(short: float, long: float, header_dpi: float, edges_seen: bool) -> Explained | None:
    fits = [
        (name, _dpi(short, long, paper))
        for name, *paper in PAPERS
        if _fits(short, long, header_dpi, paper, _TOLERANCE, _SLACK_MM)
    ]
    if fits:
        name, dpi = min(fits, key=lambda fit: abs(fit[1] - header_dpi))
        return Explained(name, dpi, True, 0.97 if edges_seen else 0.9)
    if not edges_seen and header_dpi >= _NO_HEADER_BELOW:
        for name, *paper in PAPERS:
            if _cropped_around(short, long, header_dpi, paper):
                return Explained(name, header_dpi, True, 0.75)
    return None


def _fits(short: float, long: float, dpi: float, paper: Iterable[float], share: float, slack: float) -> bool:
    return all(
        abs(pixels / dpi * MM_PER_INCH - mm) <= mm * share + slack
        for pixels, mm in zip((short, long), paper, strict=True)
    )


def _cropped_around(short: float, long: float, dpi: float, paper: Iterable[float]) -> bool:
    more = [pixels / dpi * MM_PER_INCH - mm for pixels, mm in zip((short, long), paper, strict=True)]
    return all(0 < extra <= _CROP_MARGIN_MM for extra in more) and abs(more[0] - more[1]) <= 3


def _dpi(short: float, long: float, paper: Iterable[float]) -> float:
    """The resolution that the paper's area implies: a wrong cut of one side counts half."""
    wide, tall = paper
    return float((short * long / (wide * tall)) ** 0.5 * MM_PER_INCH)
