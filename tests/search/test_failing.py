"""The failing index fails as a real one does: whole, with a code, leaving what was."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from base.errors import StorageError
from search.embedded import EmbeddedIndex
from tests.search.asking import found, ids
from tests.search.failing import FailingIndex
from tests.search.samples import ALL, EVERYTHING, PAGES


@pytest.fixture
def failing(tmp_path: Path) -> FailingIndex:
    return FailingIndex(EmbeddedIndex.create(tmp_path / "index"))


def test_with_nothing_set_it_does_what_the_inner_one_does(failing: FailingIndex) -> None:
    failing.write(ALL)
    assert found(failing, "吴国华") == ["person:1", "person:4", "page:1"]
    assert ids(failing) == sorted(each.id for each in ALL)


def test_breaks_in_the_middle_and_goes_on_afterwards(failing: FailingIndex) -> None:
    failing.write(PAGES[:1])
    failing.break_after = 2
    with pytest.raises(StorageError) as caught:
        failing.write(ALL, deleted=["page:1"])
    assert caught.value.code == "search.write-failed"
    assert ids(failing) == ["page:1"]
    failing.break_after = None
    failing.write(ALL)
    assert len(ids(failing)) == len(ALL)


def test_full(failing: FailingIndex) -> None:
    failing.full = True
    with pytest.raises(StorageError) as caught:
        failing.write(ALL)
    assert caught.value.code == "disk.full"
    assert found(failing, "吴国华") == []


def test_late(failing: FailingIndex) -> None:
    failing.late_s = 0.05
    began = time.monotonic()
    failing.search("吴国华", EVERYTHING)
    assert time.monotonic() - began >= 0.05
    failing.close()
