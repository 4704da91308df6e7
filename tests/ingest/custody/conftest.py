"""Each test has an office of its own to damage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.custody import again
from tests.ingest.custody.holdings import Holdings, make_holdings


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Holdings]:
    made = make_holdings(tmp_path / "office")
    yield made
    made.office.close()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects without a row are waited for as in life, but not as long."""
    monkeypatch.setattr(again, "_PATIENCE_S", 0.05)
    monkeypatch.setattr(again, "_LONG_PATIENCE_S", 0.1)
    monkeypatch.setattr(again, "_POLL_S", 0.02)
