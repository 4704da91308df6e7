"""The second engine: PaddleOCR, the real package, in an environment and a process of its own (docs/decisions/0010).

It finds lines and reads them; turns, crops and reading order, which it has none of or other models for, are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from base.digests import sha256_of_file
from base.images import Pixels
from ocr import paddle_models
from ocr.errors import OcrError
from ocr.geometry import Quad
from ocr.paddle_process import NAME, Limits, PaddlePlace, PaddleProcess
from ocr.page_engine import PageEngine
from ocr.recognition import NOTHING, Reading, reading_at


class PaddleNetworks:
    """Implements `Networks` by a `PaddleProcess`."""

    def __init__(self, place: PaddlePlace, limits: Limits) -> None:
        self.process = PaddleProcess(place, limits)
        self.version = self.process.version

    def find_lines(self, bgr: NDArray[np.uint8]) -> list[Quad]:
        """See `Networks.find_lines`."""
        answer = self.process.ask("find", [bgr])
        return [self._checked_quad(quad) for quad in self._list(answer, "quads")]

    def read_lines(self, cuts: Sequence[Pixels]) -> list[Reading]:
        """See `Networks.read_lines`."""
        if not cuts:
            return []
        answer = self.process.ask("read", [np.ascontiguousarray(cut[:, :, ::-1]) for cut in cuts])
        lines = self._list(answer, "lines")
        if len(lines) != len(cuts):
            raise OcrError("ocr.garbage", engine=NAME)
        return [self._checked_reading(line) for line in lines]

    def _list(self, answer: dict[str, Any], key: str) -> list[Any]:
        found = answer.get(key)
        if not isinstance(found, list):
            raise OcrError("ocr.garbage", engine=NAME)
        return found

    def _checked_quad(self, quad: Any) -> Quad:
        try:
            corners = np.asarray(quad, np.float32)
        except (TypeError, ValueError) as error:
            raise OcrError("ocr.garbage", engine=NAME) from error
        if corners.shape != (4, 2) or not np.isfinite(corners).all():
            raise OcrError("ocr.garbage", engine=NAME)
        return corners

    def _checked_reading(self, line: Any) -> Reading:
        try:
            text, confidence, columns, places = line
            middles = [float(place) + 0.5 for place in places]
            return reading_at(text, float(confidence), middles, max(1.0, float(columns))) if text else NOTHING
        except (TypeError, ValueError, IndexError) as error:
            raise OcrError("ocr.garbage", engine=NAME) from error


class PaddleOcrEngine(PageEngine):
    """Implements `OcrEngine`. Its process holds the models; OcrError `ocr.paddle-missing` before `make setup-paddle`."""

    name = NAME

    def __init__(self, place: PaddlePlace | None = None, limits: Limits | None = None) -> None:
        place = place or PaddlePlace()
        self._paddle = PaddleNetworks(place, limits or Limits())
        files = sorted(place.models.glob("*/inference.*"))
        used = {
            "runtime": "onnxruntime",
            "side": paddle_models.SIDE,
            **paddle_models.detection_steps()["PostProcess"],
            "models": {f"{file.parent.name}/{file.name}": sha256_of_file(file) for file in files},
        }
        super().__init__(self._paddle, used)

    @property
    def child_bytes(self) -> int:
        """Resident memory of its process when it last answered."""
        return self._paddle.process.resident_bytes

    def close(self) -> None:
        """Ends its process; the next page starts another."""
        self._paddle.process.close()
