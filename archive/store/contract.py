"""The contract of the object store. One suite in `tests/archive/store` holds every implementation to it.

Errors are StorageError with one of these codes, the same from every implementation:

- `store.bad-key` no key of `keys.py` · `store.missing` nothing under this key · `store.protected` an original is never
  replaced or deleted · `store.conflict` other bytes lie there
- `store.digest-mismatch` the bytes handed in are not what was announced · `store.verify-failed` what was written does not
  read back
- `disk.full` · `store.read-only` · `store.failed` the disk or server broke
- `store.marker-missing`, `store.marker-other` (folder) · `store.unreachable`, `store.denied`, `store.no-bucket`,
  `store.no-lock`, `store.compliance` (S3)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Literal, Protocol


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object that is there; `size` in bytes. `modified` is said by `list` alone: when these bytes came to lie there."""

    key: str
    size: int
    modified: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """The answer of a check: `could_not_check` says nothing about the bytes. `code` is of the message catalogue."""

    key: str
    state: Literal["good", "bad", "could_not_check"]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """The server itself refuses to change or delete these bytes until then (对象锁定). `governance`: unless somebody with
    that right ends it, as a lawful transfer needs; `compliance`: nobody can."""

    mode: Literal["governance", "compliance"]
    until: datetime


class ObjectStore(Protocol):
    """Keeps bytes under keys of `archive.store.keys`. Safe for many threads and processes at once."""

    def put(
        self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str, replace: bool = False
    ) -> ObjectInfo:
        """Writes, reads back and verifies; when it returns, the bytes are safe under `key`, and not before.

        The same bytes again are no work. Other bytes are `store.conflict`, unless `replace` is given: then a derived
        object is replaced in one step (a step that ran again need not give the same bytes); an original never is.
        A stream is read from where it stands to its end; it must have `size` bytes and the digest `sha256`, which for
        an original is the one in its key. After any error `key` holds what it held before, or all of the new bytes where
        only their name could not be confirmed; the next try then confirms it.
        """

    def mend(self, key: str, data: bytes | BinaryIO, *, sha256: str, size: int, media_type: str) -> ObjectInfo:
        """Puts the right bytes where an object is missing, damaged or cannot be read; a good one is left untouched.

        For custody alone (`ingest.custody.mending`), with the digest on record: what the catalogue holds, never a wish. The
        bytes are held against `sha256` before they are written and read back after, as by `put`. What lay there is kept
        beside (folder: `damaged/`; S3: as an older version where the bucket keeps versions).
        """

    def open(self, key: str) -> BinaryIO:
        """The object as a seekable stream that the caller closes."""

    def read(self, key: str) -> bytes:
        """The whole object."""

    def stat(self, key: str) -> ObjectInfo | None:
        """None where nothing is under `key`."""

    def exists(self, key: str) -> bool: ...

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in the order of their keys."""

    def delete(self, key: str) -> None:
        """Takes away one derived object, and is content where there is none; never an original."""

    def check(self, key: str, *, sha256: str = "", sm3: str = "") -> Check:
        """Reads the object once and compares it with each digest given, of those the catalogue holds; at least one.

        Raises only `store.bad-key`.
        """

    def protection(self, key: str) -> Protection | None:
        """The lock on an object; None where it has none: a derived object, a folder, a store without locks."""

    def protect(self, key: str) -> None:
        """Locks an original as the settings say, or longer where its lock ends sooner; nothing where they ask for none."""

    def release(self, key: str) -> None:
        """Ends the lock on an original; its bytes stay. `store.compliance` where nobody can.

        For `archive.releasing` alone, which writes down who ended it and why.
        """
