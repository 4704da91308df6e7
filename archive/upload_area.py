"""Where uploaded bytes lie until they are taken in: a folder of the data folder, under numbers of ours and no delivered name.

`uploads/UPLOAD/FILE÷1000/FILE` is a whole file, with `.part` behind it one that is still coming. A part is on the disk, and
a whole file is read back from it, before any row says so.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from base.digests import sha256_of_bytes
from base.errors import StorageError
from base.files import make_folders, sync_folder

# Files come in parts of this size, the last one shorter; small files come many in one request.
PART_BYTES = 4 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# One web process serves an office: two tabs that send the same file take turns.
_TURNS = [threading.Lock() for _ in range(64)]


@dataclass(frozen=True, slots=True)
class Whole:
    """A finished file as it was read back: SHA-256 of all of it, and of the hex digests of its parts one after the other."""

    sha256: str
    tree: str


class UploadArea:
    """The uploads of one office. Errors are StorageError `disk.full` and `store.failed`."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "uploads"

    def path(self, upload_id: int, file_id: int) -> Path:
        """Where the bytes of a whole file lie."""
        return self.root / str(upload_id) / str(file_id // 1000) / str(file_id)

    def write(self, upload_id: int, file_id: int, offset: int, data: bytes) -> None:
        """Puts one part at its place and onto the disk; what lay behind `offset` was never spoken of, and goes."""
        part = self._part(upload_id, file_id)
        with self._errors(), _TURNS[file_id % len(_TURNS)]:
            make_folders(part.parent)
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.ftruncate(descriptor, offset)
                view, at = memoryview(data), offset
                while view:
                    written = os.pwrite(descriptor, view, at)
                    view, at = view[written:], at + written
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)

    def here(self, upload_id: int, file_id: int) -> int:
        """How many bytes of an unfinished file lie there; more than a row says where a crash came between the two."""
        try:
            return self._part(upload_id, file_id).stat().st_size
        except FileNotFoundError:
            return 0

    def read_back(self, upload_id: int, file_id: int) -> Whole:
        """The digests of an unfinished file whose last part is written, as the disk gives it."""
        with self._errors():
            return whole_of(self._part(upload_id, file_id))

    def finish(self, upload_id: int, file_ids: Iterable[int]) -> None:
        """Gives finished files their names, and makes the names durable."""
        folders = set()
        with self._errors():
            for file_id in file_ids:
                path = self.path(upload_id, file_id)
                self._part(upload_id, file_id).replace(path)
                folders.add(path.parent)
            for folder in folders:
                sync_folder(folder)

    def drop(self, upload_id: int, file_ids: Iterable[int]) -> None:
        """Takes away exactly these files, finished or not, and the folders that hold nothing any more."""
        folders = set()
        with self._errors():
            for file_id in file_ids:
                path = self.path(upload_id, file_id)
                folders |= {path.parent, path.parent.parent}
                path.unlink(missing_ok=True)
                self._part(upload_id, file_id).unlink(missing_ok=True)
            for folder in sorted(folders, key=lambda each: len(each.parts), reverse=True):
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()

    def free_bytes(self) -> int:
        """Room on the disk that the area lies on."""
        with self._errors():
            make_folders(self.root)
            return shutil.disk_usage(self.root).free

    def _part(self, upload_id: int, file_id: int) -> Path:
        return self.path(upload_id, file_id).with_name(f"{file_id}.part")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise StorageError("disk.full", path=self.root.name) from error
            detail = error.strerror or type(error).__name__
            raise StorageError("store.failed", key=self.root.name, detail=detail) from error


def whole_of(path: Path) -> Whole:
    """The two digests of a file."""
    whole, tree = hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as stream:
        while data := stream.read(PART_BYTES):
            whole.update(data)
            tree.update(sha256_of_bytes(data).encode())
    return Whole(whole.hexdigest(), tree.hexdigest())
