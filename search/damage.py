"""Damage of the embedded index on disk: files that are not as they were written.

Every file of a segment ends in a footer that holds the CRC of all before it. Tantivy looks at the footer of a file that it
opens, never at the CRC: a disk that lost blocks is otherwise met by one search and not by the next. What a search meets is
noted beside the file that names the generation in force (`damaged.json`), for all processes, until another one is in force.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from base.errors import StorageError
from search.layout import CURRENT, DAMAGED, Hold, current_generation, failures

_META = "meta.json"
_KINDS = ("idx", "pos", "term", "store", "fast", "fieldnorm")
# The end of a file: its footer as JSON, how long that is, and tantivy's number.
_TAIL, _MAGIC, _LONGEST_FOOTER = 8, 1337, 10_000
_BLOCK = 1 << 20
# How often a generation may be swapped away while it is being looked at.
_SWAPS = 5
# What failed for another reason than damage is not looked through again at once: a large index takes seconds.
_LOOK_AGAIN_S = 60.0
# Any other error (no right to read, too many open files) says nothing of what the disk holds.
_LOST = frozenset({errno.ENOENT, errno.EIO})
_SIGNS = frozenset({"search.index-broken", "search.write-failed"})


def damaged(root: Path) -> tuple[str, ...]:
    """Names below `root` of what is damaged or missing of the generation in force; () where all is as it was written.

    Reads all of it, a block at a time. StorageError `search.index-…` where no generation is in force, or none of this format.
    """
    for _ in range(_SWAPS):
        try:
            folder = current_generation(root)
            with Hold(folder):
                return tuple(f"{folder.name}/{each}" for each in _damaged_files(folder))
        except FileNotFoundError:
            # Swapped away and removed in between; or it is lost.
            continue
        except StorageError as error:
            if error.code != "search.index-broken":
                raise
            return (CURRENT,)
        except OSError as error:
            raise StorageError("search.index-unreadable", path=root, detail=error.strerror) from error
    return (folder.name,)


def _damaged_files(folder: Path) -> list[str]:
    named = _files(folder)
    if named is None:
        return [_META]
    wrong = {each for each in named if not _is_whole(folder / each)}
    # A commit or merge meanwhile removes files that nothing names any more.
    return sorted(wrong.intersection(_files(folder) or [])) if wrong else []


def _files(folder: Path) -> list[str] | None:
    """The files of the newest commit; None where it cannot be read."""
    try:
        segments = json.loads((folder / _META).read_text("utf-8"))["segments"]
        return [name for each in segments for name in _files_of(each)]
    except (ValueError, KeyError, TypeError):
        return None
    except OSError as error:
        if error.errno not in _LOST:
            raise
        return None


def _files_of(segment: dict[str, Any]) -> Iterator[str]:
    name = str(segment["segment_id"]).replace("-", "")
    yield from (f"{name}.{kind}" for kind in _KINDS)
    if segment["deletes"]:
        yield f"{name}.{segment['deletes']['opstamp']}.del"


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            length, crc = _footer(file)
            file.seek(0)
            found = 0
            while length and (block := file.read(min(length, _BLOCK))):
                found, length = zlib.crc32(block, found), length - len(block)
    except (ValueError, KeyError, TypeError):
        return False
    except OSError as error:
        if error.errno not in _LOST:
            raise
        return False
    return length == 0 and found == crc


def _footer(file: BinaryIO) -> tuple[int, int]:
    """(bytes before the footer, their CRC); ValueError, KeyError or TypeError where it is none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    length, magic = int.from_bytes(tail[:4], "little"), int.from_bytes(tail[4:], "little")
    if magic != _MAGIC or not 0 < length <= min(_LONGEST_FOOTER, size - _TAIL):
        raise ValueError
    file.seek(size - _TAIL - length)
    return size - _TAIL - length, int(json.loads(file.read(length))["crc"])


def noted(root: Path) -> tuple[str, ...]:
    """What a search or write of any process has met of damage in the generation in force; () for nothing."""
    try:
        note = json.loads((root / DAMAGED).read_text("utf-8"))
        return tuple(map(str, note["files"])) if note["generation"] == current_generation(root).name else ()
    except (OSError, ValueError, KeyError, TypeError, StorageError):
        return ()


class Watch:
    """Looks behind failures of the index in one process, and notes damage. Threads may share it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._looking = threading.Lock()
        self._whole_at: float | None = None

    @contextlib.contextmanager
    def failures(self) -> Iterator[None]:
        """As `layout.failures`; followed up."""
        with self.met(), failures(self._root):
            yield

    @contextlib.contextmanager
    def met(self) -> Iterator[None]:
        """A failure of the index that damage may be behind is followed up before it goes on."""
        try:
            yield
        except StorageError as error:
            self.look(error)
            raise

    def look(self, error: StorageError) -> None:
        """Notes what is damaged, so that `state` answers rebuild. A failure of any other cause is never called damage:
        else one query that the engine cannot run would have the index made anew again and again."""
        if error.code not in _SIGNS or not self._looking.acquire(blocking=False):
            return
        try:
            lately = self._whole_at is not None and time.monotonic() - self._whole_at < _LOOK_AGAIN_S
            if not lately and not noted(self._root):
                self._note()
        finally:
            self._looking.release()

    def _note(self) -> None:
        try:
            generation = current_generation(self._root).name
            files = [each for each in damaged(self._root) if each.startswith(generation)]
        except StorageError:
            # `state` says so by itself.
            return
        if not files:
            self._whole_at = time.monotonic()
            return
        beside = self._root / f"{DAMAGED}.new{os.getpid()}"
        # A disk that takes no note takes no new index either.
        with contextlib.suppress(OSError):
            beside.write_text(json.dumps({"generation": generation, "files": files}), "utf-8")
            beside.replace(self._root / DAMAGED)
