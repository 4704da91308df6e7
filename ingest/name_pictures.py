"""姓名图 as a picture: cut from the stored image of its page, upright, no larger than a line of text on a screen needs."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np

from archive.name_images import Cut
from archive.store.contract import ObjectStore
from base.digests import sha256_of_bytes
from base.images import Pixels, read_pixels
from base.views import reduced_jpeg

_SIDE = 480
# Around the box: strokes that touch its edge stay whole.
_MARGIN_PX = 2
# A list of hits shows the same name again and again, and a page takes a tenth of a second to decode.
_MOST_KEPT = 256
_kept: OrderedDict[str, bytes] = OrderedDict()
_keeping = Lock()


def name_picture(store: ObjectStore, cut: Cut) -> bytes:
    """The picture as JPEG; InputError `image.…` where the page cannot be decoded, StorageError as the store gives it."""
    mark = etag(cut)
    with _keeping:
        if mark in _kept:
            _kept.move_to_end(mark)
            return _kept[mark]
    pixels = read_pixels(store.read(cut.image.object_key), "", cut.image.frame)
    made = reduced_jpeg(upright(pixels, cut), _SIDE)
    with _keeping:
        _kept[mark] = made
        if len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made


def etag(cut: Cut) -> str:
    """Changes with the image, the place and the turn."""
    place = ",".join(map(str, (*cut.box, cut.rotation)))
    return sha256_of_bytes(f"{cut.image.sha256}/{cut.image.frame}/{place}".encode())[:32]


def upright(pixels: Pixels, cut: Cut) -> Pixels:
    """The box of `cut` with a narrow margin out of a stored image, turned as the page is read."""
    left, top, right, bottom = cut.box
    part = pixels[max(0, top - _MARGIN_PX) : bottom + _MARGIN_PX, max(0, left - _MARGIN_PX) : right + _MARGIN_PX]
    # numpy turns against the clock.
    return np.ascontiguousarray(np.rot90(part, -(cut.rotation // 90) % 4))
