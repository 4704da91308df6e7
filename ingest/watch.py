"""A watched folder: what is put there becomes a delivery once it is whole, and stays where it was put.

Each folder and each ZIP right inside is a delivery of its own, a batch of its name; files that lie there loose are one more,
in a batch of the watched folder's name. Whole is what did not change for a while: names, sizes and times of all that is in it.
What was taken is remembered by a digest, so that a restart takes nothing twice; what changes later is taken again, and the
same batch then knows what it has.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from archive.access import Viewer
from archive.office import Office
from base.errors import BusyError, InputError, JuanzongError, StorageError
from base.files import write_atomically
from base.progress import Progress
from ingest.delivery.walk import ZIP_EXTENSION, classified, ignored_by_name, shown
from ingest.receive import Receipt
from ingest.taking import take_in, take_in_files

# Names that programs give to what they are still writing.
_PARTIAL = re.compile(
    r"(?i).*\.(part|partial|filepart|tmp|temp|crdownload|download|opdownload|!ut|aria2|swp)|~\$.*|\..+\.[a-z0-9]{6}"
)
# Windows gives a file its full size before its bytes: until then it ends in zeros, as none of these does when it is whole.
_NEVER_END_IN_ZEROS = frozenset([".jpg", ".jpeg", ".png", ".pdf", ".zip", ".xlsx"])
_TAIL = 4096
# A temporary file that nobody touched for so long (seconds) was left behind and holds up no delivery.
_LEFT_BEHIND_S = 3600.0
# Begins the name of a file that lies loose in the watched folder.
_LOOSE = "./"


@dataclass(frozen=True, slots=True)
class Taken:
    """One delivery of the folder: its receipt, or the error that kept it from being received."""

    name: str
    receipt: Receipt | None
    error: JuanzongError | None = None


@dataclass(slots=True)
class _Seen:
    """How an entry looked, since when (seconds of a clock that never jumps), and whether it may be whole."""

    mark: str
    since: float
    partial: bool
    files: list[Path] = field(default_factory=list)


class Watch:
    """One watched folder of one office. `settle_s` is how long it must lie still; `clock` gives seconds that only grow."""

    def __init__(
        self, office: Office, folder: Path, viewer: Viewer, *, batch: str | None = None, settle_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """InputError `path.missing` / `watch.not-a-folder` / `watch.inside` (the office lies in it, or it in the office)."""
        self._folder = _usable(folder, office.settings.data_dir)
        self._office, self._viewer, self._batch = office, viewer, batch
        self._settle_s, self._clock = settle_s, clock
        self._seen: dict[str, _Seen] = {}
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        self._memory = office.settings.data_dir / f"watched-{name}.json"
        self._lock = office.locks_path / f"watch-{name}.lock"
        self._taken = _remembered(self._memory)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While it runs no other may watch the same folder for this office; BusyError `watch.busy`."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyError("watch.busy", path=self._folder) from error
            yield
        finally:
            os.close(descriptor)

    def turn(self, progress: Progress) -> list[Taken]:
        """Looks once, and takes in what has settled since it was seen last. A full disk or a store that is away is told in
        the answer and tried again at the next turn; what cannot be used at all, when it has changed."""
        self._look()
        due = [name for name, seen in sorted(self._seen.items()) if self._is_due(name, seen)]
        loose = [name for name in due if name.startswith(_LOOSE)]
        found = [self._taken_in([name], progress) for name in due if name not in loose]
        return [*found, *([self._taken_in(loose, progress)] if loose else [])]

    @property
    def waiting(self) -> list[str]:
        """Entries that are there and not taken as they are now; a loose file is `./name`."""
        return [name for name, seen in self._seen.items() if self._taken.get(_key(name)) != seen.mark]

    def _look(self) -> None:
        """OSError of the folder itself (a share that is away) leaves everything as it was seen."""
        found: dict[str, _Seen] = {}
        with contextlib.suppress(OSError):
            for name, files in _entries(self._folder).items():
                found[name] = self._compared(name, files)
            self._seen = found

    def _compared(self, name: str, files: Sequence[Path]) -> _Seen:
        before, now = self._seen.get(name), self._clock()
        mark = _mark(self._folder, files)
        since = before.since if before is not None and before.mark == mark else now
        partial = any(_PARTIAL.fullmatch(file.name) for file in files) and now - since < max(
            _LEFT_BEHIND_S, self._settle_s
        )
        return _Seen(mark, since, partial, list(files))

    def _is_due(self, name: str, seen: _Seen) -> bool:
        if not seen.files or seen.partial or self._clock() - seen.since < self._settle_s:
            return False
        return self._taken.get(_key(name)) != seen.mark and not any(map(_is_unwritten, seen.files))

    def _taken_in(self, names: Sequence[str], progress: Progress) -> Taken:
        """One entry, or all loose files that are due."""
        marks = {name: self._seen[name].mark for name in names}
        try:
            receipt = self._received(names, progress)
        except StorageError as error:
            return Taken(names[0], None, error)
        except JuanzongError as error:
            self._remember(marks)
            return Taken(names[0], None, error)
        self._remember(marks)
        return Taken(names[0], receipt)

    def _received(self, names: Sequence[str], progress: Progress) -> Receipt:
        first = names[0]
        if first.startswith(_LOOSE):
            batch = self._batch or self._folder.name
            sources = [self._seen[name].files[0] for name in names]
            files = [classified(each, shown(each.name), each.stat().st_size) for each in sources]
            present = {shown(name.removeprefix(_LOOSE)) for name in self._seen if name.startswith(_LOOSE)}
            return take_in_files(self._office, self._folder, files, batch, self._viewer, progress, present)
        stem = Path(first).stem if first.casefold().endswith(ZIP_EXTENSION) else first
        batch = self._batch or shown(stem)
        return take_in(self._office, self._folder / first, batch, self._viewer, progress)

    def _remember(self, marks: Mapping[str, str]) -> None:
        self._taken.update({_key(name): mark for name, mark in marks.items()})
        write_atomically(self._memory, json.dumps(self._taken).encode())


def _usable(folder: Path, data_dir: Path) -> Path:
    if not folder.exists():
        raise InputError("path.missing", path=folder)
    if not folder.is_dir():
        raise InputError("watch.not-a-folder", path=folder)
    here, ours = folder.resolve(), data_dir.resolve()
    if here == ours or here in ours.parents or ours in here.parents:
        raise InputError("watch.inside", path=folder)
    return here


def _remembered(memory: Path) -> dict[str, str]:
    """What was taken by earlier runs; a memory that cannot be read costs time, never a page: all is taken in again."""
    try:
        kept = json.loads(memory.read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(key): str(mark) for key, mark in kept.items()} if isinstance(kept, dict) else {}


def _key(name: str) -> str:
    """Names hold ID numbers: a file of ours holds their digests."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()


