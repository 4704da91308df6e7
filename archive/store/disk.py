"""What the folder store asks of a disk: whole writes, synced, and errors with a name."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from base.errors import StorageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        written = os.write(descriptor, view)
        if written == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


def settle(descriptor: int) -> None:
    """Onto the disk and out of the cache: what is read back then comes from the disk. Read-only from now on."""
    os.fchmod(descriptor, 0o440)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise as_storage_error(error, path) from error


def as_storage_error(error: OSError, path: Path) -> StorageError:
    if error.errno in _FULL:
        return StorageError("disk.full", path=path)
    if error.errno in _READ_ONLY:
        return StorageError("store.read-only", path=path)
    return StorageError("store.failed", path=path, key=path.name, detail=error.strerror or str(error))
