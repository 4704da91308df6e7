"""Groups of pages degraded by a known amount. A group makes all its pages of one number; the number alone decides them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from PIL import Image

from base.images import Pixels
from bench.measures import papers
from bench.measures.glass import DARK_LID, GREY_LID, WHITE_LID, Glass, encoded, quarter, scanned
from bench.measures.papers import Paper
from ingest.samples.words import Rng, rng_of

Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes and what is true of them, by the names of measures and of `defects` (rules without a measure of their own).

    `how` says in words what was done. `read`: the page is worth the cost of telling its head from its feet.
    """

    data: bytes
    truth: Truth
    how: str
    read: bool = False
    name: str = "page.jpg"
    tags: dict[str, str] = field(default_factory=dict)


def _rng(number: int, purpose: int) -> Rng:
    return rng_of(papers.seed_of(number), 9, number, purpose)


def _plain(paper: Paper) -> Truth:
    """What is true of any written sheet scanned in colour with an honest header."""
    truth: Truth = {
        "blank": False,
        "dpi": paper.dpi,
        "dpi_header": paper.dpi,
        "damaged": False,
        "colour_mode": "colour",
    }
    if not paper.photo:
        truth["portrait"] = False
    return truth | {"red_stamp": paper.sealed}


def _dpi_of(number: int) -> int:
    """300 dpi for one sheet in five."""
    return 300 if number % 5 == 4 else 200


_FEED = (Glass(lid=WHITE_LID), Glass(lid=DARK_LID), Glass(lid=GREY_LID), Glass(lid=DARK_LID, whole=True))


