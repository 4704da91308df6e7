"""Real scans and photographs, turned and blurred by a known amount. Their own lean is not known: see `scores.lean`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from base.images import read_file, read_pixels
from bench.measures.glass import WHITE_LID, Glass, encoded, quarter, scanned
from bench.measures.groups import Page
from ingest.samples.words import rng_of

_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
# Taken where the file says nothing: only the strength of blur and noise follows from it.
_DPI = 150


def real_files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.iterdir()) if file.suffix.lower() in _SUFFIXES]


def real_pages(file: Path, number: int) -> Iterator[Page]:
    """Seven turns within ±15° and four ways up. `turned_by` is added to the page's own lean."""
    pixels, rng = read_pixels(read_file(file, file.name), file.name), rng_of(number, 8, 1, 1)
    tags = {"scan": file.stem, "kind": "print" if file.stem.startswith("p") else "handwriting"}
    for turn in (0.0, *(round(float(each), 3) for each in rng.uniform(-14, 14, 6))):
        glass = Glass(turn, (2, 2, 2, 2), WHITE_LID, whole=True, blur_mm=0.02, noise=0.5)
        scan = scanned(rng, pixels, _DPI, glass)
        truth = {"turned_by": turn, "blank": False, "damaged": False}
        yield Page(encoded(scan.pixels, None, quality=92), truth, f"{file.stem}, turned {turn:+.2f}°", tags=tags)
    for way in (0, 90, 180, 270):
        data = encoded(quarter(pixels, way), None, quality=92)
        yield Page(data, {"orientation_deg": way}, f"{file.stem}, to be turned by {way}°", read=True, tags=tags)
