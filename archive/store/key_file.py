"""The key file: the key-encryption keys of an encrypted store, outside the catalogue and outside the store.

A line a key, in base64; the last one is in force, those above it still open what they wrapped until it is wrapped anew. Lines that
begin with # say what a person wants to remember. Whoever has this file and the store has the objects; whoever has
lost it has lost them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from archive.store.ciphers import KEY_BYTES
from base.clock import now
from base.errors import StorageError
from base.files import write_atomically

_OTHERS = 0o007


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A key-encryption key; `id` is made from it, so that no list of names can go wrong."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> WrappingKey:
        return cls(hashlib.sha256(b"juanzong key " + secret).hexdigest()[:16], secret)


def read_key_file(path: Path) -> tuple[WrappingKey, ...]:
    """The keys, that in force last. StorageError `store.key-file-missing`, `-open`, `-invalid`."""
    try:
        lines = path.read_text("utf-8").splitlines()
        if path.stat().st_mode & _OTHERS:
            raise StorageError("store.key-file-open", path=path)
    except UnicodeDecodeError as error:
        raise StorageError("store.key-file-invalid", path=path, line=1) from error
    except OSError as error:
        raise StorageError("store.key-file-missing", path=path, detail=error.strerror or "") from error
    keys = [_key(line, path, number) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not keys:
        raise StorageError("store.key-file-invalid", path=path, line=1)
    return tuple(keys)


def add_key(path: Path) -> WrappingKey:
    """Writes a new key behind those that the file has, and makes the file where there is none; read by its owner alone."""
    held = path.read_bytes() if path.exists() else b""
    if held:
        read_key_file(path)
    secret = secrets.token_bytes(KEY_BYTES)
    key = WrappingKey.of(secret)
    said = f"# {key.id} {now().isoformat(timespec='seconds')}\n{base64.b64encode(secret).decode()}\n"
    mode = path.stat().st_mode & 0o770 if held else 0o600
    before = b"" if not held or held.endswith(b"\n") else b"\n"
    write_atomically(path, held + before + said.encode())  # written with 0600, as all temporary files are
    path.chmod(mode | 0o600)
    return key


def _key(line: str, path: Path, number: int) -> WrappingKey:
    try:
        secret = base64.b64decode(line.strip(), validate=True)
    except binascii.Error as error:
        raise StorageError("store.key-file-invalid", path=path, line=number) from error
    if len(secret) != KEY_BYTES:
        raise StorageError("store.key-file-invalid", path=path, line=number)
    return WrappingKey.of(secret)
