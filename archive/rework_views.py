"""What the screens and sheets show of the rework lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.inspection import find_lot, find_unit
from archive.rework import items_of
from archive.rework_matching import Came, came_back
from archive.tables import ReworkItem
from archive.unit_views import page_numbers, people_of


@dataclass(frozen=True, slots=True)
class ReworkLine:
    """One place of the list. `state`: open, came (back by itself), came_back (in a round), closed, again."""

    id: int
    round: int
    dossier_id: int
    dossier: str
    person: str
    page_id: int | None
    page_number: int | None
    origin: str
    code: str
    severity: str
    note: str
    state: str
    came_at: datetime | None
    answer: str


def rework_lines(session: Session, viewer: Viewer, lot_id: int) -> list[ReworkLine]:
    """The rework lists of a lot, the newest round first."""
    lot = find_lot(session, viewer, lot_id)
    items = items_of(session, lot.id)
    came = came_back(session, [item for item in items if item.state == "open"])
    numbers = page_numbers(session, [item.page_id for item in items])
    people = people_of(session, {item.dossier_id for item in items})
    rounds = {row.id: row.number for row in lot.rounds}
    lines = [_rework_line(item, rounds, people, numbers, came.get(item.id)) for item in items]
    return sorted(lines, key=lambda line: -line.round)


def _rework_line(
    item: ReworkItem,
    rounds: dict[int, int],
    people: dict[int, tuple[str, str]],
    numbers: dict[int, int],
    came: Came | None,
) -> ReworkLine:
    name, person = people[item.dossier_id]
    return ReworkLine(
        item.id, rounds[item.round_id], item.dossier_id, name, person, item.page_id, numbers.get(item.page_id or 0),
        item.origin, item.code, item.severity, item.note, "came" if came else item.state,
        came.at if came else item.came_at, item.answer,
    )  # fmt: skip


def reworked_before(session: Session, viewer: Viewer, unit_id: int) -> list[ReworkLine]:
    """What was wrong at a place that came back."""
    unit = find_unit(session, viewer, unit_id)
    if unit.source != "rework":
        return []
    return [
        line
        for line in rework_lines(session, viewer, unit.round.lot_id)
        if line.dossier_id == unit.dossier_id
        and line.round < unit.round.number
        and (unit.page_id is None or line.page_id == unit.page_id)
    ]