def _entries(folder: Path) -> dict[str, list[Path]]:
    """The files of each entry; links are not followed, what systems leave behind does not count."""
    found: dict[str, list[Path]] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.is_symlink() or (ignored_by_name(entry.name) and not _PARTIAL.fullmatch(entry.name)):
                continue
            if entry.is_dir(follow_symlinks=False):
                found[entry.name] = sorted(_below(path))
            elif entry.is_file(follow_symlinks=False):
                is_zip = path.suffix.casefold() == ZIP_EXTENSION
                found[entry.name if is_zip else _LOOSE + entry.name] = [path]
    return found


def _below(folder: Path) -> Iterator[Path]:
    """A folder that cannot be read makes the whole look fail: half a delivery is none."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _mark(folder: Path, files: Sequence[Path]) -> str:
    """A digest of all names, sizes and times: another one says that something changed."""
    digest = hashlib.sha256()
    for file in files:
        told = file.stat()
        digest.update(f"{os.fsencode(file.relative_to(folder))!r} {told.st_size} {told.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _is_unwritten(file: Path) -> bool:
    if file.suffix.casefold() not in _NEVER_END_IN_ZEROS:
        return False
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL))
            tail = stream.read()
    except OSError:
        return True
    return len(tail) == _TAIL and not any(tail)
