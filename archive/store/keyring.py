"""The keyring of an encrypted store: its keys, each wrapped by a key-encryption key of the key file.

Three steps lead to an object: the key file opens the keyring, a store key of the ring opens the key in the object's head, and
that key, made for this object alone, opens its bytes. So another key file costs two small objects to write anew and touches
no original, which may be locked; and each change puts a new store key in force for what comes after it.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archive.store.ciphers import CIPHERS, KEY_BYTES, NONCE_BYTES, CipherName, NotAuthenticError, aead
from archive.store.contract import ObjectStore
from archive.store.key_file import WrappingKey
from archive.store.keys import KEYRING
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import StorageError

_ID_BYTES = 16
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class StoreKey:
    """A key that wraps the keys of objects; `id` has 32 hex digits."""

    id: str
    cipher: CipherName
    made: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """All store keys, opened, in the order of their making; the last is in force. `wrapped_by` are ids of key-file keys."""

    generation: int
    keys: tuple[StoreKey, ...]
    wrapped_by: tuple[str, ...]

    @property
    def current(self) -> StoreKey:
        return self.keys[-1]

    def find(self, key_id: str) -> StoreKey | None:
        return next((key for key in self.keys if key.id == key_id), None)


def has_keyring(store: ObjectStore) -> bool:
    return any(store.exists(key) for key in KEYRING)


def make_keyring(store: ObjectStore, keys: Sequence[WrappingKey], cipher: CipherName) -> Keyring:
    """The first ring of an empty store."""
    return _written(store, Keyring(1, (_new_key(cipher),), ()), keys[-1:])


def open_keyring(store: ObjectStore, keys: Sequence[WrappingKey]) -> Keyring:
    """The newest copy that is whole. StorageError `store.keyring-missing`, `-damaged`, `store.key-missing`."""
    copies = [_parsed(store.read(key)) for key in KEYRING if store.exists(key)]
    if not copies:
        raise StorageError("store.keyring-missing")
    whole = [copy for copy in copies if copy is not None]
    if not whole:
        raise StorageError("store.keyring-damaged")
    return _opened(max(whole, key=lambda copy: int(copy["generation"])), keys)


def rotate(store: ObjectStore, keys: Sequence[WrappingKey], cipher: CipherName) -> Keyring:
    """A new store key in force, and the ring wrapped by the last key of the file alone; those above it open it no more.

    First both the old and the new key-file keys open the ring, then it is opened by the new one as a trial, then the old one is
    left out. Killed anywhere, the ring opens with the file as it is, and the next call does it again.
    """
    ring = open_keyring(store, keys)
    wider = replace(ring, generation=ring.generation + 1, keys=(*ring.keys, _new_key(cipher)))
    still = [key for key in keys if key.id in ring.wrapped_by and key.id != keys[-1].id]
    _written(store, wider, [*still, keys[-1]])
    open_keyring(store, keys[-1:])
    return _written(store, replace(wider, generation=wider.generation + 1), keys[-1:])


def restore_keyring(store: ObjectStore, data: bytes, keys: Sequence[WrappingKey]) -> Keyring:
    """Puts a saved copy back in both places, if it opens. StorageError as `open_keyring`; `store.keyring-newer` where the
    store has a whole ring that was made after it: objects may be encrypted with keys that the copy does not hold."""
    said = _parsed(data)
    if said is None:
        raise StorageError("store.keyring-damaged")
    ring = _opened(said, keys)
    held = [copy for key in KEYRING if store.exists(key) and (copy := _parsed(store.read(key))) is not None]
    if any(int(copy["generation"]) > ring.generation for copy in held):
        raise StorageError("store.keyring-newer")
    _put(store, data)
    return ring


def _new_key(cipher: CipherName) -> StoreKey:
    made = now().isoformat(timespec="seconds")
    return StoreKey(secrets.token_hex(_ID_BYTES), cipher, made, secrets.token_bytes(KEY_BYTES))


def _written(store: ObjectStore, ring: Keyring, by: Sequence[WrappingKey]) -> Keyring:
    """Both copies, one after the other: a ring that cannot be written leaves the other copy as it was."""
    keys = [
        {
            "id": key.id, "cipher": key.cipher, "made": key.made,
            "wraps": {each.id: base64.b64encode(_wrapped(key, each)).decode() for each in by},
        }
        for key in ring.keys
    ]  # fmt: skip
    body = json.dumps({"format": _FORMAT, "generation": ring.generation, "keys": keys}, sort_keys=True)
    data = json.dumps({"sha256": sha256_of_bytes(body.encode()), "ring": body}).encode()
    _put(store, data)
    return replace(ring, wrapped_by=tuple(each.id for each in by))


def _put(store: ObjectStore, data: bytes) -> None:
    for key in KEYRING:
        media_type = "application/json"
        store.put(key, data, sha256=sha256_of_bytes(data), size=len(data), media_type=media_type, replace=True)


def _parsed(data: bytes) -> dict[str, Any] | None:
    """What a copy says; None where it is damaged."""
    try:
        said = json.loads(data)
        body = str(said["ring"])
        ring = json.loads(body)
        good = said["sha256"] == sha256_of_bytes(body.encode()) and ring["format"] == _FORMAT
    except (ValueError, KeyError, TypeError):
        return None
    return dict(ring) if good else None


def _opened(ring: dict[str, Any], by: Sequence[WrappingKey]) -> Keyring:
    wanted = tuple(sorted({name for key in ring["keys"] for name in key["wraps"]}))
    held = next((key for key in reversed(by) if all(key.id in each["wraps"] for each in ring["keys"])), None)
    if held is None:
        raise StorageError("store.key-missing", wanted=", ".join(wanted), held=", ".join(key.id for key in by))
    return Keyring(int(ring["generation"]), tuple(_unwrapped(key, held) for key in ring["keys"]), wanted)


def _wrapped(key: StoreKey, by: WrappingKey) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + aead(key.cipher, by.secret).seal(nonce, key.secret, _beside(key.id, key.cipher))


def _unwrapped(said: dict[str, Any], by: WrappingKey) -> StoreKey:
    cipher: CipherName = said["cipher"]
    try:
        wrapped = base64.b64decode(said["wraps"][by.id], validate=True)
        if cipher not in CIPHERS:
            raise NotAuthenticError
        beside = _beside(said["id"], cipher)
        secret = aead(cipher, by.secret).open(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], beside)
    except (NotAuthenticError, binascii.Error) as error:
        raise StorageError("store.keyring-damaged") from error
    return StoreKey(said["id"], cipher, said["made"], secret)


def _beside(key_id: str, cipher: str) -> bytes:
    return f"juanzong store key {key_id} {cipher}".encode()
