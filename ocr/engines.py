"""The engines by name, and how one is opened in the process that will use it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ocr.engine import OcrEngine
from ocr.errors import OcrError
from ocr.models import RuntimeChoice

# Opens an engine in the process that calls it; must be picklable, because workers are spawned.
EngineFactory = Callable[[], OcrEngine]

NAMES = ("rapidocr", "paddleocr")


def engine_factory(name: str, runtime: RuntimeChoice = "auto") -> EngineFactory:
    """What opens the engine `name`; OcrError `ocr.engine-unknown` for any other name.

    `runtime` is RapidOCR's; PaddleOCR brings its own.
    """
    if name not in NAMES:
        raise OcrError("ocr.engine-unknown", engine=name, known=", ".join(NAMES))
    return _open_paddle if name == "paddleocr" else partial(_open_rapid, runtime)


def _open_rapid(runtime: RuntimeChoice) -> OcrEngine:
    # The inference libraries take a second and much memory to import: only where a page is read.
    from ocr.rapid import RapidOcrEngine  # noqa: PLC0415

    return RapidOcrEngine(runtime)


def _open_paddle() -> OcrEngine:
    from ocr.paddle import PaddleOcrEngine  # noqa: PLC0415

    return PaddleOcrEngine()
