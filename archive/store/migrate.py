"""Moving all objects from one store to another: folder to server, plain to encrypted, and back. The source is only read.

Each object is read once and held against its key before it is written (an original and a certified copy have their digest in
it), and against its SM3 where one is on record; the target reads back what it wrote before it says so. Then both lists are laid beside each other until they agree. A
journal holds the place, so that what was interrupted goes on there. The office may work meanwhile: what it adds or makes
anew is found in the last round, for which it must stand still.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from archive.store.contract import ObjectInfo, ObjectStore
from archive.store.keys import digest_in_key, is_original
from archive.store.streams import BAD
from base.digests import ALGORITHMS, digests_of_stream
from base.errors import StorageError
from base.files import write_atomically
from base.progress import Progress

_AT_ONCE = 4
_BATCH = 64
_ROUNDS = 3
# Behind every key: what is still to do, the lists say.
_END = "~"
# What is wrong with one object stops no other; all else (a full disk, a server that is gone) stops the move.
_OF_ONE_OBJECT = BAD | {"store.damaged", "store.conflict", "store.digest-mismatch"}


@dataclass(slots=True)
class Moved:
    """What a move did. `bad` are objects that were not moved, each with why; `only_there` lie in the target alone."""

    copied: int = 0
    size: int = 0
    skipped: int = 0
    bad: dict[str, str] = field(default_factory=dict)
    only_there: int = 0


class Journal:
    """The place behind which nothing of this move is done yet, between these two stores; empty at the start."""

    def __init__(self, path: Path, source: str, target: str) -> None:
        self._path, self._names = path, {"source": source, "target": target}
        self.last = ""
        if path.exists():
            said = json.loads(path.read_bytes())
            if {name: said.get(name) for name in self._names} == self._names:
                self.last = str(said["last"])

    def reached(self, key: str) -> None:
        self.last = key
        write_atomically(self._path, json.dumps({**self._names, "last": key}).encode())


# SM3 by key of those objects of a batch that have one on record.
Sm3OnRecord = Callable[[Sequence[str]], Mapping[str, str]]


def migrate(
    source: ObjectStore,
    target: ObjectStore,
    journal: Journal,
    progress: Progress,
    *,
    recheck: bool = False,
    sm3_of: Sm3OnRecord | None = None,
) -> Moved:
    """Copies what the target lacks and compares the lists. StorageError where a store fails: call it again, it goes on.

    A move that was whole is one of lists when it is called again: it takes what was added since. With `recheck` every object is
    read on both sides, whatever a journal or the target's list say.
    """
    moved, copying = Moved(), _Copying(source, target, sm3_of)
    total = sum(1 for _ in source.list())
    start = "" if recheck else journal.last
    moved.skipped = done = sum(1 for info in source.list() if info.key <= start) if start else 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        fresh = (info for info in source.list() if info.key > start)
        for batch in _batches(fresh):
            _copy_all(pool, copying, batch, moved)
            journal.reached(batch[-1].key)
            done += len(batch)
            progress.step("progress.moving", done, total)
        for _ in range(_ROUNDS):
            before = moved.copied
            missing = (info for info in _missing(source, target, moved) if info.key not in moved.bad)
            for batch in _batches(missing):
                _copy_all(pool, copying, batch, moved)
            if moved.copied == before:
                break
    journal.reached(_END)
    return moved


def _copy_all(pool: ThreadPoolExecutor, copying: _Copying, infos: list[ObjectInfo], moved: Moved) -> None:
    known = copying.sm3_of([info.key for info in infos]) if copying.sm3_of else {}
    codes = pool.map(lambda info: copying.one(info, known.get(info.key, "")), infos)
    for info, code in zip(infos, codes, strict=True):
        if code:
            moved.bad[info.key] = code
        else:
            moved.copied += 1
            moved.size += info.size


@dataclass(frozen=True, slots=True)
class _Copying:
    source: ObjectStore
    target: ObjectStore
    sm3_of: Sm3OnRecord | None

    def one(self, info: ObjectInfo, sm3: str) -> str:
        """Empty where the object now lies in the target, read back; otherwise the code of what is wrong with it."""
        key, named = info.key, digest_in_key(info.key)
        media_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
        try:
            with self.source.open(key) as stream:
                digests = digests_of_stream(stream, ALGORITHMS if sm3 else ("sha256",))
                if named not in (None, digests.sha256) or (sm3 and not self._is_of(key, digests.sm3, sm3)):
                    return "store.damaged"
                size = stream.tell()
                stream.seek(0)
                self.target.put(
                    key, stream, sha256=digests.sha256, size=size, media_type=media_type, replace=not is_original(key)
                )
        except StorageError as error:
            if error.code not in _OF_ONE_OBJECT:
                raise
            return error.code
        return ""

    def _is_of(self, key: str, found: str, sm3: str) -> bool:
        """A derived object may have been made anew since its digest was asked for."""
        return found == sm3 or (self.sm3_of is not None and self.sm3_of([key]).get(key, found) == found)


def _missing(source: ObjectStore, target: ObjectStore, moved: Moved) -> Iterator[ObjectInfo]:
    """What the target lacks, or holds in another length; counts anew what lies in the target alone."""
    moved.only_there = 0
    there = iter(target.list())
    other = next(there, None)
    for info in source.list():
        while other is not None and other.key < info.key:
            moved.only_there += 1
            other = next(there, None)
        if other is not None and other.key == info.key:
            if other.size != info.size:
                yield info
            other = next(there, None)
        else:
            yield info
    moved.only_there += sum(1 for _ in there) + (other is not None)


def _batches(infos: Iterable[ObjectInfo]) -> Iterator[list[ObjectInfo]]:
    remaining = iter(infos)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
