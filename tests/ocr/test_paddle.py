"""The second engine, the real package in its own environment, keeps every promise of the contract.

These tests need `make setup-paddle`, and fail where it was not run: `make test-paddle` runs it first.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ocr.paddle import PaddleOcrEngine
from tests.ocr import contract

pytestmark = pytest.mark.paddle


@pytest.fixture(scope="module")
def engine() -> Iterator[PaddleOcrEngine]:
    opened = PaddleOcrEngine()
    yield opened
    opened.close()


@pytest.mark.parametrize("promise", contract.PROMISES, ids=lambda promise: promise.__name__)
def test_paddleocr_keeps_its_promises(engine: PaddleOcrEngine, promise: contract.Promise) -> None:
    promise(engine)
