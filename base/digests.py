"""Digests of bytes, streamed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


def sha256_of_stream(stream: BinaryIO) -> str:
    """SHA-256 in lower-case hex of all that is left in `stream`."""
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return sha256_of_stream(stream)


def sha256_of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
