"""One bucket on an S3 server (MinIO, Ceph RGW, …). This module and `s3_connection` alone name the S3 client.

Nothing is left to be found out: the region is set, buckets are addressed by path, and every body is sent with a digest that the
server holds it against: its SHA-256 inside the signature, over TLS its MD5 (Content-MD5) beside it. Large objects go in parts, each
with its own. Waiting is bounded, and what broke off is tried again: a server that does not answer is an error with a name,
not a program that hangs.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, TypeVar

import urllib3
from minio.commonconfig import COMPLIANCE, ENABLED, GOVERNANCE
from minio.error import MinioException, S3Error
from minio.helpers import md5sum_hash
from minio.retention import Retention
from minio.versioningconfig import VersioningConfig
from minio.xml import marshal

from archive.store.contract import ObjectInfo, Protection
from archive.store.s3_connection import connection
from archive.store.streams import SPOOL_BYTES
from base.clock import now
from base.digests import CHUNK
from base.errors import StorageError
from base.settings import Settings

T = TypeVar("T")

# Before what broke off in the middle is asked for again; what never arrived the client itself sends again.
PAUSES = (0.2, 1.0)
# What is larger goes in parts; three are in memory at once.
PART_BYTES = 16 << 20
# An upload in parts whose writer was killed is given up when no living writer can still own it.
_STALE = timedelta(hours=24)
_SHORTEST = timedelta(seconds=1.5)
_MODE = re.compile(r"<Mode>\s*(\w+)\s*</Mode>")
_UNTIL = re.compile(r"<RetainUntilDate>\s*([0-9-]+T[0-9:]+)[.0-9]*(?:Z|\+00:?00)\s*</RetainUntilDate>")
_MODES = {"governance": GOVERNANCE, "compliance": COMPLIANCE}
_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "ResourceNotFound"})
_DENIED = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AllAccessDisabled"})
_FULL = frozenset({"XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "XMinioAdminBucketQuotaExceeded"})
_NO_LOCK = frozenset({"ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration", "InvalidRequest"})
# The server could not now, or what arrived is not what was sent: the same request may well succeed.
_PASSING = frozenset({
    "BadDigest", "IncompleteBody", "InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown",
    "XAmzContentSHA256Mismatch",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """What the server says of an object: `size` in bytes, its own metadata, and its version where it keeps versions."""

    size: int
    metadata: dict[str, str]
    version: str | None


class Bucket:
    """Requests to one bucket; every failure is a StorageError of `archive.store.contract`."""

    def __init__(self, settings: Settings) -> None:
        self.client = connection(settings)
        self.name, self.address, self._region = settings.s3_bucket, settings.s3_endpoint, settings.s3_region

    def exists(self) -> bool:
        return self._ask(self.name, lambda: self.client.bucket_exists(self.name))

    def make(self, *, lock: bool) -> None:
        """With versions, so that no writer can make another's bytes vanish; `lock`: its objects can be locked.

        Nothing is amiss where this account made it a moment ago: from another process, or by a request whose answer was lost.
        """
        try:
            self._ask(self.name, lambda: self.client.make_bucket(self.name, location=self._region, object_lock=lock))
        except StorageError as error:
            if not isinstance(error.__cause__, S3Error) or error.__cause__.code != "BucketAlreadyOwnedByYou":
                raise
        if not lock:
            enabled = VersioningConfig(ENABLED)
            self._ask(self.name, lambda: self.client.set_bucket_versioning(self.name, enabled))

    def versioned(self) -> bool:
        return str(self._ask(self.name, lambda: self.client.get_bucket_versioning(self.name)).status) == ENABLED

    def lockable(self) -> bool:
        try:
            with self._errors(self.name):
                self.client.get_object_lock_config(self.name)
        except StorageError as error:
            if speaks_of_locks(error):
                return False
            raise
        return True

    def upload(
        self, key: str, stream: BinaryIO, size: int, media_type: str, metadata: dict[str, str], lock: Protection | None
    ) -> None:
        retention = None if lock is None else Retention(_MODES[lock.mode], lock.until)
        held: dict[str, str | list[str] | tuple[str]] = dict(metadata)

        def send() -> None:
            stream.seek(0)
            self.client.put_object(
                self.name, key, stream, size,
                content_type=media_type, metadata=held, part_size=PART_BYTES, retention=retention,
            )  # fmt: skip

        self._ask(key, send)

    def download(self, key: str) -> BinaryIO:
        """All bytes in a spooled file, so that no caller holds a connection open, and a broken one fails here."""
        return self._ask(key, lambda: self._download(key))

    def head(self, key: str) -> Head | None:
        """None where nothing is under `key`."""
        try:
            found = self._ask(key, lambda: self.client.stat_object(self.name, key))
        except StorageError as error:
            if error.code == "store.missing":
                return None
            raise
        metadata = {str(name).lower(): str(value) for name, value in (found.metadata or {}).items()}
        return Head(int(found.size or 0), metadata, found.version_id or None)

    def entries(self, prefix: str) -> Iterator[ObjectInfo]:
        with self._errors(prefix):
            for entry in self.client.list_objects(self.name, prefix=prefix, recursive=True):
                yield ObjectInfo(str(entry.object_name), int(entry.size or 0), entry.last_modified)

    def versions(self, key: str) -> list[str]:
        """Every version of one object, those that say it was deleted too."""

        def listed() -> list[str]:
            found = self.client.list_objects(self.name, prefix=key, recursive=True, include_version=True)
            return [str(entry.version_id) for entry in found if entry.object_name == key and entry.version_id]

        return self._ask(key, listed)

    def remove(self, key: str, version: str | None = None) -> None:
        """Without `version` the newest; a bucket with versions then keeps it behind a mark that it was deleted."""
        self._ask(key, lambda: self.client.remove_object(self.name, key, version_id=version))

    def protection(self, key: str, version: str | None = None) -> Protection | None:
        found = self._ask(key, lambda: self._retention(key, version))
        return None if found is None or found.until <= now() else found

    def protect(self, key: str, lock: Protection) -> None:
        wanted = Retention(_MODES[lock.mode], lock.until)
        self._ask(key, lambda: self.client.set_object_retention(self.name, key, wanted))

    def release(self, key: str, version: str) -> None:
        """Ends a GOVERNANCE lock; the account needs the right s3:BypassGovernanceRetention."""
        try:
            self._ask(key, lambda: self._retain(key, version, b"<Retention></Retention>"))
        except StorageError as error:
            if not isinstance(error.__cause__, S3Error) or error.__cause__.code != "MalformedXML":
                raise
            # Ceph knows no end but a time to come: the next second but one.
            shortest = marshal(Retention(GOVERNANCE, now() + _SHORTEST))
            self._ask(key, lambda: self._retain(key, version, shortest))
            time.sleep(_SHORTEST.total_seconds())

    def abort_stale_uploads(self) -> None:
        """The parts that killed writers left are not seen in any list and take room for ever."""
        oldest = now() - _STALE
        with self._errors(self.name):
            found = self.client._list_multipart_uploads(self.name)
            for upload in found.uploads:
                if upload.initiated_time and upload.initiated_time < oldest:
                    self.client._abort_multipart_upload(self.name, str(upload.object_name), str(upload.upload_id))

    def _retain(self, key: str, version: str, body: bytes) -> None:
        """As the client's set_object_retention, which has no word for the bypass."""
        headers: dict[str, str | list[str] | tuple[str]] = {
            "Content-MD5": md5sum_hash(body) or "",
            "x-amz-bypass-governance-retention": "true",
        }
        query: dict[str, str | list[str] | tuple[str]] = {"retention": "", "versionId": version}
        self.client._execute("PUT", self.name, key, body=body, headers=headers, query_params=query)

    def _retention(self, key: str, version: str | None) -> Protection | None:
        """Read by ourselves: the client cannot read the nine decimals of Ceph's seconds."""
        query: dict[str, str | list[str] | tuple[str]] = {
            "retention": "",
            **({"versionId": version} if version else {}),
        }
        try:
            said = self.client._execute("GET", self.name, key, query_params=query).data.decode("utf-8", "replace")
        except S3Error as error:
            if str(error.code) in _NO_LOCK:
                return None
            raise
        mode, until = _MODE.search(said), _UNTIL.search(said)
        if mode is None or until is None:
            return None
        end = datetime.fromisoformat(until[1]).replace(tzinfo=UTC)
        return Protection("compliance" if mode[1] == COMPLIANCE else "governance", end)

    def _download(self, key: str) -> BinaryIO:
        spooled = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - handed to the caller
        try:
            response = self.client.get_object(self.name, key)
            try:
                for chunk in response.stream(CHUNK):
                    spooled.write(chunk)
            finally:
                response.close()
                response.release_conn()
            spooled.seek(0)
        except BaseException:
            spooled.close()
            raise
        return spooled  # type: ignore[return-value]  # has all of BinaryIO's methods

    def _ask(self, key: str, request: Callable[[], T]) -> T:
        """The answer; a request that broke off, or that the server asks to repeat, is sent again after a pause."""
        for pause in PAUSES:
            try:
                with self._errors(key):
                    return request()
            except StorageError as error:
                if not _is_passing(error.__cause__):
                    raise
            time.sleep(pause)
        with self._errors(key):
            return request()

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            raise self._refused(error, key) from error
        except MinioException as error:
            raise StorageError("store.failed", path=self.address, key=key, detail=type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise StorageError("store.unreachable", path=self.address, detail=_reason(error)) from error

    def _refused(self, error: S3Error, key: str) -> StorageError:
        code = str(error.code)
        if code in _MISSING:
            return StorageError("store.missing", path=self.address, key=key)
        if code in _DENIED:
            return StorageError("store.denied", path=self.address)
        if code == "NoSuchBucket":
            return StorageError("store.no-bucket", path=self.address, bucket=self.name)
        if code in _FULL:
            return StorageError("disk.full", path=self.address)
        return StorageError("store.failed", path=self.address, key=key, detail=code)


def speaks_of_locks(error: StorageError) -> bool:
    """The server refused because the bucket, which may have been made anew, locks nothing."""
    return isinstance(error.__cause__, S3Error) and str(error.__cause__.code) in _NO_LOCK


def _is_passing(cause: BaseException | None) -> bool:
    """A connection that broke off where the client does not try again by itself, or a server that asks for it."""
    if isinstance(cause, S3Error):
        return str(cause.code) in _PASSING
    return isinstance(cause, urllib3.exceptions.HTTPError) and not isinstance(cause, urllib3.exceptions.MaxRetryError)


def _reason(error: Exception) -> str:
    """The name of the root cause, such as NewConnectionError: its text holds addresses of objects in memory."""
    cause = getattr(error, "reason", None)
    return type(cause if isinstance(cause, Exception) else error).__name__
