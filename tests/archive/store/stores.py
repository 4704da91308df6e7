"""Objects and stores that the store tests share."""

from __future__ import annotations

import io
from dataclasses import dataclass

from archive.store.contract import ObjectInfo, ObjectStore
from archive.store.keys import derived_key, original_key
from base.digests import sha256_of_bytes

PAGE = b"\xff\xd8 one scanned page \x00\x01" * 50


@dataclass(frozen=True)
class Sample:
    """Bytes with the key under which they belong."""

    data: bytes
    key: str

    @property
    def sha256(self) -> str:
        return sha256_of_bytes(self.data)


def original(data: bytes = PAGE) -> Sample:
    return Sample(data, original_key(sha256_of_bytes(data)))


def derived(data: bytes, version: str = "1", of: bytes = PAGE) -> Sample:
    return Sample(data, derived_key(sha256_of_bytes(of), "ocr", version, ".json"))


def put(store: ObjectStore, sample: Sample, *, stream: bool = False, replace: bool = False) -> ObjectInfo:
    return store.put(
        sample.key,
        io.BytesIO(sample.data) if stream else sample.data,
        sha256=sample.sha256,
        size=len(sample.data),
        media_type="application/octet-stream",
        replace=replace,
    )


def mend(store: ObjectStore, sample: Sample) -> ObjectInfo:
    return store.mend(
        sample.key, sample.data, sha256=sample.sha256, size=len(sample.data), media_type="application/octet-stream"
    )
