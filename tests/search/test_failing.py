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


def test_down(failing: FailingIndex) -> None:
    failing.write(ALL)
    failing.down = True
    assert failing.state().state == "down"
    for ask in (
        lambda: failing.search("吴国华", EVERYTHING),
        lambda: failing.suggest("吴", EVERYTHING),
        failing.stamps,
        lambda: failing.write(ALL),
        lambda: failing.beside().__enter__(),
    ):
        with pytest.raises(StorageError) as caught:
            ask()
        assert caught.value.code == "search.index-unreadable"
    failing.down = False
    assert failing.state().state == "ready"
    assert [each.text for each in failing.suggest("吴国", EVERYTHING)] == ["吴国华", "吴国华强"]


def test_full_says_so_and_is_searched(failing: FailingIndex) -> None:
    failing.write(ALL)
    failing.full = True
    assert failing.state().state == "full"
    with pytest.raises(StorageError), failing.beside():
        pass
    assert failing.search("吴国华", EVERYTHING, facets=["kind"]).facets == {"kind": (("person", 2), ("page", 1))}


def test_rejects_those_named_and_takes_their_neighbours(failing: FailingIndex) -> None:
    failing.rejected = frozenset({"page:1", "person:2"})
    assert {each.id for each in failing.write(ALL)} == {"page:1", "person:2"}
    assert len(ids(failing)) == len(ALL) - 2
    with failing.beside() as beside:
        assert [each.id for each in beside.write(PAGES)] == ["page:1"]
        beside.put_in_force()
    assert ids(failing) == ["page:2", "page:3", "page:4"]


def test_a_rebuild_breaks_in_the_middle_or_at_its_swap_and_leaves_what_was(failing: FailingIndex) -> None:
    failing.write(PAGES[:1])
    failing.break_after = 1
    with pytest.raises(StorageError), failing.beside() as beside:
        beside.write(ALL)
    failing.break_after = None
    failing.fails_to_swap = True
    with pytest.raises(StorageError), failing.beside() as beside:
        beside.write(ALL)
        beside.put_in_force()
    assert ids(failing) == ["page:1"]
    failing.fails_to_swap = False
    with failing.beside() as beside:
        beside.write(ALL)
        beside.put_in_force()
    assert len(ids(failing)) == len(ALL)
