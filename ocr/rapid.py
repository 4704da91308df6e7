"""The default engine: PP-OCRv6 small from the `rapidocr` wheel; pages are read as `ocr.page_engine` reads them."""

from __future__ import annotations

from typing import Any

from ocr import models
from ocr.page_engine import PageEngine


class RapidOcrEngine(PageEngine):
    """Implements `OcrEngine`. Loading takes about a second; one engine per process."""

    name = "rapidocr"

    def __init__(
        self,
        runtime: models.RuntimeChoice = "auto",
        parameters: dict[str, Any] | None = None,
        *,
        second_look: bool = True,
    ) -> None:
        loaded = models.load(runtime, parameters)
        self.runtime = loaded.runtime
        used = {
            "runtime": loaded.runtime,
            "precision": loaded.precision,
            **models.PARAMETERS,
            **(parameters or {}),
            "models": loaded.digests,
        }
        super().__init__(loaded, used, second_look=second_look)
