"""The embedded index on disk: a folder per generation, a file that names the one in force, a lock for its one writer.

    index/
      current.json   {"generation": "g1", "analysis": …}   replaced as a whole, so that readers see the old or the new one
      writer.lock    held by flock: it goes with the process, however that ends
      g1/            tantivy's own files

A generation built otherwise than this program analyses cannot be searched exactly: it is refused, never read wrongly.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from base.errors import BusyError, StorageError
from search.analysis import analysis_id

# Raised whenever a field below changes.
_SCHEMA_VERSION = 1
CURRENT = "current.json"
_LOCK = "writer.lock"
_POLL_S = 0.02
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
# What tantivy says when a thread of its writer met an error; it keeps to itself which.
_WRITER_DIED = "writer was killed"
_PROBE_BYTES = 1 << 20


def schema() -> tantivy.Schema:
    """Pairs keep their positions for phrases; all else is only there or not."""
    builder = tantivy.SchemaBuilder()
    for area in ("text", "title", "name"):
        builder.add_text_field(f"{area}2", tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(f"{area}1", tokenizer_name="whitespace", index_option="basic")
    for field in ("identifier", "pinyin", "class", "organisation"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    # Keyed by raw text: deleting by a number silently deletes nothing in tantivy 0.27.
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_integer_field("order", fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


def format_id() -> str:
    return f"schema-{_SCHEMA_VERSION}/{analysis_id()}"


def current_generation(root: Path) -> Path:
    """The folder of the generation in force.

    StorageError `search.index-missing` where none was ever made, `search.index-format` where it was built otherwise,
    `search.index-broken` where the file cannot be read.
    """
    file = root / CURRENT
    try:
        found = json.loads(file.read_text("utf-8"))
        generation, built = str(found["generation"]), str(found["format"])
    except FileNotFoundError as error:
        raise StorageError("search.index-missing", path=root) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError("search.index-broken", path=root, detail=f"{CURRENT}: {error}") from error
    if built != format_id():
        raise StorageError("search.index-format", path=root, found=built, wanted=format_id())
    return root / generation


def make_first_generation(root: Path) -> None:
    """An empty index; the caller holds the lock. Nothing is done where there is one."""
    if (root / CURRENT).exists():
        return
    folder = root / "g1"
    with failures(root):
        folder.mkdir(parents=True, exist_ok=True)
        tantivy.Index(schema(), path=str(folder))
        name_generation(root, "g1")


def name_generation(root: Path, generation: str) -> None:
    """Puts `generation` in force, for readers in every process."""
    beside = root / f"{CURRENT}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump({"generation": generation, "format": format_id()}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(root / CURRENT)


@contextmanager
def writer_lock(root: Path, timeout_s: float) -> Iterator[None]:
    """Held by one writer on this machine; BusyError `search.busy` when another keeps it longer than `timeout_s` seconds."""
    with failures(root):
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / _LOCK).open("a")
    with lock:
        _wait_for(lock.fileno(), root, timeout_s)
        yield


def _wait_for(descriptor: int, root: Path, timeout_s: float) -> None:
    end = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= end:
                raise BusyError("search.busy", path=root, seconds=timeout_s) from error
            time.sleep(_POLL_S)
        else:
            return


@contextmanager
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
