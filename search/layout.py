"""The embedded index on disk: a folder per generation, a file that names the one in force, a lock for its one writer.

    index/
      current.json   {"generation": "g1", "format": …}   replaced as a whole, so that readers see the old or the new one
      damaged.json   what a search or write met of damage in it (`search.damage`)
      writer.lock    held by flock: it goes with the process, however that ends
      writer.wanted  touched by who waits for that lock
      beside.lock    the same, for the one that makes a new generation
      g1/            tantivy's own files; locked by who reads or makes them, so that nobody removes them meanwhile

A generation built otherwise than this program analyses cannot be searched exactly: it is refused, never read wrongly.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import tantivy

from base.errors import BusyError, StorageError
from search.analysis import analysis_id

# Raised whenever a field below changes.
_SCHEMA_VERSION = 2
CURRENT, DAMAGED = "current.json", "damaged.json"
WRITER_LOCK, BESIDE_LOCK, _WANTED = "writer.lock", "beside.lock", "writer.wanted"
_POLL_S, WAIT_S = 0.02, 0.05
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
# What tantivy says when a thread of its writer met an error; it keeps to itself which.
_WRITER_DIED = "writer was killed"
_PROBE_BYTES = 1 << 20


_PHRASE_FIELDS = ("text", "title", "name", "unit", "place")
_TOKEN_FIELDS = ("identifier", "pinyin", "date", "number")
# Fields of `analysis.tokens_of` that stand in the index as they come.
WORD_FIELDS = _PHRASE_FIELDS + _TOKEN_FIELDS


def schema() -> tantivy.Schema:
    """Phrases keep their positions; of all else a token is only there or not. `fast` is counted or ordered by."""
    builder = tantivy.SchemaBuilder()
    for field in _PHRASE_FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    for field in (*_TOKEN_FIELDS, "organisation"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    for field in ("kind", "class", "label", "archive_key"):
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    # Keyed by raw text: deleting by a number silently deletes nothing in tantivy 0.27.
    for field in ("id", "stamp"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("year", "day", "confidence", "enterprise", "district", "order", "day_key"):
        builder.add_integer_field(field, fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


def format_id() -> str:
    return f"schema-{_SCHEMA_VERSION}/{analysis_id()}"


def current_generation(root: Path) -> Path:
    """The folder of the generation in force.

    StorageError `search.index-missing` where none was ever made, `search.index-format` where it was built otherwise,
    `search.index-broken` where the file cannot be read, `search.index-unreadable` where this account may not read it.
    """
    generation, built = _named(root)
    if built != format_id():
        raise StorageError("search.index-format", path=root, found=built, wanted=format_id())
    return root / generation


def _named(root: Path) -> tuple[str, str]:
    """(name, format) of the generation in force, whatever built it."""
    try:
        found = json.loads((root / CURRENT).read_text("utf-8"))
        return str(found["generation"]), str(found["format"])
    except FileNotFoundError as error:
        raise StorageError("search.index-missing", path=root) from error
    except PermissionError as error:
        raise StorageError("search.index-unreadable", path=root, detail=f"{CURRENT}: {error.strerror}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError("search.index-broken", path=root, detail=f"{CURRENT}: {error}") from error


def make_first_generation(root: Path) -> None:
    """An empty index; the caller holds the lock. Nothing is done where there is one."""
    if not (root / CURRENT).exists():
        name_generation(root, make_generation(root).name)


def make_generation(root: Path) -> Path:
    """The folder of a new, empty generation that is not in force."""
    with failures(root):
        folder = root / f"g{max((int(each.name[1:]) for each in generations(root)), default=0) + 1}"
        folder.mkdir(parents=True)
        tantivy.Index(schema(), path=str(folder))
    return folder


def generations(root: Path) -> list[Path]:
    """All of them: the one in force, one that is being made, old ones, and what was left of broken ones."""
    return [each for each in root.glob("g*") if each.name[1:].isdecimal() and each.is_dir()]


def remove_old_generations(root: Path) -> None:
    """Removes those that nothing reads, makes or names; the caller holds the writer's lock. Others stay for the next time.

    Where none is in force that can be named, nothing is removed: somebody may want to see what is there.
    """
    try:
        in_force = _named(root)[0]
    except StorageError:
        return
    for folder in generations(root):
        if folder.name != in_force:
            with failures(root), contextlib.suppress(BlockingIOError), Hold(folder, fcntl.LOCK_EX):
                shutil.rmtree(folder)


def name_generation(root: Path, generation: str) -> None:
    """Puts `generation` in force, for readers in every process."""
    beside = root / f"{CURRENT}.new"
    with failures(root):
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"generation": generation, "format": format_id()}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(root / CURRENT)
        # What is noted there is of the one before.
        (root / DAMAGED).unlink(missing_ok=True)
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Hold:
    """Holds the lock of a generation until it is released or dropped: shared who reads or makes it, alone who removes it.

    FileNotFoundError where the folder is gone, BlockingIOError where somebody holds it otherwise.
    """

    def __init__(self, folder: Path, how: int = fcntl.LOCK_SH) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self._closing = weakref.finalize(self, os.close, descriptor)
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise

    def release(self) -> None:
        self._closing()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


@contextlib.contextmanager
def writer_lock(root: Path, timeout_s: float, name: str = WRITER_LOCK) -> Iterator[None]:
    """Held by one writer on this machine; BusyError `search.busy` when another keeps it longer than `timeout_s` seconds."""
    with failures(root):
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / name).open("a")
    with lock:
        _wait_for(lock.fileno(), root, timeout_s)
        yield


def touch_lock(root: Path) -> None:
    """Says that who has the writer's lock begins another piece of work."""
    with failures(root):
        os.utime(root / WRITER_LOCK)


def waiting_since(root: Path) -> int:
    """When somebody last waited for the writer's lock, ns; 0 where nobody ever did."""
    try:
        return (root / _WANTED).stat().st_mtime_ns
    except OSError:
        return 0


def writer_lock_held_s(root: Path) -> float:
    """For how long somebody has been at one piece of work with the writer's lock; 0 where nobody has it."""
    try:
        with (root / WRITER_LOCK).open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return max(0.0, time.time() - os.fstat(lock.fileno()).st_mtime)
    except OSError:
        return 0.0
    return 0.0


def _wait_for(descriptor: int, root: Path, timeout_s: float) -> None:
    end = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= end:
                raise BusyError("search.busy", path=root, seconds=timeout_s) from error
            with failures(root):
                (root / _WANTED).touch()
            time.sleep(_POLL_S)
        else:
            return


@contextlib.contextmanager
def failures(root: Path) -> Iterator[None]:
    """Tantivy's failures as ours: `disk.full`, `search.write-failed`, or `search.index-broken` with what it said.

    Tantivy tells of damaged files by ValueError, by OSError, or by a panic of its Rust code, which is no Exception.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        raise _failure(root, str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _failure(root, str(error)) from error


def _failure(root: Path, detail: str) -> StorageError:
    if any(f"os error {number}" in detail or f"Errno {number}" in detail for number in _FULL):
        return StorageError("disk.full", path=root)
    if _WRITER_DIED in detail:
        return StorageError("disk.full" if _disk_is_full(root) else "search.write-failed", path=root, detail=detail)
    return StorageError("search.index-broken", path=root, detail=detail[:300])


def _disk_is_full(root: Path) -> bool:
    """Asked of the disk itself: free space does not tell quotas and limits."""
    probe = root / "probe"
    try:
        probe.write_bytes(bytes(_PROBE_BYTES))
    except OSError as error:
        return error.errno in _FULL
    finally:
        probe.unlink(missing_ok=True)
    return False
