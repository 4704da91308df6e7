"""An empty catalogue for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.catalogue import Catalogue, create_catalogue
from base.settings import load_settings


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = create_catalogue(load_settings(tmp_path, {}))
    yield made
    made.close()
