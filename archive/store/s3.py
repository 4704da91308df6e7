"""The object store on an S3 server (MinIO, Ceph RGW, …), in one bucket that keeps versions and locks originals.

Each object carries its SHA-256 as metadata and is read back after it was sent. An original is locked as it is written, in the
same request: there is no moment in which it lies there unlocked. The bucket keeps versions, so that whoever else writes to
it covers bytes but destroys none; of derived objects only the newest version is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from archive.store.contract import Check, ObjectInfo, Protection
from archive.store.keys import is_original, valid_key
from archive.store.s3_client import PART_BYTES, Bucket, speaks_of_locks
from archive.store.streams import Announced, check_request, compared, spool
from base.clock import now
from base.digests import sha256_of_stream
from base.errors import StorageError
from base.settings import Settings

_DIGEST_HEADER = "x-amz-meta-sha256"
_YEAR = timedelta(days=365.25)
# A lock that ends so little sooner than it should is left as it is: each renewal is a request.
_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Locking:
    """How originals are locked: the mode, and for how many years from now."""

    mode: str
    years: int

    def from_now(self) -> Protection:
        return Protection("compliance" if self.mode == "compliance" else "governance", now() + self.years * _YEAR)


class S3Store:
    """An ObjectStore in one bucket. See `archive.store.contract` for what each method promises."""

    def __init__(self, bucket: Bucket, locking: Locking | None) -> None:
        self.bucket, self._locking = bucket, locking

    @classmethod
    def connect(cls, settings: Settings) -> S3Store:
        """The store of `s3_endpoint` and `s3_bucket`; StorageError where it cannot be reached or used."""
        store = cls(Bucket(settings), _locking(settings))
        store._must_be_there()
        with suppress(StorageError):  # an account without that right keeps the office open
            store.bucket.abort_stale_uploads()
        return store

    @classmethod
    def create(cls, settings: Settings) -> S3Store:
        """Makes the bucket if it is not there: an administrator of the server may have made it."""
        store = cls(Bucket(settings), _locking(settings))
        if not store.bucket.exists():
            store.bucket.make(lock=store._locking is not None)
        store._must_be_there()
        return store

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        check_request(key, sha256, replace=replace)
        with spool(data, Announced(key, sha256, size)) as stream:
            known = self.bucket.head(key)
            if known is not None and known.size == size and self._digest(key) == sha256:
                return ObjectInfo(key, size)
            if known is not None and not replace:
                raise StorageError("store.conflict", path=self.bucket.address, key=key)
            self._send(key, stream, sha256, size, media_type)
        if known is not None and known.version is not None:
            self.bucket.remove(key, known.version)
        return ObjectInfo(key, size)

    def mend(self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str) -> ObjectInfo:
        check_request(key, sha256, replace=False)
        if self.check(key, sha256=sha256).state != "good":
            with spool(data, Announced(key, sha256, size)) as stream:
                self._send(key, stream, sha256, size, media_type)
        return ObjectInfo(key, size)

    def open(self, key: str) -> BinaryIO:
        return self.bucket.download(valid_key(key))

    def read(self, key: str) -> bytes:
        with self.open(key) as stream:
            return stream.read()

    def stat(self, key: str) -> ObjectInfo | None:
        head = self.bucket.head(valid_key(key))
        return None if head is None else ObjectInfo(key, head.size)

    def exists(self, key: str) -> bool:
        return self.stat(key) is not None

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        return self.bucket.entries(prefix)

    def delete(self, key: str) -> None:
        if is_original(valid_key(key)):
            raise StorageError("store.protected", key=key)
        versions = self.bucket.versions(key)
        for version in versions:
            self.bucket.remove(key, None if version == "null" else version)
        if not versions:
            self.bucket.remove(key)

    def check(self, key: str, *, sha256: str = "", sm3: str = "") -> Check:
        return compared(self.open, valid_key(key), sha256, sm3)

    def protection(self, key: str) -> Protection | None:
        return self.bucket.protection(valid_key(key))

    def protect(self, key: str) -> None:
        if not is_original(valid_key(key)) or self._locking is None:
            return
        wanted, held = self._locking.from_now(), self.bucket.protection(key)
        if (
            held is None
            or held.until < wanted.until - _SOON
            or (held.mode, wanted.mode) == ("governance", "compliance")
        ):
            self.bucket.protect(key, wanted if held is None else _stricter(held, wanted))

    def release(self, key: str) -> None:
        for version in self.bucket.versions(valid_key(key)):
            held = self.bucket.protection(key, version)
            if held is not None and held.mode == "compliance":
                raise StorageError(
                    "store.compliance", path=self.bucket.address, key=key, until=f"{held.until:%Y-%m-%d}"
                )
            if held is not None:
                self.bucket.release(key, version)

    def _send(self, key: str, stream: BinaryIO, sha256: str, size: int, media_type: str) -> None:
        lock = self._locking.from_now() if self._locking is not None and is_original(key) else None
        try:
            self.bucket.upload(key, stream, size, media_type, {_DIGEST_HEADER: sha256}, lock)
        except StorageError as error:
            if speaks_of_locks(error):
                self._must_be_there()
            raise
        if self._digest(key) != sha256:
            raise StorageError("store.verify-failed", path=self.bucket.address, key=key)
        if lock is not None and size > PART_BYTES and self.bucket.protection(key) is None:
            # Ceph does not lock what comes in parts when it is put together.
            self.bucket.protect(key, lock)

    def _digest(self, key: str) -> str:
        with self.open(key) as stream:
            return sha256_of_stream(stream)

    def _must_be_there(self) -> None:
        """A lock that the settings promise and the bucket cannot keep is said at once, not when a page is lost."""
        if not self.bucket.exists():
            raise StorageError("store.no-bucket", path=self.bucket.address, bucket=self.bucket.name)
        if self._locking is not None and not self.bucket.lockable():
            raise StorageError("store.no-lock", path=self.bucket.address, bucket=self.bucket.name)


def _locking(settings: Settings) -> Locking | None:
    return None if settings.s3_lock == "off" else Locking(settings.s3_lock, settings.s3_lock_years)


def _stricter(held: Protection, wanted: Protection) -> Protection:
    mode = held.mode if held.mode == "compliance" else wanted.mode
    return Protection(mode, max(held.until, wanted.until))
