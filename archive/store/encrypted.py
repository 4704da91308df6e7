"""Encryption at rest: an object store around an object store. Everyone above sees plain bytes, digests and sizes.

Objects lie in the inner store behind `sealed/`, in the form of `sealed_stream`; keys stay made from the digests of the plain
bytes, so whoever holds the inner store can tell whether a file that he already has lies there, and nothing else.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.store.contract import Check, ObjectInfo, ObjectStore, Protection
from archive.store.disk import disk_errors
from archive.store.keyring import Keyring, StoreKey
from archive.store.keys import SEALED, is_original, plain_key
from archive.store.sealed_stream import opened, plain_size, sealed
from archive.store.streams import SPOOL_BYTES, Announced, KeptOpen, Passing, check_request, compared
from base.digests import sha256_of_stream
from base.errors import StorageError

_OCTETS = "application/octet-stream"


class EncryptedStore:
    """An ObjectStore whose objects lie encrypted in `inner`. See `archive.store.contract` for what each method promises.

    `load` opens the keyring anew: where another process has put a new key in force, its objects are read without a restart.
    """

    def __init__(self, inner: ObjectStore, load: Callable[[], Keyring]) -> None:
        self.inner, self._load, self.ring = inner, load, load()

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        check_request(plain_key(key), sha256, replace=replace)
        if self.inner.exists(SEALED + key):
            if self._holds(key, sha256):
                return ObjectInfo(key, size)
            if not replace:
                raise StorageError("store.conflict", key=key)
        with self._sealed(key, data, sha256, size) as (stream, digest, length):
            try:
                self.inner.put(SEALED + key, stream, sha256=digest, size=length, media_type=_OCTETS, replace=replace)
            except StorageError as error:
                # Another writer of the same page was first: his bytes are the same, their encryption never is.
                if error.code not in ("store.conflict", "store.verify-failed") or not self._holds(key, sha256):
                    raise
        return ObjectInfo(key, size)

    def mend(self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str) -> ObjectInfo:
        check_request(plain_key(key), sha256, replace=False)
        if self.check(key, sha256=sha256).state != "good":
            with self._sealed(key, data, sha256, size) as (stream, digest, length):
                self.inner.mend(SEALED + key, stream, sha256=digest, size=length, media_type=_OCTETS)
        return ObjectInfo(key, size)

    def open(self, key: str) -> BinaryIO:
        return opened(self.inner.open(SEALED + plain_key(key)), key, self._find)

    def read(self, key: str) -> bytes:
        with self.open(key) as stream, disk_errors(Path(key)):
            return stream.read()

    def stat(self, key: str) -> ObjectInfo | None:
        info = self.inner.stat(SEALED + plain_key(key))
        return None if info is None else ObjectInfo(key, plain_size(info.size))

    def exists(self, key: str) -> bool:
        return self.inner.exists(SEALED + plain_key(key))

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        for info in self.inner.list(SEALED + prefix):
            yield ObjectInfo(info.key.removeprefix(SEALED), plain_size(info.size))

    def delete(self, key: str) -> None:
        if is_original(plain_key(key)):
            raise StorageError("store.protected", key=key)
        self.inner.delete(SEALED + key)

    def check(self, key: str, *, sha256: str = "", sm3: str = "") -> Check:
        return compared(self.open, plain_key(key), sha256, sm3)

    def protection(self, key: str) -> Protection | None:
        return self.inner.protection(SEALED + plain_key(key))

    def protect(self, key: str) -> None:
        self.inner.protect(SEALED + plain_key(key))

    def release(self, key: str) -> None:
        self.inner.release(SEALED + plain_key(key))

    def _holds(self, key: str, sha256: str) -> bool:
        return self.check(key, sha256=sha256).state == "good"

    def _find(self, key_id: str) -> StoreKey | None:
        if self.ring.find(key_id) is None:
            self.ring = self._load()
        return self.ring.find(key_id)

    @contextmanager
    def _sealed(self, key: str, data: bytes | BinaryIO, sha256: str, size: int) -> Iterator[tuple[BinaryIO, str, int]]:
        """The encrypted object, its own digest and length: whole, opened once as a trial, and nowhere plain on a disk."""
        announced, digest, length = Announced(key, sha256, size), hashlib.sha256(), 0
        with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as spooled:
            stream: BinaryIO = spooled  # type: ignore[assignment]  # has all of BinaryIO's methods
            for part in sealed(Passing(data, announced), key, size, self.ring.current):
                digest.update(part)
                length += len(part)
                stream.write(part)
            announced.require()
            stream.seek(0)
            with opened(KeptOpen(stream), key, self._find) as plain:
                if sha256_of_stream(plain) != sha256:
                    raise StorageError("store.verify-failed", key=key, path=key)
            stream.seek(0)
            yield stream, digest.hexdigest(), length
