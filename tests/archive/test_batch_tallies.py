"""Counts of batches: small ones are counted at once, large ones are shown as they were counted last, and counted anew when due."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from archive import batch_tallies, batches
from archive.batch_tallies import refresh
from archive.tables import BatchTally
from base.clock import now
from tests.archive.factory import Made, add_batch, add_dossier, make_desks


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """An office in which three pages are few and four are many."""
    monkeypatch.setattr(batch_tallies, "LIVE_PAGES", 3)
    return make_desks(tmp_path)


def _rows(made: Made) -> list[batches.BatchRow]:
    with made.office.catalogue.read() as session:
        return batches.list_batches(session, made.viewer("east"))[0]


def test_a_large_batch_is_shown_as_it_was_counted_last(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=4)
    assert (_rows(made)[0].dossiers, _rows(made)[0].counted_at) == (1, None)
    assert refresh(made.office.catalogue) == 1
    counted = _rows(made)[0]
    add_dossier(made, batch, "D-2", "王建国", pages=1, layout="run")
    again = _rows(made)[0]
    assert (again.dossiers, again.needs, again.progress) == (counted.dossiers, counted.needs, counted.progress)
    assert again.counted_at is not None
    _make_due(made)
    assert refresh(made.office.catalogue) == 1
    assert (_rows(made)[0].dossiers, _rows(made)[0].needs["splitting"]) == (2, 1)


def test_a_small_batch_is_counted_at_once(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=1)
    refresh(made.office.catalogue)
    add_dossier(made, batch, "D-2", "王建国", pages=1)
    assert (_rows(made)[0].dossiers, _rows(made)[0].counted_at) == (2, None)


def test_what_is_not_due_is_not_counted_again(made: Made) -> None:
    add_batch(made, "east", "b1")
    assert refresh(made.office.catalogue) == 1
    assert refresh(made.office.catalogue) == 0


def test_what_was_never_counted_does_not_wait_behind_what_was(made: Made) -> None:
    add_batch(made, "east", "counted before")
    refresh(made.office.catalogue)
    _make_due(made)
    fresh = add_batch(made, "east", "just come")
    assert refresh(made.office.catalogue, 1) == 1
    with made.office.catalogue.read() as session:
        assert session.get(BatchTally, fresh) is not None


def test_the_list_goes_on_by_key_and_first_comes_what_needs_a_person(made: Made) -> None:
    numbers = [add_batch(made, "east", f"b{number}") for number in range(7)]
    add_dossier(made, numbers[1], "R-1", "张桂兰", pages=1, layout="run")
    add_dossier(made, numbers[4], "R-2", "王建国", pages=1, layout="run")
    refresh(made.office.catalogue, 10)
    seen, after = list[int](), None
    with made.office.catalogue.read() as session:
        while True:
            rows, after = batches.list_batches(session, made.viewer("east"), after=after, limit=3)
            seen += [row.id for row in rows]
            if after is None:
                break
    asking = [numbers[4], numbers[1]]
    assert seen == asking + [each for each in reversed(numbers) if each not in asking]


def _make_due(made: Made) -> None:
    with made.office.catalogue.write() as session:
        session.execute(update(BatchTally).values(counted_at=now() - timedelta(minutes=1)))
