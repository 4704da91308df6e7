"""Results of a long run, one JSON line a page, kept as they come: a run that was broken off goes on where it stopped.

A line counts for its page only while the file it was read from has the same digest. A page that could not be read is tried
again by the next run; a last line that the plug was pulled on is left out.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from base.errors import BusyError, InputError, StorageError
from base.files import sync_folder

# A line is given to the system at once, so that a killed run keeps it; to the disk so often (seconds), for the plug.
_SYNC_SECONDS = 2.0

# The file as the user named it, and the page in it, from 1.
PageName = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    sha256: str
    start: int
    length: int


class ResultFile:
    """Use as a context manager. One run at a time writes to a file; BusyError `ocr.out-busy` for a second one."""

    def __init__(self, path: Path, engine: str) -> None:
        """Opens or begins `path` for readings by `engine`.

        InputError `ocr.out-not-results` where it holds something else and `ocr.out-other-engine` where another engine's
        readings lie in it: then it is left as it is.
        """
        self._path, self._engine = path, engine
        try:
            self._stream = path.open("a+b")
        except OSError as error:
            raise StorageError("ocr.out-unwritable", path=path, detail=error.strerror or str(error)) from error
        self._entries: dict[PageName, _Entry] = {}
        self._dead = False
        self._synced = time.monotonic()

    def __enter__(self) -> Self:
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._load()
        except BlockingIOError as error:
            self._stream.close()
            raise BusyError("ocr.out-busy", path=self._path) from error
        except InputError:
            self._stream.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._sync()
        self._stream.close()

    def __len__(self) -> int:
        """Pages that are finished."""
        return len(self._entries)

    def has(self, file: str, page: int, sha256: str) -> bool:
        """Is this page of this very file finished?"""
        entry = self._entries.get((file, page))
        return entry is not None and entry.sha256 == sha256

    def add(self, line: dict[str, Any]) -> None:
        """Keeps a page's answer: `file`, `page`, `sha256` and the reading or its error.

        StorageError `ocr.out-unwritable` where the disk takes no more; what was kept before stays.
        """
        data = json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        start = self._stream.seek(0, os.SEEK_END)
        try:
            self._stream.write(data)
            self._stream.flush()
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                self._sync()
        except OSError as error:
            raise StorageError("ocr.out-unwritable", path=self._path, detail=error.strerror or str(error)) from error
        self._enter(line, start, len(data))

    def finish(self, order: Sequence[PageName]) -> None:
        """Puts the lines in the order of `order`, one a page, what it does not name before them."""
        last = {name: place for place, name in enumerate(order)}
        wanted = sorted(self._entries, key=lambda name: last.get(name, -1))
        if wanted != list(self._entries) or self._dead:
            self._rewrite([self._entries[name] for name in wanted])

    def _load(self) -> None:
        self._stream.seek(0)
        start = 0
        for data in self._stream:
            if not data.endswith(b"\n"):
                # The last line of a run that was cut short: the next one begins in its place.
                self._stream.truncate(start)
                break
            self._enter(self._parsed(data), start, len(data))
            start += len(data)

    def _parsed(self, data: bytes) -> dict[str, Any]:
        line = parsed_line(data, str(self._path))
        engine = line.get("engine", self._engine)
        if engine != self._engine:
            raise InputError("ocr.out-other-engine", path=self._path, engine=engine, wished=self._engine)
        return line

    def _enter(self, line: dict[str, Any], start: int, length: int) -> None:
        name = (str(line["file"]), int(line["page"]))
        self._dead |= self._entries.pop(name, None) is not None
        self._entries[name] = _Entry("" if "error" in line else str(line.get("sha256", "")), start, length)

    def _rewrite(self, entries: Sequence[_Entry]) -> None:
        """Beside the file and then in its place, so that a crash leaves the one or the other."""
        beside = self._path.with_name(f".{self._path.name}.new")
        try:
            with beside.open("wb") as out:
                for data in self._lines(entries):
                    out.write(data)
                _to_disk(out)
            beside.replace(self._path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise StorageError("ocr.out-unwritable", path=self._path, detail=error.strerror or str(error)) from error
        sync_folder(self._path.absolute().parent)

    def _lines(self, entries: Sequence[_Entry]) -> Iterator[bytes]:
        for entry in entries:
            self._stream.seek(entry.start)
            yield self._stream.read(entry.length)

    def _sync(self) -> None:
        _to_disk(self._stream)
        self._synced = time.monotonic()


def parsed_line(data: bytes, path: str) -> dict[str, Any]:
    """One line of results; InputError `ocr.out-not-results` under the name `path` for anything else."""
    try:
        line = json.loads(data)
    except ValueError as error:
        raise InputError("ocr.out-not-results", path=path) from error
    if not isinstance(line, dict) or not isinstance(line.get("file"), str) or not isinstance(line.get("page"), int):
        raise InputError("ocr.out-not-results", path=path)
    return line


def _to_disk(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())
