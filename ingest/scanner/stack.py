"""A stack of sheets scanned into a folder: whole page files, numbered on from those that lie there, none ever written over."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import re
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from base.clock import now
from base.errors import BusyError, InputError, StorageError
from base.files import make_folders, write_atomically
from base.images import opened
from ingest.scanner import scanimage
from ingest.scanner.wish import Format, Wish, arguments

# Hidden, so that nobody receives it; `.part`, so that a watch waits until the stack is whole (ingest/watch.py).
UNFINISHED = ".scanning.part"
_NUMBERED = re.compile(r"([0-9]+)\.[A-Za-z0-9]+")
_SUFFIXES: dict[Format, str] = {"tiff": ".tif", "jpeg": ".jpg"}
# Of 100, with all of the colour: DA/T 31-2017 §9.5 leaves the ratio free, and the reading comes after it.
_JPEG_QUALITY = 95
# TIFF and Exif: Make, Model, Software, DateTime.
_MAKE, _MODEL, _SOFTWARE, _MADE = 0x010F, 0x0110, 0x0131, 0x0132


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page file: pixels wide and high, dpi as the scanner says it."""

    path: Path
    width: int
    height: int
    dpi: int


def scan_stack(device: scanimage.Device, folder: Path, wish: Wish) -> Generator[Sheet]:
    """Each sheet when its file is whole and durable. ScannerError behind the last whole one, InputError for a wish that the
    scanner cannot meet (`ingest.scanner.wish`) or a folder that cannot be made, BusyError `scanner.folder-busy`, StorageError
    `disk.full`.

    A stack that broke off leaves `.scanning.part`: a watch waits for the rest of it; the next scan into the folder goes on
    behind the last number and takes it away.
    """
    asked = arguments(scanimage.options(device.name), wish, device.name)
    with (
        _writable(folder),
        _held(folder),
        tempfile.TemporaryDirectory(prefix="juanzong-scan-") as raw,
        _marked(folder) as last,
        # Stopped before another may scan into the folder, however this ends.
        closing(scanimage.sheets(device.name, asked, Path(raw))) as sheets,
    ):
        for number, scanned in enumerate(sheets, last + 1):
            yield _kept(scanned, folder / f"{number:04d}{_SUFFIXES[wish.format]}", device, wish.format)
            scanned.unlink()


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        make_folders(folder)
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError("disk.full", path=folder) from error
        raise InputError("scanner.folder", path=folder, detail=error.strerror or str(error)) from error


@contextmanager
def _marked(folder: Path) -> Iterator[int]:
    """The mark of a stack that is not whole: it goes at the end, and where nothing came of a stack that was just begun.

    The last number that is taken.
    """
    mark = folder / UNFINISHED
    before, last = mark.exists(), _last_number(folder)
    mark.touch()
    try:
        yield last
    except BaseException:
        if not before and _last_number(folder) == last:
            mark.unlink()
        raise
    mark.unlink()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Two scanners into one folder would take the same numbers."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError("scanner.folder-busy", path=folder) from error
        yield
    finally:
        os.close(descriptor)


def _last_number(folder: Path) -> int:
    """Of any page file: `0007.jpg` keeps `0007.tif` from being given."""
    matches = (_NUMBERED.fullmatch(each.name) for each in folder.iterdir())
    return max((int(match[1]) for match in matches if match), default=0)


def _kept(scanned: Path, path: Path, device: scanimage.Device, wished: Format) -> Sheet:
    """TIFF without loss (Deflate, one bit by Group 4), or JPEG; who made it and when stands in the file."""
    out = io.BytesIO()
    with opened(scanned.read_bytes(), path.name) as image:
        dpi = tuple(round(float(each)) for each in image.info.get("dpi", (0, 0)))
        about = Image.Exif()
        about.update({
            _MAKE: device.vendor, _MODEL: device.model, _SOFTWARE: "Juanzong, SANE scanimage",
            _MADE: now().astimezone().strftime("%Y:%m:%d %H:%M:%S"),
        })  # fmt: skip
        if wished == "jpeg":
            image.save(out, "JPEG", quality=_JPEG_QUALITY, subsampling=0, dpi=dpi, exif=about)
        else:
            packing = "group4" if image.mode == "1" else "tiff_adobe_deflate"
            image.save(out, "TIFF", compression=packing, dpi=dpi, exif=about)
        width, height = image.size
    write_atomically(path, out.getvalue())
    # As any file that this account makes here: whoever watches the folder may be another account.
    path.chmod((path.parent / UNFINISHED).stat().st_mode & 0o777)
    return Sheet(path, width, height, dpi[0])
