"""ZIPs of a delivery, member by member: each becomes a file of the delivery under `archive.zip/its/name`.

Members are written under numbers of our own into a folder of our own, never under their names: whatever a name says, no file
lands outside. What cannot be taken out is named with its reason, and the bytes that hold it are kept.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import ZipFile

from base.errors import InputError, JuanzongError, StorageError
from ingest.delivery.model import DeliveredFile, file_at
from ingest.delivery.walk import LIST_EXTENSIONS, PAGE_EXTENSIONS, ZIP_EXTENSION, Problem, classified, ignored_by_name
from ingest.delivery.zip_contents import DAMAGE, Member, opened_zip

# A ZIP in a ZIP in a ZIP is somebody's habit, a fourth is nobody's.
_MAX_DEPTH = 3
# What is larger is no page and no list; a ZIP within may be.
MAX_MEMBER_BYTES = 500_000_000
# Left free for whatever else the machine does.
_SPARE_BYTES = 1 << 30
_CHUNK = 1 << 20
_KNOWN = PAGE_EXTENSIONS | LIST_EXTENSIONS | {ZIP_EXTENSION}
# Enough to see by its first bytes what a file without a known name is.
_FIRST = 12


@dataclass(slots=True)
class Unpacked:
    """What came out: files of the delivery, and what of them cannot be used."""

    files: list[DeliveredFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, file: DeliveredFile, error: JuanzongError) -> None:
        """`source` of such a file may be the ZIP that holds it: those are the bytes that are kept."""
        self.files.append(file)
        self.problems.append((file, error))


@dataclass(frozen=True, slots=True)
class _Holder:
    """A ZIP that is open: its file, what its members' paths begin with, and how deep it lies."""

    file: DeliveredFile
    prefix: str
    depth: int


class Unpacker:
    """Unpacks into `folder`, which goes when the delivery was taken in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def expand(self, files: Iterable[DeliveredFile]) -> Unpacked:
        """The files with the members of each ZIP behind it. StorageError `disk.full` where there is no room for them."""
        found = Unpacked()
        for file in files:
            if file.kind == "container":
                self._open(file, file.path, 1, found)
            else:
                found.files.append(file)
        return found

    def members(self, file: DeliveredFile) -> Unpacked:
        """The members alone, under their own paths: a ZIP that was handed in as the delivery itself."""
        found = Unpacked()
        self._open(file, "", 1, found)
        return found

    def _open(self, file: DeliveredFile, prefix: str, depth: int, found: Unpacked) -> None:
        try:
            if depth > _MAX_DEPTH:
                raise InputError("zip.nested", path=file.path, limit=_MAX_DEPTH)
            with opened_zip(file.source, file.path) as (archive, members):
                self._require_room(members, file)
                wanted = [member for member in members if not ignored_by_name(member.name.path)]
                if wanted and all(member.locked for member in wanted):
                    raise InputError("zip.locked", path=file.path)
                found.files.append(file)
                self._take_all(archive, members, _Holder(file, prefix, depth), found)
        except InputError as error:
            found.refuse(_as_page(file), error)

    def _take_all(self, archive: ZipFile, members: Iterable[Member], holder: _Holder, found: Unpacked) -> None:
        """Two members of one name are both kept: the later one is set aside, unless it is the same bytes again."""
        taken: dict[str, tuple[Member, int]] = {}
        for member in members:
            path = f"{holder.prefix}/{member.name.path}" if holder.prefix else member.name.path
            first, times = taken.get(path, (member, 0))
            taken[path] = first, times + 1
            if not times:
                self._take(archive, member, holder, path, found)
            elif _same_bytes(first, member):
                found.files.append(
                    replace(holder.file, path=_numbered(path, times + 1), kind="ignored", reason="ignored.twice")
                )
            else:
                self._take(archive, member, holder, _numbered(path, times + 1), found, "zip.name-twice")

    def _take(
        self, archive: ZipFile, member: Member, holder: _Holder, path: str, found: Unpacked, refused: str = ""
    ) -> None:
        """One member. `refused` is the code of an error that keeps it from being a page."""
        file = file_at(path, holder.file.source, member.info.file_size, "ignored")
        reason = "ignored.link" if member.special else ignored_by_name(path)
        if reason is not None:
            found.files.append(replace(file, reason=reason))
            return
        try:
            kept = self._kept(archive, member, path)
        except InputError as error:
            found.refuse(_as_page(file), error)
            return
        refused = "zip.name-unsafe" if member.name.unsafe else refused
        if kept is None:
            found.files.append(replace(file, reason="ignored.other"))
        elif refused:
            found.refuse(_as_page(kept), InputError(refused, path=path))
        elif kept.kind == "container":
            self._open(kept, path, holder.depth + 1, found)
        else:
            found.files.append(kept)

    def _kept(self, archive: ZipFile, member: Member, path: str) -> DeliveredFile | None:
        """The member as a file of its own; None where it is none that a delivery is read for."""
        if member.locked:
            raise InputError("zip.locked", path=path)
        suffix = Path(path).suffix.casefold()
        if member.info.file_size > MAX_MEMBER_BYTES and suffix != ZIP_EXTENSION:
            raise InputError("file.too-large", path=path, megabytes=member.info.file_size // 1_000_000, limit=500)
        target = self._target(suffix if suffix in _KNOWN else "")
        try:
            with archive.open(member.info) as stream, _room_for(path), target.open("wb") as out:
                out.write(stream.read(_FIRST))
                out.flush()
                if classified(target, path, 0).kind != "ignored":
                    shutil.copyfileobj(stream, out, _CHUNK)
        except NotImplementedError as error:
            raise InputError("zip.method", path=path) from error
        except DAMAGE as error:
            raise InputError("zip.member-damaged", path=path) from error
        _keep_time(target, member)
        kept = classified(target, path, target.stat().st_size)
        return kept if kept.kind != "ignored" else None

    def _target(self, suffix: str) -> Path:
        """A number of our own; a thousand to a folder."""
        self._count += 1
        folder = self._folder / f"{self._count // 1000:04}"
        folder.mkdir(exist_ok=True)
        return folder / f"{self._count:07}{suffix}"

    def _require_room(self, members: Iterable[Member], file: DeliveredFile) -> None:
        needed = sum(member.info.file_size for member in members)
        if needed + _SPARE_BYTES > shutil.disk_usage(self._folder).free:
            raise StorageError("disk.full", path=file.path)


def _as_page(file: DeliveredFile) -> DeliveredFile:
    """What is refused counts as the pages that it may hold."""
    return replace(file, kind="page")


def _same_bytes(first: Member, other: Member) -> bool:
    return (first.info.CRC, first.info.file_size) == (other.info.CRC, other.info.file_size) and not other.locked


def _numbered(path: str, times: int) -> str:
    """`001.jpg` for the second time: `001#2.jpg`."""
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{stem}#{times}.{suffix}" if dot and stem else f"{path}#{times}"


@contextmanager
def _room_for(path: str) -> Iterator[None]:
    """A disk that fills up is no fault of the member."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError("disk.full", path=path) from error
        raise


def _keep_time(target: Path, member: Member) -> None:
    """The file's own time, so that a run that goes on knows it again; an impossible one is left out."""
    try:
        stamp = time.mktime((*member.info.date_time, 0, 0, -1))
        os.utime(target, (stamp, stamp))
    except (ValueError, OverflowError, OSError):
        return
