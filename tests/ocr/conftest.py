"""The whole suite of reading runs without a network, in every Python process that it starts as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="module")
def no_network() -> Iterator[None]:
    """In this process pytest-socket refuses; those it spawns find `no_network/sitecustomize.py` first on their path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).with_name("no_network")))
        yield
