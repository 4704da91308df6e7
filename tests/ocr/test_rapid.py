"""What is RapidOCR's own beyond `contract.py`: spans, huge pages, runtimes, order, and never a word to the network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from base.images import Pixels
from ocr.engine import OcrEngine
from ocr.engines import engine_factory
from ocr.errors import OcrError
from ocr.order import reading_order
from ocr.recognition import is_hanzi
from tests.ocr.drawn import TEXT, page


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return engine_factory("rapidocr")()


def _written(text: str) -> str:
    return "".join(character for character in text if is_hanzi(character) or character.isalnum())


def test_every_character_has_its_span(engine: OcrEngine) -> None:
    for line in engine.read(page()).lines:
        assert len(line.char_spans) == len(line.text)
        starts = [start for start, _ in line.char_spans]
        assert starts == sorted(starts)
        assert all(0 <= start < end <= 1 for start, end in line.char_spans)


def test_a_span_marks_its_character(engine: OcrEngine) -> None:
    line = engine.read(page((TEXT[1],))).lines[0]
    left, width = line.box[0][0], line.box[1][0] - line.box[0][0]
    for place, (start, end) in enumerate(line.char_spans):
        # Drawn at 120 with 36 pixels a character.
        assert left + width * (start + end) / 2 == pytest.approx(120 + 36 * (place + 0.5), abs=12)


def test_a_huge_page_is_read_with_boxes_at_its_size(engine: OcrEngine) -> None:
    pixels = cv2.resize(page(TEXT[:3], size=(1000, 500)), None, fx=9, fy=9)
    reading = engine.read(np.asarray(pixels, np.uint8))
    assert [_written(line.text) for line in reading.lines] == list(TEXT[:3])
    assert reading.lines[0].box[0] == pytest.approx((120 * 9, 125 * 9), abs=120)


def test_what_read_a_page_is_told(engine: OcrEngine) -> None:
    reading = engine.read(page(TEXT[:1]))
    assert (reading.engine, reading.engine_version) == ("rapidocr", engine.version)
    digests = reading.parameters["models"]
    assert len(digests) == 2 and all(len(digest) == 64 for digest in digests.values())
    assert reading.parameters["runtime"] in ("openvino", "onnxruntime")


def test_onnxruntime_takes_over_where_openvino_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr.inference_engine.openvino", None)
    assert engine_factory("rapidocr")().read(page(TEXT[:1])).parameters["runtime"] == "onnxruntime"
    with pytest.raises(OcrError) as caught:
        engine_factory("rapidocr", "openvino")()
    assert caught.value.code == "ocr.engine-missing"


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(OcrError) as caught:
        engine_factory("tesseract")
    assert caught.value.code == "ocr.engine-unknown"


_WATCHED = """
import socket, sys
def refuse(*_, **__):
    print("the network was asked for", flush=True)
    raise OSError("no network")
# urllib3 only binds a socket at import, to learn whether the machine has IPv6.
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = socket.getaddrinfo = refuse
from ocr.engines import engine_factory
from tests.ocr.drawn import page
for runtime in ("openvino", "onnxruntime"):
    assert engine_factory("rapidocr", runtime)().read(page()).lines
loaded = sorted(m for m in sys.modules if m.startswith("openvino_telemetry") and sys.modules[m] is not None)
print("telemetry:", loaded, flush=True)
"""


def test_nothing_phones_home() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED], capture_output=True, check=False, text=True, cwd=Path(__file__).parents[2]
    )
    assert (done.returncode, done.stdout) == (0, "telemetry: []\n"), done.stderr


def _quads(boxes: list[tuple[float, float, float, float]]) -> list[Pixels]:
    return [np.array([[a, b], [c, b], [c, d], [a, d]], np.float32) for a, b, c, d in boxes]


def test_rows_of_a_form_are_read_across() -> None:
    boxes: list[tuple[float, float, float, float]] = [
        (x, y, x + 80, y + 30) for y in (0, 50, 100, 150, 200, 250) for x in (0, 200, 400)
    ]
    shuffled = boxes[::-1]
    assert [shuffled[i] for i in reading_order(_quads(shuffled))] == boxes


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left: list[tuple[float, float, float, float]] = [(0, y, 400, y + 30) for y in range(0, 400, 50)]
    right: list[tuple[float, float, float, float]] = [(500, y, 900, y + 30) for y in range(0, 400, 50)]
    mixed = [box for pair in zip(right, left, strict=True) for box in pair]
    assert [mixed[i] for i in reading_order(_quads(mixed))] == left + right


def test_columns_of_vertical_text_are_read_from_the_right() -> None:
    boxes: list[tuple[float, float, float, float]] = [(x, 10, x + 40, 500) for x in (0, 100, 200)]
    assert reading_order(_quads(boxes)) == [2, 1, 0]
