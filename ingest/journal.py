"""The journal of a check that is under way: one line a measured page, so that a broken-off run goes on where it stopped.

It lies beside the report and goes when the report is whole. Nothing in it is trusted further than the file it speaks of:
a page counts as measured while its file has the same size and either the same time or the same digest, and the journal
as a whole while the same program measures. A line that the plug was pulled on is left out.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np

from base.digests import sha256_of_file
from base.errors import InputError, StorageError
from ingest.delivery.model import DeliveredPage
from ingest.lost_text import LostText
from ingest.measure.duplicates import Fingerprint
from ingest.spread import Measured
from ocr.lines import PageReading
from standards.values import Box, Measure

FORM = 1
# Lines are given to the system at once, so that a killed run keeps them; to the disk so often (seconds), for the plug.
_SYNC_S = 2.0
_HOUSE = Path(__file__).parent.parent
# What decides a measured value: another version of any of it begins anew.
_MEASURING = (
    "ingest/measure/*.py", "ingest/journal.py", "ingest/spread.py", "ingest/delivery/p*.py", "base/images.py",
    "standards/papers.py", "ingest/cut_off.py", "ingest/covered.py", "ocr/*.py",
)  # fmt: skip


@cache
def measuring_version() -> str:
    """A digest of the code that measures."""
    digest = hashlib.sha256(f"{FORM} {np.__version__} {cv2.__version__}".encode())
    for pattern in _MEASURING:
        for file in sorted(_HOUSE.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class Journal:
    """Knows the pages that an earlier run measured, and keeps those that this run measures."""

    def __init__(self, file: Path, root: Path) -> None:
        """Opens or begins the journal `file` of a check of `root`.

        InputError `check.other-journal` where it belongs to another path; StorageError `check.no-journal` where it cannot
        be written.
        """
        self.file = file
        self._head = {"journal": FORM, "version": measuring_version(), "path": str(root.resolve())}
        self._known: dict[tuple[str, int], tuple[int, int, Measured]] = {}
        self._read_before: dict[tuple[str, int], tuple[int, int, PageReading, LostText]] = {}
        self.added = 0
        try:
            whole = self._read()
            self._stream = self._opened(whole)
        except OSError as error:
            raise StorageError("check.no-journal", path=file, detail=error.strerror or str(error)) from error
        self._synced = time.monotonic()

    def __len__(self) -> int:
        return len(self._known)

    def known(self, page: DeliveredPage) -> Measured | None:
        """What an earlier run measured, where the file is still the one that it measured."""
        found = self._known.get((page.file.path, page.page))
        return found[2] if found is not None and self._is_same(page, found[0], found[1], found[2]) else None

    def known_reading(self, page: DeliveredPage) -> tuple[PageReading, LostText] | None:
        """What an earlier run read and the text it found lost, where the file is still the one that it read."""
        found = self._read_before.get((page.file.path, page.page))
        before = self._known.get((page.file.path, page.page))
        if found is None or before is None or not self._is_same(page, found[0], found[1], before[2]):
            return None
        return found[2], found[3]

    def _is_same(self, page: DeliveredPage, size: int, changed_at: int, measured: Measured) -> bool:
        if size != page.file.size:
            return False
        if changed_at == _changed_at(page.file.source):
            return True
        # Copied anew: the time is another, the bytes may be the same. A page of a PDF has a digest of its own.
        digest = measured.measures["sha256"].value
        return digest is not None and digest == _digest(page.file.source)

    def add(self, page: DeliveredPage, measured: Measured) -> None:
        """Keeps one result. StorageError `check.no-journal` where the disk refuses."""
        line = {
            **_place(page),
            "measures": [_measure_out(measure) for measure in measured.measures.values()],
            "fingerprint": None if measured.fingerprint is None else _mark_out(measured.fingerprint),
        }  # fmt: skip
        # Counted first: an interrupt while the line goes to the disk must not make the journal look empty.
        self.added += 1
        self._write(line)

    def add_reading(self, page: DeliveredPage, reading: PageReading, lost: LostText) -> None:
        """Keeps what was read on one page. StorageError `check.no-journal` where the disk refuses."""
        places = {kind: [list(box) for box in boxes] for kind, boxes in (("cut", lost.cut), ("covered", lost.covered))}
        self._write({**_place(page), "reading": reading.as_json(), **places})

    def close(self) -> None:
        self._stream.close()

    def remove(self) -> None:
        """The report is whole: the journal has done its work."""
        self.close()
        self.file.unlink(missing_ok=True)

    def _opened(self, whole: int) -> BinaryIO:
        """Ready to add after the last whole line; begun anew where nothing of it counts."""
        if whole:
            os.truncate(self.file, whole)
            return self.file.open("ab", buffering=0)
        self._known.clear()
        stream = self.file.open("wb", buffering=0)
        stream.write(_line(self._head))
        return stream

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._stream.write(_line(line))
            if time.monotonic() - self._synced > _SYNC_S:
                os.fsync(self._stream.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            raise StorageError("check.no-journal", path=self.file, detail=error.strerror or str(error)) from error

    def _read(self) -> int:
        """Reads what is there; answers how many bytes of it count, 0 where it begins anew."""
        if not self.file.exists():
            return 0
        end = 0
        with self.file.open("rb") as stream:
            for number, (line, after) in enumerate(_whole_lines(stream)):
                if number == 0 and not self._is_ours(line):
                    return 0
                if number:
                    self._learn(line)
                end = after
        return end

    def _is_ours(self, head: Any) -> bool:
        if not isinstance(head, dict) or "journal" not in head:
            return False
        if head.get("path") != self._head["path"]:
            raise InputError("check.other-journal", path=self.file, other=head.get("path"))
        return head == self._head

    def _learn(self, line: Any) -> None:
        """A line that is none of ours is passed over: its page is measured again."""
        try:
            place, size, changed_at = (line["file"], line["page"]), line["size"], line["mtime_ns"]
            if "reading" in line:
                lost = LostText(*(tuple(_box_in(box) for box in line[kind]) for kind in ("cut", "covered")))
                self._read_before[place] = (size, changed_at, PageReading.from_json(line["reading"]), lost)
                return
            measures = {each["name"]: _measure_in(each) for each in line["measures"]}
            mark = None if line["fingerprint"] is None else _mark_in(line["fingerprint"])
        except (KeyError, TypeError, ValueError, zlib.error):
            return
        self._known[place] = (size, changed_at, Measured(measures, mark))


def _place(page: DeliveredPage) -> dict[str, Any]:
    """The page and its file as it is now."""
    file = page.file
    return {"file": file.path, "page": page.page, "size": file.size, "mtime_ns": _changed_at(file.source)}


def _whole_lines(stream: BinaryIO) -> Iterator[tuple[Any, int]]:
    """Each line that ended, as JSON (None where it is none), and where it ends."""
    end = 0
    for line in stream:
        if not line.endswith(b"\n"):
            return
        end += len(line)
        try:
            yield json.loads(line), end
        except ValueError:
            yield None, end


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _changed_at(source: Path) -> int:
    try:
        return source.stat().st_mtime_ns
    except OSError:
        return -1


def _digest(source: Path) -> str | None:
    try:
        return sha256_of_file(source)
    except OSError:
        return None


def _measure_out(measure: Measure) -> dict[str, Any]:
    return {each.name: getattr(measure, each.name) for each in fields(measure)}


def _measure_in(line: dict[str, Any]) -> Measure:
    return Measure(**{**line, "boxes": tuple(_box_in(box) for box in line["boxes"])})


def _box_in(box: Sequence[int]) -> Box:
    left, top, right, bottom = box
    return int(left), int(top), int(right), int(bottom)


def _mark_out(mark: Fingerprint) -> dict[str, Any]:
    return {each.name: _packed(getattr(mark, each.name)) for each in fields(mark)}


def _mark_in(line: dict[str, Any]) -> Fingerprint:
    return Fingerprint(**{name: _unpacked(value) for name, value in line.items()})


def _packed(value: Any) -> Any:
    """Small pictures as text; figures as they are."""
    if not isinstance(value, np.ndarray):
        return value
    out = io.BytesIO()
    np.save(out, value, allow_pickle=False)
    return {"array": base64.b64encode(zlib.compress(out.getvalue(), 1)).decode("ascii")}


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    data = zlib.decompress(base64.b64decode(value["array"]))
    return np.load(io.BytesIO(data), allow_pickle=False)
