"""Bytes on their way from one keeper to another, proved as they pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from base.digests import CHUNK


@dataclass(frozen=True, slots=True)
class Proved:
    """Bytes that have the digest they should have; `size` in bytes."""

    sha256: str
    size: int


def passed(source: BinaryIO, target: BinaryIO) -> Proved:
    """Copies all that is left in `source` and says what it was."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return Proved(digest.hexdigest(), size)


def proved(source: BinaryIO, target: BinaryIO, sha256: str) -> Proved | None:
    """The same; None where the bytes are not those of `sha256`."""
    found = passed(source, target)
    return found if found.sha256 == sha256 else None
