"""The form of an encrypted object: a head with its own key, wrapped, and its bytes in pieces that are sealed one by one.

Head, 93 bytes: `JZSEAL1\\n` · cipher (1 byte) · id of the store key (16) · size of the plain bytes (8, big-endian) · nonce (12) ·
key of the object, wrapped by the store key (48). What stands before the nonce and the object's own key in the store are
authenticated with it: a head cannot be put before other bytes, nor one object in the place of another. Each piece has 64 KiB of plain bytes
(the last what is left, at least one piece), sealed under its number and whether it is the last: none can be lost, doubled or moved.
So any place can be read by opening one piece.
"""

from __future__ import annotations

import io
import secrets
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from archive.store.ciphers import CIPHERS, KEY_BYTES, NONCE_BYTES, TAG_BYTES, Aead, NotAuthenticError, aead
from archive.store.keyring import StoreKey
from base.errors import StorageError

PIECE = 64 << 10
_MAGIC = b"JZSEAL1\n"
_SAID = struct.Struct(">8sB16sQ")
HEAD_BYTES = _SAID.size + NONCE_BYTES + KEY_BYTES + TAG_BYTES


class Source(Protocol):
    """Bytes that are read once."""

    def read(self, size: int = -1, /) -> bytes: ...


class Seekable(Source, Protocol):
    """Bytes of which any place is read."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def close(self) -> None: ...


def sealed_size(size: int) -> int:
    """Bytes of the encrypted object for so many plain ones."""
    return HEAD_BYTES + size + TAG_BYTES * max(1, -(-size // PIECE))


def plain_size(sealed: int) -> int:
    """Plain bytes of an encrypted object of this length; 0 for one that is shorter than any can be."""
    body = max(0, sealed - HEAD_BYTES)
    return max(0, body - TAG_BYTES * max(1, -(-body // (PIECE + TAG_BYTES))))


def sealed(stream: Source, key: str, size: int, store_key: StoreKey) -> Iterator[bytes]:
    """The encrypted object, piece by piece, of the `size` plain bytes in `stream`, which is to lie under `key`."""
    secret, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
    said = _SAID.pack(_MAGIC, CIPHERS.index(store_key.cipher), bytes.fromhex(store_key.id), size)
    yield said + nonce + aead(store_key.cipher, store_key.secret).seal(nonce, secret, said + key.encode())
    cipher, number = aead(store_key.cipher, secret), 0
    piece = _read_whole(stream, PIECE)
    while True:
        following = _read_whole(stream, PIECE)
        yield cipher.seal(_nonce(number), piece, _beside(last=not following))
        if not following:
            return
        piece, number = following, number + 1


def opened(stream: Seekable, key: str, find: Callable[[str], StoreKey | None]) -> BinaryIO:
    """The plain bytes of the encrypted object in `stream`, seekable; it is closed with them, and where they cannot be opened.

    StorageError `store.sealed-head`, `store.sealed-length`, `store.sealed-key`; while reading `store.sealed-part`.
    """
    try:
        return io.BufferedReader(_Opened(stream, key, find), PIECE)
    except BaseException:
        stream.close()
        raise


class _Opened(io.RawIOBase):
    def __init__(self, stream: Seekable, key: str, find: Callable[[str], StoreKey | None]) -> None:
        super().__init__()
        self._stream, self._key = stream, key
        self._size, self._cipher = _head(stream, key, find)
        self._place, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands in
        number, within = divmod(self._place, PIECE)
        if self._place >= self._size and not (self._size == 0 and self._number < 0):
            return 0
        part = self._opened(number)[within : within + len(target)]
        target[: len(part)] = part
        self._place += len(part)
        return len(part)

    def readall(self) -> bytes:
        parts = []
        while self._place < self._size or (self._size == 0 and self._number < 0):
            number, within = divmod(self._place, PIECE)
            parts.append(self._opened(number)[within:])
            self._place += len(parts[-1])
        return b"".join(parts)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()

    def _opened(self, number: int) -> bytes:
        if number != self._number:
            self._stream.seek(HEAD_BYTES + number * (PIECE + TAG_BYTES))
            held = _read_whole(self._stream, PIECE + TAG_BYTES)
            last = (number + 1) * PIECE >= self._size
            try:
                self._piece = self._cipher.open(_nonce(number), held, _beside(last=last))
            except NotAuthenticError as error:
                raise StorageError("store.sealed-part", key=self._key, part=number + 1) from error
            self._number = number
        return self._piece


def _head(stream: Seekable, key: str, find: Callable[[str], StoreKey | None]) -> tuple[int, Aead]:
    held = _read_whole(stream, HEAD_BYTES)
    if len(held) < HEAD_BYTES or not held.startswith(_MAGIC):
        raise StorageError("store.sealed-head", key=key)
    said, nonce, wrapped = held[: _SAID.size], held[_SAID.size :][:NONCE_BYTES], held[_SAID.size + NONCE_BYTES :]
    _, number, key_id, size = _SAID.unpack(said)
    store_key = find(key_id.hex())
    if store_key is None:
        raise StorageError("store.sealed-key", key=key, wanted=key_id.hex())
    try:
        if number >= len(CIPHERS) or CIPHERS[number] != store_key.cipher:
            raise NotAuthenticError
        secret = aead(store_key.cipher, store_key.secret).open(nonce, wrapped, said + key.encode())
    except NotAuthenticError as error:
        raise StorageError("store.sealed-head", key=key) from error
    length = stream.seek(0, io.SEEK_END)
    if length != sealed_size(size):
        raise StorageError("store.sealed-length", key=key, size=length, expected=sealed_size(size))
    return size, aead(store_key.cipher, secret)


def _read_whole(stream: Source, count: int) -> bytes:
    """`count` bytes, or all that are left: a stream may give fewer at a time."""
    parts = []
    while count > 0 and (part := stream.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def _beside(*, last: bool) -> bytes:
    return b"last" if last else b"more"
