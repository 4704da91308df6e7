"""Measuring many pages: an accident with one is told of that one, and its neighbours go on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from base.progress import Silent
from ingest import spread
from ingest.delivery.read import read_delivery
from ingest.measure.orientation import Reader
from ingest.measure.view import PageView
from standards.values import Measures
from tests.ingest.measure.sheets import encoded


def test_an_accident_of_our_own_names_its_page_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw (here: of one page) ends no run, and the page is not passed over in silence."""
    for number in (1, 2, 3):
        even = np.full((900, 640, 3), 240 - number, np.uint8)
        (tmp_path / f"{number:03d}.png").write_bytes(encoded(even, kind="PNG"))
    pages = list(read_delivery(tmp_path).pages())
    foreseen = spread.measure_view

    def falls_over(view: PageView, reader: Reader | None = None) -> Measures:
        if view.reduced[0, 0, 0] == 238:
            raise ZeroDivisionError("in the papers of somebody")
        return foreseen(view, reader)

    monkeypatch.setattr(spread, "measure_view", falls_over)
    found = spread.measure_all(pages, Silent(), 1)
    assert [each.measures["blank"].reason for each in found] == [None, "reason.damaged", None]
    assert "ZeroDivisionError" in caplog.text
    assert "somebody" not in caplog.text
