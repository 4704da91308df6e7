"""The bytes of a delivery go into the store before any row speaks of them; each page of a PDF gives its own image."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from archive.custody.sm3 import Digested
from archive.office import Office
from archive.store.keys import derived_key, original_key
from base.digests import ALGORITHMS, digests_of_file, sha256_of_bytes, sha256_of_file, sm3_of_bytes
from base.errors import InputError, JuanzongError
from base.images import opened
from ingest.delivery.model import DeliveredDossier, DeliveredFile, DeliveredPage
from ingest.delivery.pages import content_of, page_bytes

# A scan of A0 in colour, uncompressed, has about 420 MB; what is larger is no page.
MAX_FILE_BYTES = 500_000_000
# Files under way at once: enough to keep a disk busy, few enough to hold in memory.
_AT_ONCE = 4
_AHEAD = 1
_IN_MEMORY = 64 << 20
_OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A delivered page whose image is safe in the store under `key` (`frame` counts from 0); `own` where it is an object of its own."""

    page: DeliveredPage
    key: str
    sha256: str
    frame: int
    error: JuanzongError | None = None
    own: Digested | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A delivered file whose bytes are safe, with its pages; `error` says why it is set aside (待处理)."""

    file: DeliveredFile
    sha256: str
    key: str
    pages: tuple[StoredPage, ...]
    error: JuanzongError | None = None
    sm3: str = ""

    def objects(self) -> list[Digested]:
        """What was written for it, where SM3 was asked for."""
        own = [Digested(self.key, self.sha256, self.file.size, self.sm3)] if self.sm3 else []
        return own + [page.own for page in self.pages if page.own is not None]


@dataclass(frozen=True, slots=True)
class Original:
    """A file whose bytes are safe under its digest; `sm3` is empty unless the settings ask for it."""

    sha256: str
    key: str
    size: int
    sm3: str

    def objects(self) -> list[Digested]:
        return [Digested(self.key, self.sha256, self.size, self.sm3)]


def by_file(pages: Iterable[DeliveredPage]) -> list[tuple[DeliveredFile, list[DeliveredPage]]]:
    files: dict[str, tuple[DeliveredFile, list[DeliveredPage]]] = {}
    for page in pages:
        files.setdefault(page.file.path, (page.file, []))[1].append(page)
    return list(files.values())


def store_ahead(
    office: Office, dossiers: Iterable[DeliveredDossier]
) -> Iterator[tuple[DeliveredDossier, list[StoredFile]]]:
    """Each dossier with its files safe, in order. A disk that syncs one file can write others: several are under way at a
    time, those of the next dossier too while the rows of this one are committed.
    """
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="storing")
    waiting: deque[tuple[DeliveredDossier, list[Future[StoredFile]]]] = deque()
    try:
        for dossier in dossiers:
            files = by_file(dossier.pages)
            waiting.append((dossier, [pool.submit(store_file, office, file, pages) for file, pages in files]))
            if len(waiting) > _AHEAD:
                yield _stored(waiting.popleft())
        while waiting:
            yield _stored(waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _stored(
    next_one: tuple[DeliveredDossier, list[Future[StoredFile]]],
) -> tuple[DeliveredDossier, list[StoredFile]]:
    return next_one[0], [future.result() for future in next_one[1]]


def store_file(office: Office, file: DeliveredFile, pages: list[DeliveredPage]) -> StoredFile:
    """Puts the original into the store as it came, and the page images of a PDF beside it.

    A file that cannot be read (a bad sector, a right that is missing) is set aside without bytes; the next delivery of it
    puts that right.
    """
    try:
        if file.size > MAX_FILE_BYTES:
            error = InputError("file.too-large", path=file.path, megabytes=file.size // 1_000_000, limit=500)
            return StoredFile(file, sha256_of_file(file.source), "", (), error)
        if content_of(file) != "pdf" and file.size <= _IN_MEMORY:
            return _store_image(office, file, pages)
        kept = store_original(office, file.source, file.path)
    except OSError as error:
        return _without_bytes(file, _unreadable(file.path, error))
    except InputError as error:
        return _without_bytes(file, error)
    is_pdf = content_of(file) == "pdf"
    stored = tuple(_store_page(office, page, kept, is_pdf) for page in pages)
    errors = [each.error for each in stored if each.error is not None]
    refused = errors[0] if errors and len(errors) == len(stored) else None
    return StoredFile(file, kept.sha256, kept.key, stored, refused, kept.sm3)


def _store_image(office: Office, file: DeliveredFile, pages: list[DeliveredPage]) -> StoredFile:
    """An image is read once: stored as it came, its head looked at for all its frames."""
    data = file.source.read_bytes()
    sha256 = sha256_of_bytes(data)
    key = original_key(sha256)
    office.store.put(key, data, sha256=sha256, size=len(data), media_type=_OCTETS)
    error: JuanzongError | None = None
    try:
        with opened(data, file.path):
            pass
    except JuanzongError as broken:
        error = broken
    stored = tuple(StoredPage(page, key, sha256, page.page - 1 if error is None else 0, error) for page in pages)
    return StoredFile(file, sha256, key, stored, error, _sm3_of(office, data))


def store_original(office: Office, source: Path, name: str) -> Original:
    """Stores a file under its digest; the file may not change while it is read."""
    try:
        digests = digests_of_file(source, ALGORITHMS if office.settings.keep_sm3 else ("sha256",))
        key, size = original_key(digests.sha256), source.stat().st_size
        with source.open("rb") as stream:
            office.store.put(key, stream, sha256=digests.sha256, size=size, media_type=_OCTETS)
    except OSError as error:
        raise _unreadable(name, error) from error
    return Original(digests.sha256, key, size, digests.sm3)


def _sm3_of(office: Office, data: bytes) -> str:
    return sm3_of_bytes(data) if office.settings.keep_sm3 else ""


def _without_bytes(file: DeliveredFile, error: InputError) -> StoredFile:
    """Set aside; but a drive that is gone as a whole stops the run, for nothing is wrong with its files."""
    if not file.source.parent.is_dir():
        raise error
    return StoredFile(file, "", "", (), error)


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError("path.unreadable", path=name, detail=error.strerror or type(error).__name__)


def digest_of(source: Path, name: str) -> str:
    """SHA-256 of a delivered file; InputError `path.unreadable` under the path as delivered."""
    try:
        return sha256_of_file(source)
    except OSError as error:
        raise _unreadable(name, error) from error


def _store_page(office: Office, page: DeliveredPage, kept: Original, is_pdf: bool) -> StoredPage:
    try:
        data, frame = page_bytes(page)
        with opened(data, page.file.path):
            pass
    except JuanzongError as error:
        return StoredPage(page, kept.key, kept.sha256, 0, error)
    if not is_pdf:
        return StoredPage(page, kept.key, kept.sha256, frame)
    digest = sha256_of_bytes(data)
    image_key = derived_key(kept.sha256, f"page{page.page}", "1", ".img")
    office.store.put(image_key, io.BytesIO(data), sha256=digest, size=len(data), media_type=_OCTETS, replace=True)
    own = Digested(image_key, digest, len(data), _sm3_of(office, data))
    return StoredPage(page, image_key, digest, frame, own=own)
