"""One delivered file repaired into another folder; its own bytes are read, before and after, and never written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from base.digests import sha256_of_bytes, sha256_of_file
from base.errors import InputError, JuanzongError
from base.images import read_file, read_pixels
from base.messages import Language
from ingest.delivery.model import DeliveredFile, DeliveredPage
from ingest.delivery.pages import page_bytes
from ingest.repair.form import encoded, form_of, planes
from ingest.repair.mend import Mended, header_dpi, mend
from ingest.repair.telling import as_json, told
from ingest.repair.values import Note, Repair
from ingest.spread import measure_delivered
from standards.profiles import Profile
from standards.values import Measures

State = Literal["repaired", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class PageDone:
    """What became of one page. `out` is relative to the result's folder, "" where nothing was written; `sha256` is the
    delivered file's digest, which was the same before and after; `error` says why a page failed."""

    file: str
    page: int
    state: State
    out: str = ""
    sha256: str = ""
    out_sha256: str = ""
    done: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()
    error: tuple[str, str] | None = None

    def text(self, language: Language) -> str:
        if self.error is not None:
            return self.error[0 if language == "zh_CN" else 1]
        return told(self.done or self.left, language)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "page": self.page,
            "state": self.state,
            "out": self.out or None,
            "sha256": self.sha256 or None,
            "out_sha256": self.out_sha256 or None,
            "done": as_json(self.done),
            "left": as_json(self.left),
            "message": self.text("en"),
            "message_zh": self.text("zh_CN"),
        }


@dataclass(frozen=True, slots=True)
class _Planned:
    page: DeliveredPage
    data: bytes
    frame: int
    measures: Measures
    repair: Repair
    mended: Mended | None


def repair_file(file: DeliveredFile, pages: Sequence[DeliveredPage], out: Path, profile: Profile) -> list[PageDone]:
    """Writes the file's optimised image below `out` under its relative path; one that needs nothing is copied as it is.

    A PDF or TIFF of several pages in which something is repaired becomes a folder of its name with an image a page.
    StorageError is the caller's: OSError comes as it is where `out` cannot be written.
    """
    try:
        before = source_digest(file)
        if all(page.image_set == "optimised" for page in pages):
            results = _copied(file, pages, out, before)
        else:
            results = _written(file, [_plan(page, profile) for page in pages], out, before)
        if source_digest(file) != before:
            raise InputError("repair.original-changed", path=file.path)
    except JuanzongError as error:
        texts = (error.text("zh_CN"), error.text("en"))
        return [PageDone(file.path, page.page, "failed", error=texts) for page in pages]
    return results


def source_digest(file: DeliveredFile) -> str:
    """The digest of a delivered file; InputError `path.unreadable`."""
    try:
        return sha256_of_file(file.source)
    except OSError as error:
        raise InputError("path.unreadable", path=file.path, detail=error.strerror or str(error)) from error


def _copied(file: DeliveredFile, pages: Sequence[DeliveredPage], out: Path, sha256: str) -> list[PageDone]:
    """An optimised image that was delivered is the sender's: it stays as it is."""
    digest = write_beside(out / file.path, read_file(file.source, file.path))
    left = (Note("repair.has-optimised"),)
    return [PageDone(file.path, page.page, "unchanged", file.path, sha256, digest, (), left) for page in pages]


def _plan(page: DeliveredPage, profile: Profile) -> _Planned:
    data, frame = page_bytes(page)
    name = page.file.path
    measures = measure_delivered(page).measures
    repair, mended = mend(data, name, frame, measures, profile)
    return _Planned(page, data, frame, measures, repair, mended)


def _written(file: DeliveredFile, planned: list[_Planned], out: Path, sha256: str) -> list[PageDone]:
    if not any(each.mended for each in planned):
        digest = write_beside(out / file.path, read_file(file.source, file.path))
        return [
            PageDone(file.path, each.page.page, "unchanged", file.path, sha256, digest, (), each.repair.left)
            for each in planned
        ]
    return [_write_page(file, each, out, sha256, len(planned) > 1 or _is_pdf(each)) for each in planned]


def _is_pdf(planned: _Planned) -> bool:
    return not planned.page.file.path.casefold().endswith((".jpg", ".jpeg", ".tif", ".tiff", ".png", ".jp2", ".j2k"))


def _write_page(file: DeliveredFile, planned: _Planned, out: Path, sha256: str, in_folder: bool) -> PageDone:
    made, suffix = _bytes(planned)
    path = PurePosixPath(file.path)
    target = str(path.with_suffix("") / f"{planned.page.page:04d}{suffix}") if in_folder else file.path
    digest = write_beside(out / target, made)
    state: State = "repaired" if planned.mended else "unchanged"
    repair = planned.repair
    return PageDone(file.path, planned.page.page, state, target, sha256, digest, repair.done, repair.left)


def _bytes(planned: _Planned) -> tuple[bytes, str]:
    if planned.mended is not None:
        return planned.mended.data, planned.mended.suffix
    form = form_of(planned.data, planned.page.file.path, planned.frame)
    if form.format != "TIFF":
        return planned.data, form.suffix
    pixels = planes(read_pixels(planned.data, planned.page.file.path, planned.frame), form)
    dpi = header_dpi(form, planned.measures, quarter=False)
    return encoded(pixels, form, dpi, quarter_turned=False, warped=False), form.suffix


def write_beside(target: Path, data: bytes) -> str:
    """Writes a whole file or none, and returns its digest as it reads back. OSError as the system gives it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".repair-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    digest = sha256_of_file(target)
    if digest != sha256_of_bytes(data):
        raise OSError("read back differs")
    return digest
