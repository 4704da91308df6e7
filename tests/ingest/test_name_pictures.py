"""The picture of a name: the very pixels of the stored image, upright, a name's size and no more."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from archive.name_images import Cut
from archive.store.keys import original_key
from archive.viewing import StoredImage
from base.digests import sha256_of_bytes
from base.images import Pixels, read_pixels
from ingest.name_pictures import etag, name_picture, upright
from tests.archive.factory import make_desks


def cut(box: tuple[int, int, int, int], rotation: int = 0, key: str = "k") -> Cut:
    return Cut(StoredImage(key, None, None, 0, "ab" * 32), box, rotation, "王□国")


def numbered(height: int, width: int) -> Pixels:
    """Each pixel says where it stands: row, column."""
    rows, columns = np.indices((height, width))
    return np.dstack([rows, columns, rows * 0]).astype(np.uint8)


@pytest.mark.parametrize(
    ("rotation", "size", "first"),
    [(0, (14, 34), (8, 18)), (90, (34, 14), (21, 18)), (180, (14, 34), (21, 51)), (270, (34, 14), (8, 51))],
)
def test_it_is_the_box_with_its_margin_turned_clockwise(
    rotation: int, size: tuple[int, int], first: tuple[int, int]
) -> None:
    part = upright(numbered(100, 200), cut((20, 10, 50, 20), rotation))
    assert part.shape[:2] == size
    assert tuple(part[0, 0, :2]) == first


def test_at_the_edge_of_the_image_the_margin_ends() -> None:
    assert upright(numbered(100, 200), cut((0, 0, 200, 10))).shape[:2] == (12, 200)
    assert upright(numbered(100, 200), cut((190, 90, 200, 100))).shape[:2] == (12, 12)


def test_it_is_cut_from_the_stored_bytes_and_small(tmp_path: Path) -> None:
    office = make_desks(tmp_path).office
    image = Image.new("RGB", (3000, 1000), "white")
    image.paste("black", (1000, 400, 2000, 500))
    out = io.BytesIO()
    image.save(out, "PNG")
    data = out.getvalue()
    digest = sha256_of_bytes(data)
    key = original_key(digest)
    office.store.put(key, io.BytesIO(data), sha256=digest, size=len(data), media_type="image/png")
    picture = read_pixels(name_picture(office.store, cut((1000, 400, 2000, 500), key=key)), "")
    assert picture.shape[1] == 480
    assert picture[5:-5, 5:-5].max() < 40


def test_the_mark_changes_with_place_and_turn() -> None:
    marks = {etag(cut(box, turn)) for box in ((1, 2, 30, 40), (1, 2, 30, 41)) for turn in (0, 90)}
    assert len(marks) == 4
