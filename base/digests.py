"""Digests of bytes, streamed: SHA-256, of which keys are made, and SM3 (GB/T 32905) beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import Hash

CHUNK = 1 << 20
Algorithm = Literal["sha256", "sm3"]
ALGORITHMS: tuple[Algorithm, ...] = ("sha256", "sm3")


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


def sm3_of_bytes(data: bytes) -> str:
    """SM3 in lower-case hex."""
    digest = new_sm3()
    digest.update(data)
    return digest.finalize().hex()


def new_sm3() -> Hash:
    """Loaded when it is asked for: who checks a delivery on a contractor's machine does without it."""
    from cryptography.hazmat.primitives.hashes import SM3, Hash  # noqa: PLC0415

    return Hash(SM3())


@dataclass(frozen=True, slots=True)
class Digests:
    """Digests of the same bytes in lower-case hex; empty where one was not asked for."""

    sha256: str = ""
    sm3: str = ""


def digests_of_stream(stream: BinaryIO, algorithms: tuple[Algorithm, ...] = ALGORITHMS) -> Digests:
    """Those digests of all that is left in `stream`, in one reading of it."""
    sha256 = hashlib.sha256() if "sha256" in algorithms else None
    sm3 = new_sm3() if "sm3" in algorithms else None
    while chunk := stream.read(CHUNK):
        if sha256 is not None:
            sha256.update(chunk)
        if sm3 is not None:
            sm3.update(chunk)
    return Digests("" if sha256 is None else sha256.hexdigest(), "" if sm3 is None else sm3.finalize().hex())


def digests_of_file(path: Path, algorithms: tuple[Algorithm, ...] = ALGORITHMS) -> Digests:
    with path.open("rb") as stream:
        return digests_of_stream(stream, algorithms)
