"""Bytes on their way into a store: read in pieces, counted and digested as they pass."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from archive.store.contract import Check
from archive.store.disk import as_storage_error, disk_errors, write_all
from archive.store.keys import digest_of_original, is_original, valid_key
from base.digests import CHUNK, Algorithm, Digests, digests_of_stream
from base.errors import StorageError

# Pages are smaller than this and stay in memory; larger objects wait in a file without a name.
SPOOL_BYTES = 32 << 20
# Errors that speak of the bytes themselves; all others say nothing of them.
BAD = frozenset({"store.missing", "store.sealed-head", "store.sealed-length", "store.sealed-part"})


def check_request(key: str, sha256: str, *, replace: bool) -> None:
    """Refuses what no store may do, before any byte is read."""
    valid_key(key)
    if replace and is_original(key):
        raise StorageError("store.protected", key=key)
    if digest_of_original(key) not in (None, sha256):
        raise StorageError("store.digest-mismatch", key=key)


def chunks(data: bytes | BinaryIO) -> Iterator[bytes]:
    """The bytes from where `data` stands to its end. Errors of the source are the caller's and pass as they are."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    while chunk := stream.read(CHUNK):
        yield chunk


class Announced:
    """Counts and digests what passes, and holds it against what was announced."""

    def __init__(self, key: str, sha256: str, size: int) -> None:
        self._key, self._sha256, self._size = key, sha256, size
        self._digest, self._count = hashlib.sha256(), 0

    def add(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        self._count += len(chunk)

    def require(self) -> None:
        """StorageError `store.digest-mismatch` unless exactly the announced bytes passed."""
        if (self._count, self._digest.hexdigest()) != (self._size, self._sha256):
            raise StorageError("store.digest-mismatch", key=self._key)

    def require_length(self, count: int) -> None:
        """The same error unless so many bytes were announced."""
        if count != self._size:
            raise StorageError("store.digest-mismatch", key=self._key)

    def require_whole(self, data: bytes) -> None:
        """As `require`, of bytes of which none passed yet."""
        self.add(data)
        self.require()


def write_announced(descriptor: int, data: bytes | BinaryIO, announced: Announced, path: Path) -> None:
    """Writes all of `data`, which then lies in a file and is read back. Bytes at hand are only counted here, as reading back
    digests them. StorageError of the disk with the name of `path`; as `Announced.require`.
    """
    if isinstance(data, bytes):
        announced.require_length(len(data))
        with disk_errors(path):
            write_all(descriptor, data)
        return
    for chunk in chunks(data):
        announced.add(chunk)
        with disk_errors(path):
            write_all(descriptor, chunk)
    announced.require()


class Passing(io.RawIOBase):
    """A source that is read once, and whose bytes `announced` counts and digests as they pass. It closes nothing."""

    def __init__(self, data: bytes | BinaryIO, announced: Announced) -> None:
        super().__init__()
        self._source: BinaryIO = io.BytesIO(data) if isinstance(data, bytes) else data
        self._announced = announced

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._source.read(size)
        self._announced.add(chunk)
        return chunk


class KeptOpen(io.RawIOBase):
    """A stream for somebody who closes what he is given, though it is wanted after him."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)


def spool(data: bytes | BinaryIO, announced: Announced) -> BinaryIO:
    """All of `data`, checked, as a seekable stream that stands at its start; the caller closes it."""
    spooled = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - handed to the caller
    try:
        for chunk in chunks(data):
            announced.add(chunk)
            spooled.write(chunk)
        announced.require()
        spooled.seek(0)
    except BaseException:
        spooled.close()
        raise
    return spooled  # type: ignore[return-value]  # a SpooledTemporaryFile is an IO[bytes] with all of BinaryIO's methods


def compared(open_object: Callable[[str], BinaryIO], key: str, sha256: str, sm3: str) -> Check:
    """`ObjectStore.check` for a store that opens objects so; ValueError where no digest is given."""
    wanted = Digests(sha256, sm3)
    algorithms: tuple[Algorithm, ...] = (*(("sha256",) if sha256 else ()), *(("sm3",) if sm3 else ()))
    if not algorithms:
        raise ValueError("check needs a digest")
    try:
        with open_object(key) as stream:
            found = digests_of_stream(stream, algorithms)
    except StorageError as error:
        return Check(key, "bad" if error.code in BAD else "could_not_check", error.code)
    except OSError as error:
        return Check(key, "could_not_check", as_storage_error(error, Path(key)).code)
    return Check(key, "good") if found == wanted else Check(key, "bad", "store.damaged")
