"""The object store in a folder: for one machine, a share or a removable drive.

`ROOT/juanzong-store.json` marks the store and is looked for before every write: where a drive is not mounted its empty
mount point has no marker, and nothing is written into it. Objects lie two levels down (`originals/ab/cd/abcd…`), so that no
folder grows beyond what file systems and people can list. A new object is written to `ROOT/incoming`, synced, read back from
the disk, and only then appears under its name in one step.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archive.store.contract import Check, ObjectInfo, Protection
from archive.store.disk import as_storage_error, disk_errors, settle
from archive.store.keys import SEALED, is_original, valid_key
from archive.store.streams import Announced, check_request, compared, write_announced
from base.clock import now
from base.digests import sha256_of_file, sha256_of_stream
from base.errors import StorageError
from base.files import make_folders, sync_folder, write_atomically

MARKER = "juanzong-store.json"
INCOMING = "incoming"
DAMAGED = "damaged"
_KINDS = ("copies", "derived", "keyring", "materials", "originals")
# Some shares and removable drives know no hard links: there a rename publishes the object.
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
# What a killed writer left in `incoming` is removed when no living writer can still own it.
_STALE_SECONDS = 24 * 3600.0


class FolderStore:
    """An ObjectStore in a folder that `create` made. See `archive.store.contract` for what each method promises."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / INCOMING
        self._id = _read_marker(root)
        self._remove_stale()

    @classmethod
    def create(cls, root: Path) -> FolderStore:
        """Makes an empty store; StorageError `store.marker-exists` where there is one."""
        with disk_errors(root):
            make_folders(root)
            if (root / MARKER).exists():
                raise StorageError("store.marker-exists", path=root)
            make_folders(root / INCOMING)
            marker = {"format": 1, "id": str(uuid.uuid4()), "made": now().isoformat(timespec="seconds")}
            write_atomically(root / MARKER, json.dumps(marker).encode())
        return cls(root)

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        check_request(key, sha256, replace=replace)
        self._require_marker()
        path = self._path(key)
        with disk_errors(path):
            known = path.exists()
        if not known or (replace and not _holds(path, sha256, size)):
            with self._verified_copy(path, data, Announced(key, sha256, size), sha256) as temporary:
                known = not self._name(temporary, path, replace=replace)
        if known:
            if not _holds(path, sha256, size):
                raise StorageError("store.conflict", key=key, path=path)
            with disk_errors(path):
                # Another writer may have given the name a moment ago, or failed to make it durable.
                sync_folder(path.parent)
        return ObjectInfo(key, size)

    def mend(self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str) -> ObjectInfo:
        check_request(key, sha256, replace=False)
        self._require_marker()
        path = self._path(key)
        if self.check(key, sha256=sha256).state != "good":
            with self._verified_copy(path, data, Announced(key, sha256, size), sha256) as temporary:
                self._keep_aside(path)
                self._name(temporary, path, replace=True)
        return ObjectInfo(key, size)

    def open(self, key: str) -> BinaryIO:
        path = self._path(valid_key(key))
        try:
            return path.open("rb")
        except FileNotFoundError as error:
            self._require_marker()
            raise StorageError("store.missing", key=key) from error
        except OSError as error:
            raise as_storage_error(error, path) from error

    def read(self, key: str) -> bytes:
        with self.open(key) as stream, disk_errors(self._path(key)):
            return stream.read()

    def stat(self, key: str) -> ObjectInfo | None:
        path = self._path(valid_key(key))
        try:
            return ObjectInfo(key, path.stat().st_size)
        except FileNotFoundError:
            self._require_marker()
            return None
        except OSError as error:
            raise as_storage_error(error, path) from error

    def exists(self, key: str) -> bool:
        return self.stat(key) is not None

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        self._require_marker()
        for start in self._starts(prefix):
            for path in _files(start):
                key = self._key(path)
                if key.startswith(prefix):
                    # Whatever lies here, also under a name that is no key: fsck says so, and goes on.
                    with disk_errors(path), suppress(FileNotFoundError):
                        found = path.lstat()
                        yield ObjectInfo(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def delete(self, key: str) -> None:
        if is_original(valid_key(key)):
            raise StorageError("store.protected", key=key)
        self._require_marker()
        path = self._path(key)
        with disk_errors(path):
            if path.exists():
                path.unlink(missing_ok=True)
                sync_folder(path.parent)

    def check(self, key: str, *, sha256: str = "", sm3: str = "") -> Check:
        return compared(self.open, valid_key(key), sha256, sm3)

    def protection(self, key: str) -> Protection | None:
        """A folder cannot lock: its files are read-only, which guards against mistakes alone."""
        valid_key(key)
        return None

    def protect(self, key: str) -> None:
        valid_key(key)

    def release(self, key: str) -> None:
        valid_key(key)

    def _path(self, key: str) -> Path:
        sealed = SEALED if key.startswith(SEALED) else ""
        kind, rest = key.removeprefix(sealed).split("/", 1)
        return self._root / sealed / kind / rest[:2] / rest[2:4] / rest

    def _key(self, path: Path) -> str:
        parts = path.relative_to(self._root).parts
        sealed = SEALED if parts[0] == SEALED[:-1] else ""
        inside = parts[1:] if sealed else parts
        # A strange file may lie higher up than any object: it is listed as what it is.
        return sealed + "/".join(inside if len(inside) < 4 else (inside[0], *inside[3:]))

    def _starts(self, prefix: str) -> Iterator[Path]:
        """The highest folders that hold all keys with `prefix`, in the order of their keys."""
        if not prefix.startswith(SEALED):
            yield from _folders(self._root, prefix)
        if prefix.startswith(SEALED) or SEALED.startswith(prefix):
            yield from _folders(self._root / SEALED, prefix.removeprefix(SEALED) if prefix.startswith(SEALED) else "")

    def _require_marker(self) -> None:
        if _read_marker(self._root) != self._id:
            raise StorageError("store.marker-other", path=self._root)

    @contextmanager
    def _verified_copy(self, path: Path, data: bytes | BinaryIO, announced: Announced, sha256: str) -> Iterator[Path]:
        """A file in `incoming` with exactly the announced bytes on the disk; gone when the block ends."""
        with disk_errors(path):
            descriptor, name = self._temporary()
        try:
            with os.fdopen(descriptor, "w+b", buffering=0) as stream:
                write_announced(stream.fileno(), data, announced, path)
                with disk_errors(path):
                    settle(stream.fileno())
                    stream.seek(0)
                    if sha256_of_stream(stream) != sha256:
                        if isinstance(data, bytes):
                            announced.require_whole(data)
                        raise StorageError("store.verify-failed", path=path, key=path.name)
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _temporary(self) -> tuple[int, str]:
        """`incoming` is not made unasked: in the mount point of a drive that went away there is none."""
        try:
            return tempfile.mkstemp(dir=self._incoming)
        except FileNotFoundError:
            self._require_marker()
            make_folders(self._incoming)
            return tempfile.mkstemp(dir=self._incoming)

    def _name(self, temporary: Path, path: Path, *, replace: bool) -> bool:
        """Looks again whether the drive is there, since large objects take their time; then as `_publish`."""
        self._require_marker()
        with disk_errors(path):
            make_folders(path.parent)
        return _publish(temporary, path, replace=replace)

    def _keep_aside(self, path: Path) -> None:
        """What a damaged object has become is evidence, and may hold more of the page than any copy."""
        aside = self._root / DAMAGED
        with disk_errors(path):
            if not path.exists():
                return
            make_folders(aside)
            beside = aside / f"{path.name}.{uuid.uuid4().hex[:8]}"
            try:
                beside.hardlink_to(path)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                path.rename(beside)
            sync_folder(aside)

    def _remove_stale(self) -> None:
        oldest = time.time() - _STALE_SECONDS
        with disk_errors(self._incoming):
            for path in self._incoming.glob("*"):
                if path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)


