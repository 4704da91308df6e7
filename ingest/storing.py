"""The bytes of a delivery go into the store before any row speaks of them; each page of a PDF gives its own image."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.office import Office
from archive.store.keys import derived_key, original_key
from base.digests import sha256_of_bytes, sha256_of_file
from base.errors import InputError, JuanzongError
from base.images import opened
from ingest.delivery.model import DeliveredFile, DeliveredPage
from ingest.delivery.pages import page_bytes

# A scan of A0 in colour, uncompressed, has about 420 MB; what is larger is no page.
MAX_FILE_BYTES = 500_000_000
_OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A delivered page whose image is safe in the store under `key` (`frame` counts from 0)."""

    page: DeliveredPage
    key: str
    sha256: str
    frame: int
    error: JuanzongError | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A delivered file whose bytes are safe, with its pages; `error` says why it is set aside (待处理)."""

    file: DeliveredFile
    sha256: str
    key: str
    pages: tuple[StoredPage, ...]
    error: JuanzongError | None = None


def by_file(pages: Iterable[DeliveredPage]) -> list[tuple[DeliveredFile, list[DeliveredPage]]]:
    files: dict[str, tuple[DeliveredFile, list[DeliveredPage]]] = {}
    for page in pages:
        files.setdefault(page.file.path, (page.file, []))[1].append(page)
    return list(files.values())


def store_file(office: Office, file: DeliveredFile, pages: list[DeliveredPage]) -> StoredFile:
    """Puts the original into the store as it came, and the page images of a PDF beside it."""
    if file.size > MAX_FILE_BYTES:
        error = InputError("file.too-large", path=file.path, megabytes=file.size // 1_000_000, limit=500)
        return StoredFile(file, sha256_of_file(file.source), "", (), error)
    sha256, key = store_original(office, file.source, file.path)
    is_pdf = _starts_with(file.source, b"%PDF")
    stored = tuple(_store_page(office, page, sha256, key, is_pdf) for page in pages)
    errors = [each.error for each in stored if each.error is not None]
    return StoredFile(file, sha256, key, stored, errors[0] if errors and len(errors) == len(stored) else None)


def store_original(office: Office, source: Path, name: str) -> tuple[str, str]:
    """Stores a file under its digest and returns (digest, key); the file may not change while it is read."""
    try:
        sha256 = sha256_of_file(source)
        key = original_key(sha256)
        with source.open("rb") as stream:
            office.store.put(key, stream, sha256=sha256, size=source.stat().st_size, media_type=_OCTETS)
    except OSError as error:
        raise InputError("path.unreadable", path=name, detail=error.strerror or str(error)) from error
    return sha256, key


def digest_of(source: Path, name: str) -> str:
    """SHA-256 of a delivered file; InputError `path.unreadable` under the path as delivered."""
    try:
        return sha256_of_file(source)
    except OSError as error:
        raise InputError("path.unreadable", path=name, detail=error.strerror or str(error)) from error


def _store_page(office: Office, page: DeliveredPage, sha256: str, key: str, is_pdf: bool) -> StoredPage:
    try:
        data, frame = page_bytes(page)
        with opened(data, page.file.path):
            pass
    except JuanzongError as error:
        return StoredPage(page, key, sha256, 0, error)
    if not is_pdf:
        return StoredPage(page, key, sha256, frame)
    digest = sha256_of_bytes(data)
    image_key = derived_key(sha256, f"page{page.page}", "1", ".img")
    office.store.put(image_key, io.BytesIO(data), sha256=digest, size=len(data), media_type=_OCTETS, replace=True)
    return StoredPage(page, image_key, digest, frame)


def _starts_with(source: Path, magic: bytes) -> bool:
    with source.open("rb") as stream:
        return stream.read(1024).lstrip().startswith(magic)
