"""A fresh bucket on each server in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.store.open import create_store
from archive.store.s3 import S3Store
from base.settings import Settings
from tests.archive.store.buckets import SERVERS, settings_for


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(tmp_path: Path, server: str) -> Settings:
    return settings_for(tmp_path, server)


@pytest.fixture
def store(settings: Settings) -> S3Store:
    made = create_store(settings)
    assert isinstance(made, S3Store)
    return made
