"""What was done with pages stands in the history of both dossiers: the one that they left and the one that they came to."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import act_history, page_acts, page_arranging
from archive.access import Viewer
from archive.act_history import Beside
from tests.archive.factory import Made, add_batch, add_dossier, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """D-1 (pages 1–4), D-2 (5–8) and D-3 (9–12) of one batch."""
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b1")
    for key in ("D-1", "D-2", "D-3"):
        add_dossier(made, batch, key, "张桂兰", pages=4)
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def told(made: Made, east: Viewer, dossier_id: int) -> list[tuple[str, tuple[Beside, ...], bool]]:
    with made.office.catalogue.read() as session:
        return [
            (each.kind, each.beside, each.undone_at is not None)
            for each in act_history.history(session, east, dossier_id)
        ]


def test_both_dossiers_tell_of_a_move_and_of_its_undoing(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        page_arranging.take_out(session, east, 1, [1], "空白")
        act = page_arranging.move_off(session, east, 1, [2, 3], 2, "夹错")
    assert told(made, east, 1)[0] == ("move-off", (Beside(2, "D-2", came=False),), False)
    assert told(made, east, 2) == [("move-off", (Beside(1, "D-1", came=True),), False)]
    assert told(made, east, 3) == []
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    assert told(made, east, 2) == [("move-off", (Beside(1, "D-1", came=True),), True)]


def test_one_page_tells_where_it_came_from(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        page_acts.transfer(session, east, 5, 3, "夹错")
    with made.office.catalogue.read() as session:
        (line,) = act_history.history(session, east, 3, 5)
    assert (line.kind, line.page_id, line.beside) == ("transfer", 5, (Beside(2, "D-2", came=True),))
