"""The object store on an S3 server (MinIO, Ceph RGW, …). The only module that names the S3 client.

Nothing is left to be found out: the region is set, buckets are addressed by path, every request is signed with the SHA-256
of its body, and each object carries its SHA-256 as metadata. Waiting is bounded: a server that does not answer is an error
with a name, not a program that hangs.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeVar

import certifi
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from archive.store.contract import Check, ObjectInfo
from archive.store.keys import is_original, valid_key
from archive.store.streams import SPOOL_BYTES, Announced, check_request, spool
from base.digests import CHUNK, sha256_of_stream
from base.errors import SettingsError, StorageError
from base.settings import Settings

T = TypeVar("T")

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
RETRIES = 3
_DIGEST_HEADER = "x-amz-meta-sha256"
_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "ResourceNotFound"})
_DENIED = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AllAccessDisabled"})
_FULL = frozenset({"XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "XMinioAdminBucketQuotaExceeded"})


class S3Store:
    """An ObjectStore in one bucket. See `archive.store.contract` for what each method promises."""

    def __init__(self, client: Minio, bucket: str, address: str) -> None:
        self._client, self._bucket, self._address = client, bucket, address

    @classmethod
    def connect(cls, settings: Settings) -> S3Store:
        """The store of `s3_endpoint` and `s3_bucket`; StorageError where it cannot be reached or used."""
        store = cls(_client(settings), settings.s3_bucket, settings.s3_endpoint)
        if not store._ask(settings.s3_bucket, lambda: store._client.bucket_exists(settings.s3_bucket)):
            raise StorageError("store.no-bucket", path=settings.s3_endpoint, bucket=settings.s3_bucket)
        return store

    @classmethod
    def create(cls, settings: Settings) -> S3Store:
        """Makes the bucket if it is not there: an administrator of the server may have made it."""
        client = _client(settings)
        store = cls(client, settings.s3_bucket, settings.s3_endpoint)
        bucket, region = settings.s3_bucket, settings.s3_region
        if not store._ask(bucket, lambda: client.bucket_exists(bucket)):
            store._ask(bucket, lambda: client.make_bucket(bucket, location=region))
        return store

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        check_request(key, sha256, replace=replace)
        with spool(data, Announced(key, sha256, size)) as stream:
            known = self._described(key)
            if known == (size, sha256):
                return ObjectInfo(key, size)
            if known is not None and not replace:
                raise StorageError("store.conflict", path=self._address, key=key)
            self._ask(key, lambda: self._upload(key, stream, sha256, size, media_type))
        if self._digest(key) != sha256:
            raise StorageError("store.verify-failed", path=self._address, key=key)
        return ObjectInfo(key, size)

    def mend(self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str) -> ObjectInfo:
        check_request(key, sha256, replace=False)
        if self.check(key, sha256=sha256).state != "good":
            with spool(data, Announced(key, sha256, size)) as stream:
                self._ask(key, lambda: self._upload(key, stream, sha256, size, media_type))
            if self._digest(key) != sha256:
                raise StorageError("store.verify-failed", path=self._address, key=key)
        return ObjectInfo(key, size)

    def open(self, key: str) -> BinaryIO:
        valid_key(key)
        return self._ask(key, lambda: self._download(key))

    def read(self, key: str) -> bytes:
        with self.open(key) as stream:
            return stream.read()

    def stat(self, key: str) -> ObjectInfo | None:
        described = self._described(valid_key(key))
        return None if described is None else ObjectInfo(key, described[0])

    def exists(self, key: str) -> bool:
        return self.stat(key) is not None

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        with self._errors(prefix):
            for entry in self._client.list_objects(self._bucket, prefix=prefix, recursive=True):
                yield ObjectInfo(str(entry.object_name), int(entry.size or 0))

    def delete(self, key: str) -> None:
        if is_original(valid_key(key)):
            raise StorageError("store.protected", key=key)
        self._ask(key, lambda: self._client.remove_object(self._bucket, key))

    def check(self, key: str, *, sha256: str) -> Check:
        valid_key(key)
        try:
            good = self._digest(key) == sha256
        except StorageError as error:
            return Check(key, "bad" if error.code == "store.missing" else "could_not_check", error.code)
        return Check(key, "good") if good else Check(key, "bad", "store.damaged")

    def _upload(self, key: str, stream: BinaryIO, sha256: str, size: int, media_type: str) -> None:
        stream.seek(0)
        metadata: dict[str, str | list[str] | tuple[str]] = {_DIGEST_HEADER: sha256}
        self._client.put_object(self._bucket, key, stream, size, content_type=media_type, metadata=metadata)

    def _download(self, key: str) -> BinaryIO:
        """All bytes in a spooled file, so that no caller holds a connection open, and a broken one fails here."""
        spooled = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - handed to the caller
        try:
            response = self._client.get_object(self._bucket, key)
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

    def _digest(self, key: str) -> str:
        with self.open(key) as stream:
            return sha256_of_stream(stream)

    def _described(self, key: str) -> tuple[int, str] | None:
        """Size and digest as the server's metadata say; None where nothing is under `key`."""
        try:
            found = self._ask(key, lambda: self._client.stat_object(self._bucket, key))
        except StorageError as error:
            if error.code == "store.missing":
                return None
            raise
        return int(found.size or 0), str((found.metadata or {}).get(_DIGEST_HEADER, ""))

    def _ask(self, key: str, request: Callable[[], T]) -> T:
        with self._errors(key):
            return request()

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            raise self._refused(error, key) from error
        except MinioException as error:
            raise StorageError("store.failed", path=self._address, key=key, detail=type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise StorageError("store.unreachable", path=self._address, detail=_reason(error)) from error

    def _refused(self, error: S3Error, key: str) -> StorageError:
        code = str(error.code)
        if code in _MISSING:
            return StorageError("store.missing", path=self._address, key=key)
        if code in _DENIED:
            return StorageError("store.denied", path=self._address)
        if code == "NoSuchBucket":
            return StorageError("store.no-bucket", path=self._address, bucket=self._bucket)
        if code in _FULL:
            return StorageError("disk.full", path=self._address)
        return StorageError("store.failed", path=self._address, key=key, detail=code)


def _client(settings: Settings) -> Minio:
    try:
        if not settings.s3_endpoint:
            raise ValueError("empty")
        client = Minio(
            settings.s3_endpoint,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            secure=settings.s3_secure,
            region=settings.s3_region,
            http_client=_pool(),
        )
    except ValueError as error:
        endpoint = settings.s3_endpoint
        raise SettingsError("store.s3-endpoint", path="s3_endpoint", endpoint=endpoint, detail=str(error)) from error
    client.disable_virtual_style_endpoint()  # type: ignore[no-untyped-call]
    return client


def _pool() -> urllib3.PoolManager:
    """Connections with bounded waiting; a site's own authority is trusted through SSL_CERT_FILE."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        retries=urllib3.Retry(total=RETRIES, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        cert_reqs="CERT_REQUIRED",
        ca_certs=os.environ.get("SSL_CERT_FILE") or certifi.where(),
    )


def _reason(error: Exception) -> str:
    """The name of the root cause, such as NewConnectionError: its text holds addresses of objects in memory."""
    cause = getattr(error, "reason", None)
    return type(cause if isinstance(cause, Exception) else error).__name__
