"""Keys of objects. They are made from digests alone, so no key can hold a name or an ID number.

- `originals/SHA256` — a file as it was delivered, byte for byte. Never replaced, never deleted by the store.
- `derived/SHA256/STEP-VERSION.SUFFIX` — what a step made of one original; running the step again lands in the same place.
- `materials/SHA256/rREVISION/STEP-VERSION.SUFFIX` — what is made of a whole material: the digest of its pages' digests in
  order, and the revision of its corrected text.
- `copies/SHA256.pdf` — a certified copy as it was handed out, under the digest of its own bytes.

An encrypted store keeps each of these behind `sealed/`, and its own keys, wrapped, as `keyring/SHA256`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from base.digests import sha256_of_bytes
from base.errors import StorageError

ORIGINALS = "originals/"
COPIES = "copies/"
SEALED = "sealed/"
_DIGEST = r"[0-9a-f]{64}"
_FILE = r"[a-z0-9][a-z0-9_]*-[a-z0-9][a-z0-9._]{0,63}"
_PLAIN = re.compile(
    rf"originals/{_DIGEST}|derived/{_DIGEST}/{_FILE}|materials/{_DIGEST}/r\d+/{_FILE}|copies/{_DIGEST}\.pdf", re.ASCII
)
_KEY = re.compile(rf"(?:{SEALED})?(?:{_PLAIN.pattern})|keyring/{_DIGEST}", re.ASCII)
# The keys of an encrypted store, wrapped, in two copies.
KEYRING = tuple(f"keyring/{sha256_of_bytes(f'juanzong keyring {number}'.encode())}" for number in (1, 2))


def original_key(sha256: str) -> str:
    """Where a delivered file lies: `sha256` is its digest in lower-case hex."""
    return valid_key(f"{ORIGINALS}{sha256}")


def derived_key(original_sha256: str, step: str, version: str, suffix: str = "") -> str:
    """Where the result of `step` (such as `ocr`, `thumbnail`) in its `version` lies; `suffix` such as `.json`."""
    return valid_key(f"derived/{original_sha256}/{step}-{version}{suffix}")


def material_key(
    page_digests: Sequence[str], text_revision: int, step: str = "pdf", version: str = "1", suffix: str = ".pdf"
) -> str:
    """Where what is made of a whole material lies: of its pages' SHA-256 in order and its text's revision (from 0)."""
    digest = sha256_of_bytes("\n".join(page_digests).encode())
    return valid_key(f"materials/{digest}/r{text_revision}/{step}-{version}{suffix}")


def copy_key(sha256: str) -> str:
    """Where a certified copy lies: `sha256` is the digest of the PDF as it was handed out, so it is never another one."""
    return valid_key(f"copies/{sha256}.pdf")


def valid_key(key: str) -> str:
    """`key` itself; StorageError `store.bad-key` for any other form, so no path and no name can become a key."""
    if _KEY.fullmatch(key) is None:
        raise StorageError("store.bad-key", key=key)
    return key


def plain_key(key: str) -> str:
    """As `valid_key`, for the keys that an encrypted store is asked for: those it makes of them are its own."""
    if _PLAIN.fullmatch(key) is None:
        raise StorageError("store.bad-key", key=key)
    return key


def is_original(key: str) -> bool:
    return key.removeprefix(SEALED).startswith(ORIGINALS)


def digest_of_original(key: str) -> str | None:
    """The SHA-256 that the bytes under an original's key must have; None for a derived object."""
    return key.removeprefix(ORIGINALS) if key.startswith(ORIGINALS) else None


def digest_in_key(key: str) -> str | None:
    """The SHA-256 that the bytes of an original or a certified copy must have; None for what a step made.

    StorageError `store.bad-key` for what is no key.
    """
    valid_key(key)
    if key.startswith(ORIGINALS):
        return key.removeprefix(ORIGINALS)
    return key.removeprefix(COPIES).removesuffix(".pdf") if key.startswith(COPIES) else None
