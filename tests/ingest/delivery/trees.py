"""Small deliveries on disk."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

ID = "11010519491231002X"
ID2 = "440524188001010014"


def jpeg(width: int = 60, height: int = 80, colour: str = "white") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "JPEG", dpi=(300, 300))
    return stream.getvalue()


JPEG = jpeg()


def tree(root: Path, names: Iterable[str], data: bytes = JPEG) -> Path:
    """Writes `data` under each name below `root`."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def wide(text: str) -> str:
    """The text in full-width digits, letters and brackets, as a Chinese keyboard writes them."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
