"""Authenticated encryption of small pieces, by AES-256-GCM or SM4-GCM (GB/T 32907, GB/T 15852): one call seals, one opens."""

from __future__ import annotations

from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from base.digests import sm3_of_bytes

CipherName = Literal["aes-256-gcm", "sm4-gcm"]
CIPHERS: tuple[CipherName, ...] = ("aes-256-gcm", "sm4-gcm")
# Every key is so long, whatever the cipher makes of it.
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class NotAuthenticError(Exception):
    """Another key, or not the bytes that were sealed."""


class Aead(Protocol):
    """A key at work. A nonce is used once under it; `beside` is authenticated and not kept."""

    def seal(self, nonce: bytes, data: bytes, beside: bytes) -> bytes:
        """`data` encrypted, with TAG_BYTES behind it."""

    def open(self, nonce: bytes, sealed: bytes, beside: bytes) -> bytes:
        """What was sealed; NotAuthenticError where a bit of anything differs."""


def aead(cipher: CipherName, key: bytes) -> Aead:
    """`key` has KEY_BYTES; SM4 has keys of 16 bytes, which SM3 makes of it."""
    return _Sm4(key) if cipher == "sm4-gcm" else _Aes(key)


class _Aes:
    def __init__(self, key: bytes) -> None:
        self._gcm = AESGCM(key)

    def seal(self, nonce: bytes, data: bytes, beside: bytes) -> bytes:
        return self._gcm.encrypt(nonce, data, beside)

    def open(self, nonce: bytes, sealed: bytes, beside: bytes) -> bytes:
        try:
            return self._gcm.decrypt(nonce, sealed, beside)
        except InvalidTag as error:
            raise NotAuthenticError from error


class _Sm4:
    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(bytes.fromhex(sm3_of_bytes(b"juanzong sm4" + key))[:16])

    def seal(self, nonce: bytes, data: bytes, beside: bytes) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(beside)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def open(self, nonce: bytes, sealed: bytes, beside: bytes) -> bytes:
        body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        try:
            decryptor = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(beside)
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise NotAuthenticError from error
