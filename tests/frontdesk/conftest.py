"""The two desks, afresh for each test: made once, since hashing passwords is slow on purpose, then copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.office import open_office
from tests.archive.factory import make_settings
from tests.databases import copy_office
from tests.frontdesk.desk import Desk, make_desk


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Desk]:
    folder = tmp_path_factory.mktemp("desk")
    made = make_desk(folder)
    made.made.office.close()
    return folder, made


@pytest.fixture
def desk(desk_template: tuple[Path, Desk], tmp_path: Path) -> Iterator[Desk]:
    template, made = desk_template
    copy_office(template / "data", tmp_path / "data")
    office = open_office(make_settings(tmp_path))
    yield replace(made, made=replace(made.made, office=office))
    office.close()
