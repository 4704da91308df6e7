"""Pages as they come: seals over writing, carbon copies, photographs, columns, print and hand together; nothing for blank ones."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from base.images import Pixels
from ocr import second_look
from ocr.geometry import Quad
from ocr.models import load
from ocr.networks import Networks
from ocr.page_engine import PageEngine
from ocr.recognition import Reading, is_hanzi
from tests.ocr.drawn import TEXT, font, page
from tests.ocr.test_seals import sealed, written

_SIZE = (560, 420)


class Counting:
    """Networks that count what they are asked."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self.version = networks.version
        self.cuts = 0

    def find_lines(self, bgr: NDArray[np.uint8]) -> list[Quad]:
        return self._networks.find_lines(bgr)

    def read_lines(self, cuts: Sequence[Pixels]) -> list[Reading]:
        self.cuts += len(cuts)
        return self._networks.read_lines(cuts)


class CountingEngine(PageEngine):
    name = "counting"

    def __init__(self) -> None:
        self.networks = Counting(load("auto"))
        super().__init__(self.networks, {})


@pytest.fixture(scope="module")
def engine() -> CountingEngine:
    return CountingEngine()


def _plain(text: str) -> str:
    return "".join(character for character in text if is_hanzi(character) or character.isalnum())


def _read(engine: PageEngine, pixels: Pixels) -> list[str]:
    return [_plain(line.text) for line in engine.read(pixels).lines]


def _carbon(pixels: Pixels, share: float) -> Pixels:
    """The page as its third copy: blue, blurred, with so much of its ink, on uneven paper."""
    soft = cv2.GaussianBlur(pixels, (0, 0), 1.0).astype(np.float32)
    paper = np.array([236.0, 228.0, 208.0])
    noise = np.random.default_rng(2).normal(0, 2.5, (*pixels.shape[:2], 1))
    return np.asarray((paper - (250 - soft) * share * np.array([1.0, 0.9, 0.55]) + noise).clip(0, 255), np.uint8)


def test_a_blank_page_costs_no_recognition(engine: CountingEngine) -> None:
    mottled = np.random.default_rng(4).normal(225, 4, (420, 560, 1)).clip(0, 255).repeat(3, axis=2)
    for blank in (np.full((420, 560, 3), 246, np.uint8), np.asarray(mottled, np.uint8)):
        engine.networks.cuts = 0
        reading = engine.read(blank)
        assert (reading.lines, engine.networks.cuts) == ((), 0)


def test_writing_beneath_a_seal_is_read(engine: PageEngine) -> None:
    plain = written("一九七八年七月十五日")[:900]
    assert "一九七八年七月十五日" in _read(engine, sealed(plain))


def test_a_faint_carbon_copy_is_read_at_the_second_look(engine: PageEngine) -> None:
    lines = ("职工登记表填写说明", "历任车间主任", "请予以审核批准")
    clear = page(lines, size=_SIZE, letter=48, left=30)
    reading = engine.read(_carbon(clear, 0.07))
    assert SequenceMatcher(None, _plain(reading.text), "".join(lines)).ratio() > 0.9
    assert all(line.second_look for line in reading.lines) and 0 < reading.second_look_seconds < reading.seconds
    first = engine.read(clear)
    assert not any(line.second_look for line in first.lines) and first.second_look_seconds == 0


def test_paper_alone_is_not_stretched() -> None:
    mottled = np.random.default_rng(4).normal(225, 4, (420, 560, 1)).clip(0, 255).repeat(3, axis=2)
    assert second_look.stretched(np.asarray(mottled, np.uint8)) is None
    assert second_look.stretched(np.full((1, 1, 3), 200, np.uint8)) is None


def test_a_photograph_of_a_page_is_read(engine: PageEngine) -> None:
    """On a dark desk, seen from the side, lit from one corner."""
    sheet = page(TEXT[:3], size=_SIZE, letter=26, left=30)
    corners = np.array([[0, 0], [560, 0], [560, 420], [0, 420]], np.float32)
    seen = np.array([[60, 50], [600, 90], [640, 520], [30, 470]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.warpPerspective(sheet, matrix, (700, 560), borderValue=(48, 40, 36))
    light = np.linspace(0.55, 1.0, 700)[None, :, None] * np.linspace(0.8, 1.0, 560)[:, None, None]
    assert _read(engine, np.asarray(photo * light, np.uint8)) == list(TEXT[:3])


def test_columns_are_read_from_the_right_and_their_characters_have_places(engine: PageEngine) -> None:
    image = Image.new("RGB", (420, 560), (250, 248, 240))
    draw = ImageDraw.Draw(image)
    columns = ("职工登记表填写说明", "历任车间主任班长", "请予以审核批准")
    for number, text in enumerate(columns):
        for place, character in enumerate(text):
            draw.text((320 - 110 * number, 40 + 52 * place), character, fill=(40, 40, 45), font=font(40))
    lines = engine.read(np.asarray(image)).lines
    assert [_plain(line.text) for line in lines] == list(columns)
    corners = lines[0].part(3, 4)
    middle = sum(y for _, y in corners) / 4
    # The fourth character, drawn 40 pixels from the top and 52 a character.
    assert middle == pytest.approx(40 + 52 * 3.5 + 4, abs=26)
