"""An empty catalogue for each test, and a clock that can be set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest

import base.clock
from archive.catalogue import Catalogue, create_catalogue
from base.settings import load_settings

Jump = Callable[[timedelta], None]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = create_catalogue(load_settings(tmp_path, {}))
    yield made
    made.close()


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Sets the clock of this process so far ahead."""

    def jump(by: timedelta) -> None:
        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return datetime.now(tz) + by

        monkeypatch.setattr(base.clock, "datetime", Shifted)

    return jump
