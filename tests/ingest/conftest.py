"""An office with a folder store, and small real images to deliver to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from archive.office import Office, make_office
from base.settings import load_settings

MakePage = Callable[..., Path]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(load_settings(tmp_path / "office", {}), "测试区档案中心", "admin", "password-1")
    yield made
    made.close()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the test's own thread makes, in seconds, none of which is waited for. Other threads, as that which
    closes the writers of an index, sleep as ever.
    """
    waited: list[float] = []
    mine, sleep = threading.get_ident(), time.sleep

    def wait(seconds: float) -> None:
        if threading.get_ident() == mine:
            waited.append(seconds)
        else:
            sleep(seconds)

    monkeypatch.setattr(time, "sleep", wait)
    return waited


@pytest.fixture
def page() -> MakePage:
    """Writes a small JPEG with `text` on it, so that different texts are different bytes."""

    def write(path: Path, text: str = "page", dpi: int = 200) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", (413, 585), (250, 246, 236))
        ImageDraw.Draw(image).text((60, 80), text, fill=(20, 20, 20), font_size=24)
        image.save(path, dpi=(dpi, dpi), quality=85)
        return path

    return write
