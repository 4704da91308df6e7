"""The image of a page in the size a screen needs: made at measuring, or on the fly while the page has only been received."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from archive.store.contract import ObjectStore
from archive.viewing import StoredImage
from base.images import read_header, read_pixels
from base.views import THUMBNAIL_SIDE, VIEW_SIDE, reduced_jpeg

SIZES = ("thumb", "view", "full")
_SIDES = {"thumb": THUMBNAIL_SIDE, "view": VIEW_SIDE, "full": 100_000}
# Formats that every browser shows; a scan in another one is converted, at its full size.
_SHOWN = {"JPEG": "image/jpeg", "PNG": "image/png"}
_KEPT_BYTES = 32 * 1024 * 1024


class _Kept:
    """The last few images made on the fly, so that a page under work is decoded once. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._images: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._images:
                self._images.move_to_end(key)
            return self._images.get(key)

    def put(self, key: str, data: bytes) -> None:
        with self._lock:
            self._images[key] = data
            while sum(map(len, self._images.values())) > _KEPT_BYTES and len(self._images) > 1:
                self._images.popitem(last=False)


_kept = _Kept()


def etag(stored: StoredImage, size: str) -> str:
    return f"{stored.sha256[:32]}-{stored.frame}-{size}"


def picture(store: ObjectStore, stored: StoredImage, size: str) -> tuple[bytes, str]:
    """Bytes and media type. InputError `image.…` where the page cannot be decoded; StorageError as the store gives it."""
    made = {"thumb": stored.thumbnail_key, "view": stored.view_key}.get(size)
    if made is not None:
        return store.read(made), "image/jpeg"
    key = etag(stored, size)
    known = _kept.get(key)
    if known is not None:
        return known, "image/jpeg"
    data = store.read(stored.object_key)
    if size == "full" and stored.frame == 0:
        shown = _SHOWN.get(read_header(data, "").format)
        if shown is not None:
            return data, shown
    reduced = reduced_jpeg(read_pixels(data, "", stored.frame), _SIDES[size])
    _kept.put(key, reduced)
    return reduced, "image/jpeg"