def turned(number: int) -> Iterator[Page]:
    """Eight turns within ±15°, half of them within ±3°, with four kinds of corners."""
    rng, paper = _rng(number, 1), papers.written(number, _dpi_of(number))
    for variant in range(8):
        reach = 3.0 if variant % 2 else 15.0
        turn = round(float(rng.uniform(-reach, reach)), 3)
        corners = _FEED[variant // 2]
        glass = Glass(turn, (2, 2, 2, 2), corners.lid, corners.whole)
        scan = scanned(rng, paper.pixels, paper.dpi, glass)
        truth = {"skew_deg": turn, "blank": False, "damaged": False, **scan.truth(glass)}
        where = f"{paper.name}, turned {turn:+.2f}°, lid {glass.lid}{', whole' if glass.whole else ''}"
        yield Page(encoded(scan.pixels, paper.dpi), truth, where, tags={"reach": f"±{reach:g}°"})


def upright(number: int) -> Iterator[Page]:
    """Each sheet four ways up."""
    rng, paper = _rng(number, 2), papers.written(number, _dpi_of(number))
    turn = round(float(rng.normal(0, 0.4)), 3)
    scan = scanned(rng, paper.pixels, paper.dpi, Glass(turn))
    for way in (0, 90, 180, 270):
        truth = {"orientation_deg": way, "skew_deg": turn, **_plain(paper)}
        yield Page(
            encoded(quarter(scan.pixels, way), paper.dpi), truth, f"{paper.name}, to be turned by {way}°", read=True
        )


# Sheet in mm, and the form to write on it: its own sheet is no smaller.
_SHEETS = (("A4", 210, 297, None), ("16K", 184, 260, "hiring"), ("B5", 182, 257, "grading"), ("A3", 420, 297, "wage"))
_FRAMES = {
    "dark lid": Glass(0.4, (4, 3, 3, 5), DARK_LID), "white lid": Glass(-0.5, (3, 3, 3, 3), WHITE_LID),
    "cut to the sheet": Glass(0.0, (0, 0, 0, 0)),
}  # fmt: skip
_DPI = (150, 200, 240, 300)


def sized(number: int) -> Iterator[Page]:
    """One sheet at one true resolution, with an honest header, a false one and none, in three frames."""
    rng = _rng(number, 3)
    name, wide, high, form = _SHEETS[number % 4]
    dpi = _DPI[number // 4 % 4]
    paper = papers.trimmed(
        papers.written(number, 300, form=form or ("resume", "register")[number // 4 % 2]), wide, high
    )
    pixels = paper.pixels
    if dpi != 300:
        size = (round(wide * dpi / 25.4), round(high * dpi / 25.4))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    for frame, glass in _FRAMES.items():
        scan = scanned(rng, pixels, dpi, glass)
        for header in (dpi, 300 if dpi < 250 else 150, None):
            said = "honest" if header == dpi else "none" if header is None else "false"
            truth: Truth = {"dpi": dpi, "blank": False, **scan.truth(glass)}
            if header is not None:
                truth["dpi_header"] = header
            how = f"{name} at {dpi} dpi, header {header}, {frame}"
            tags = {"paper": name, "header": said, "frame": frame}
            yield Page(encoded(scan.pixels, header), truth, how, tags=tags)


def bedded(number: int) -> Iterator[Page]:
    """Strips of lid: dark ones of known width on one to four sides, and white ones."""
    rng, paper = _rng(number, 4), papers.written(number, _dpi_of(number))
    for sides in (0, 1, 2, 3, 4):
        chosen = set(rng.permutation(4)[: sides or 4].tolist())
        widths = [float(rng.uniform(0.8, 16) if side in chosen else 0) for side in range(4)]
        lid = DARK_LID if sides else WHITE_LID
        turn = round(float(rng.normal(0, 0.3)), 3) if sides in (0, 4) else 0.0
        glass = Glass(turn, (widths[0], widths[1], widths[2], widths[3]), lid)
        scan = scanned(rng, paper.pixels, paper.dpi, glass)
        shown = "/".join(f"{each:.1f}" for each in widths)
        how = f"{paper.name}, {'dark' if sides else 'white'} lid {shown} mm, turned {turn:+.2f}°"
        truth = _plain(paper) | {"skew_deg": turn} | scan.truth(glass)
        yield Page(encoded(scan.pixels, paper.dpi), truth, how, tags={"sides": f"{sides} dark"})


def blurred(number: int) -> Iterator[Page]:
    """Optics from sharp to unreadable; 0.30 mm is a stroke's own width, 0.10 mm still a good scan."""
    rng, paper = _rng(number, 5), papers.written(number, _dpi_of(number))
    for sigma in (0.04, 0.08, 0.15, 0.30, 0.45):
        scan = scanned(rng, paper.pixels, paper.dpi, Glass(0.2, blur_mm=sigma))
        truth = _plain(paper) | {"blur_mm": sigma}
        yield Page(
            encoded(scan.pixels, paper.dpi), truth, f"{paper.name}, blur of {sigma} mm", tags={"blur": f"{sigma}"}
        )


def exposed(number: int) -> Iterator[Page]:
    """Exposure pushed until a known share of the pixels ends at white or black."""
    rng, paper = _rng(number, 6), papers.written(number, _dpi_of(number))
    scan = scanned(rng, paper.pixels, paper.dpi, Glass(0.1)).pixels
    for share in (0.0, 0.1, 0.4, 0.8):
        pixels = scan
        if share:
            level = float(np.percentile(scan[::5, ::5, 1], 100 * (1 - share)))
            pixels = np.asarray(cv2.convertScaleAbs(scan, alpha=255 / max(1.0, level)), np.uint8)
        green = pixels[:, :, 1]
        true = float(((green == 0) | (green == 255)).mean())
        truth: Truth = {"clipped": round(true, 4), "damaged": False}
        yield Page(encoded(pixels, paper.dpi, quality=92), truth, f"{paper.name}, {100 * true:.0f} % clipped")


def shone(number: int) -> Iterator[Page]:
    """The other side mixed in, mirrored and soft."""
    rng, paper = _rng(number, 7), papers.written(number, 200, form="autobiography" if number % 3 else "appraisal")
    back = papers.written(number + 1, 200, form="retirement").ink
    back = np.asarray(cv2.resize(np.ascontiguousarray(back[:, ::-1]), paper.pixels.shape[1::-1]), np.uint8)
    back = np.asarray(cv2.GaussianBlur(back, (0, 0), 2.5), np.uint8)
    for share in (0.0, 0.06, 0.15, 0.3):
        veil = cv2.addWeighted(back, share, np.full_like(back, 255), 1 - share, 0)
        page = np.asarray(cv2.multiply(paper.pixels, veil, scale=1 / 255), np.uint8)
        scan = scanned(rng, page, 200, Glass(0.2))
        truth = _plain(paper) | {"bleed_share": share}
        yield Page(
            encoded(scan.pixels, 200), truth, f"{paper.name}, {100 * share:.0f} % of the other side shines through"
        )


def striped(number: int) -> Iterator[Page]:
    """Dust on the glass of a feeder (streaks along the page) and the raster of a screen against that of the sensor."""
    rng, paper = _rng(number, 8), papers.written(number, _dpi_of(number))
    clean = scanned(rng, paper.pixels, paper.dpi, Glass(0.2)).pixels
    for kind, pixels in (("clean", clean), ("streaks", _streaks(rng, clean)), ("moire", _moire(rng, clean))):
        truth = _plain(paper) | {"streaks": kind == "streaks", "moire": kind == "moire"}
        yield Page(encoded(pixels, paper.dpi), truth, f"{paper.name}, {kind}")


def _streaks(rng: Rng, pixels: Pixels) -> Pixels:
    out = pixels.astype(np.int16)
    for _ in range(int(rng.integers(1, 4))):
        x, wide = int(rng.uniform(0.05, 0.95) * out.shape[1]), int(rng.integers(1, 4))
        depth = int(rng.uniform(30, 110)) * (1 if rng.random() < 0.75 else -1)
        out[:, x : x + wide] -= np.array([depth, depth, depth // 2 if rng.random() < 0.5 else depth], np.int16)
    return np.clip(out, 0, 255).astype(np.uint8)


def _moire(rng: Rng, pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period, depth = (float(rng.uniform(*span)) for span in ((0.15, 1.4), (3.5, 12), (6, 16)))
    wave = np.sin((columns * np.cos(angle) + rows * np.sin(angle)) * np.float32(2 * np.pi / period))
    return np.clip(pixels + (wave * depth)[:, :, None], 0, 255).astype(np.uint8)


def blanks(number: int) -> Iterator[Page]:
    for kind in papers.BLANKS:
        rng, paper = _rng(number, 10 + papers.BLANKS.index(kind)), papers.blank(number, kind)
        yield _small(rng, paper, kind, True)


def nearly(number: int) -> Iterator[Page]:
    for order, kind in enumerate(papers.NEARLY):
        rng, paper = _rng(number, 30 + order), papers.nearly_blank(number, kind)
        yield _small(rng, paper, kind, False)


def _small(rng: Rng, paper: Paper, kind: str, blank: bool) -> Page:
    glass = Glass(
        round(float(rng.normal(0, 0.4)), 3), (1.5, 1.5, 1.5, 1.5), DARK_LID if rng.random() < 0.3 else WHITE_LID
    )
    scan = scanned(rng, paper.pixels, paper.dpi, glass)
    truth = {"blank": blank, "damaged": False, "red_stamp": paper.sealed, "portrait": False, **scan.truth(glass)}
    how = f"{paper.name}, lid {glass.lid}"
    return Page(encoded(scan.pixels, paper.dpi, quality=int(rng.integers(75, 93))), truth, how, tags={"kind": kind})


def captured(number: int) -> Iterator[Page]:
    """Sealed or not, with a portrait or not, captured in colour, grey (stored as grey and as RGB) and two tones."""
    rng = _rng(number, 50)
    paper = papers.written(number, 200, portrait=number % 2 == 0)
    scan = scanned(rng, paper.pixels, 200, Glass(0.2)).pixels
    grey = np.asarray(cv2.cvtColor(scan, cv2.COLOR_RGB2GRAY), np.uint8)
    base: Truth = {"blank": False, "damaged": False, "dpi": 200, "dpi_header": 200}
    if number % 2 == 0 or not paper.photo:
        base["portrait"] = number % 2 == 0
    seal = {"ring_seal": paper.sealed}
    colour = encoded(scan, 200)
    yield Page(colour, base | {"colour_mode": "colour", "red_stamp": paper.sealed}, f"{paper.name}, colour")
    yield Page(encoded(grey, 200, mode="L"), base | seal | {"colour_mode": "grey"}, f"{paper.name}, grey")
    as_rgb = encoded(np.repeat(grey[:, :, None], 3, axis=2), 200)
    yield Page(as_rgb, base | seal | {"colour_mode": "grey"}, f"{paper.name}, grey stored as RGB")
    bitonal = np.where(grey > 160, np.uint8(255), np.uint8(0))
    tones: Truth = {"colour_mode": "bitonal", "damaged": False}
    yield Page(encoded(bitonal, 200, kind="TIFF", mode="1", compression="group4"), tones, f"{paper.name}, bitonal")


_KINDS = {
    "PNG": ("PNG", {}),
    "TIFF": ("TIFF", {}),
    "JPEG2000": ("JPEG2000", {}),
    "BMP": ("BMP", {}),
    "GIF": ("GIF", {}),
}


def stored(number: int) -> Iterator[Page]:
    """Files as they come: JPEG of every quality, cut off at any byte, other formats under the name of a JPEG."""
    rng, paper = _rng(number, 60), papers.written(number, 200)
    pixels = scanned(rng, paper.pixels, 200, Glass(0.2)).pixels
    for quality in (30, 60, 75, 90, 98):
        data = encoded(pixels, 200, quality=quality)
        truth: Truth = {"jpeg_quality": quality, "format": "JPEG", "bit_depth": 24, "damaged": False}
        yield Page(data, truth, f"{paper.name}, JPEG quality {quality}")
        at = int(rng.integers(20, len(data) - 2))
        yield Page(data[:at], {"damaged": True}, f"{paper.name}, cut off at byte {at} of {len(data)}")
    small = np.ascontiguousarray(pixels[::2, ::2])
    for kind, (container, more) in _KINDS.items():
        yield Page(_file(small, container, more), {"format": kind}, f"{paper.name}, {kind} named .jpg", name="page.jpg")


def _file(pixels: Pixels, container: str, more: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, container, **more)
    return buffer.getvalue()


GROUPS: dict[str, Callable[[int], Iterator[Page]]] = {
    "turned": turned, "upright": upright, "sized": sized, "bedded": bedded, "blurred": blurred, "exposed": exposed,
    "shone": shone, "striped": striped, "blanks": blanks, "nearly": nearly, "captured": captured, "stored": stored,
}  # fmt: skip
# Numbers of each group at scale 1: what two cores do in some minutes.
SIZES = {
    "turned": 30, "upright": 200, "sized": 16, "bedded": 20, "blurred": 15, "exposed": 8, "shone": 15, "striped": 15,
    "blanks": 40, "nearly": 40, "captured": 30, "stored": 8,
}  # fmt: skip
