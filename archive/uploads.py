"""An image that a person hands in at the desk becomes safe before any row names it: checked, stored, read back."""

from __future__ import annotations

import io

from archive.page_acts import NewImage
from archive.store.contract import ObjectStore
from archive.store.keys import original_key
from base.digests import sha256_of_bytes
from base.images import read_header, read_pixels

_OCTETS = "application/octet-stream"


def keep_upload(store: ObjectStore, data: bytes, name: str) -> NewImage:
    """Stores the bytes as they came. InputError `image.unreadable`, `image.truncated`, `image.too-large` under `name`."""
    read_header(data, name)
    read_pixels(data, name)
    sha256 = sha256_of_bytes(data)
    key = original_key(sha256)
    store.put(key, io.BytesIO(data), sha256=sha256, size=len(data), media_type=_OCTETS)
    return NewImage(sha256, len(data), key)
