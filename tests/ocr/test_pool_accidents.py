"""One accident among many pages: it is named, and every other page is read. `test_pool` has all kinds in one run."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from ocr.pool import Outcome, PoolSettings, ReadingPool
from ocr.worker import PageImage
from tests.ocr import breaking

_PAGES = 8


def _read(tmp_path: Path, what: int, at: int) -> dict[int, Outcome]:
    """Eight pages, each of its own height; page number `at`, from 1, has the accident."""
    settings = PoolSettings(workers=2)
    with ReadingPool(partial(breaking.BreakingEngine, tmp_path), settings) as pool:
        for number in range(1, _PAGES + 1):
            file = tmp_path / f"{number}.png"
            Image.fromarray(breaking.order(what if number == at else breaking.WELL, height=20 + number)).save(file)
            pool.submit(number, PageImage(file, file.name))
        outcomes = {}
        while pool.unfinished:
            outcomes.update({int(str(outcome.key)): outcome for outcome in pool.outcomes()})
    return outcomes


@pytest.mark.parametrize(
    ("what", "code"),
    [(breaking.DIES, "ocr.worker-died"), (breaking.OTHERS, "ocr.garbage")],
    ids=["dies", "other people's text"],
)
def test_an_engine_that_breaks_on_page_four(what: int, code: str, tmp_path: Path) -> None:
    outcomes = _read(tmp_path, what, at=4)
    error = outcomes[4].error
    assert error is not None
    assert (error.code, error.path) == (code, "4.png")
    read = {key: outcome.reading for key, outcome in outcomes.items() if key != 4}
    assert {key: reading.height for key, reading in read.items() if reading} == {
        key: 20 + key for key in range(1, _PAGES + 1) if key != 4
    }


def test_an_engine_that_answers_late_answers_for_its_own_page(tmp_path: Path) -> None:
    outcomes = _read(tmp_path, breaking.LATE, at=2)
    assert {key: outcome.reading.height for key, outcome in outcomes.items() if outcome.reading} == {
        key: 20 + key for key in range(1, _PAGES + 1)
    }