def _read_marker(root: Path) -> str:
    try:
        return str(json.loads((root / MARKER).read_bytes())["id"])
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError) as error:
        raise StorageError("store.marker-missing", path=root) from error
    except OSError as error:
        raise as_storage_error(error, root) from error


def _holds(path: Path, sha256: str, size: int) -> bool:
    with disk_errors(path):
        return path.stat().st_size == size and sha256_of_file(path) == sha256


def _publish(temporary: Path, path: Path, *, replace: bool) -> bool:
    """Gives the finished file its name in one step; False where another writer was first."""
    with disk_errors(path):
        if replace:
            temporary.replace(path)
        else:
            try:
                path.hardlink_to(temporary)
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                temporary.replace(path)
        sync_folder(path.parent)
    return True


def _folders(root: Path, prefix: str) -> Iterator[Path]:
    kind, _, rest = prefix.partition("/")
    levels = [level for level in (rest[:2], rest[2:4]) if len(level) == 2]
    for name in _KINDS:
        if name.startswith(kind) if "/" not in prefix else name == kind:
            yield root.joinpath(name, *levels)


def _files(folder: Path) -> Iterator[Path]:
    """All files below, in the order of their keys; nothing where the folder is not there."""
    if not folder.is_dir():
        return
    with disk_errors(folder):
        entries = sorted(folder.iterdir())
    for entry in entries:
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry
