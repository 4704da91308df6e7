"""Where things belong, for their documents: a dossier's units from the root down, and its place among the shelves.

Loaded level by level for many dossiers at once, as a tree of thousands of units is not read for each document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.tables import Dossier, Organization, Place

# Room, row, section, shelf, box; what is deeper is a tree that bites its own tail.
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    kind: str
    name: str


class Places:
    """The units and places of one read session, kept while it lasts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._units: dict[int, Organization] = {}
        self._places: dict[int, Place] = {}

    def load(self, dossiers: Iterable[Dossier]) -> None:
        kept = list(dossiers)
        self.load_units(dossier.organization_id for dossier in kept)
        wanted = {dossier.place_id for dossier in kept if dossier.place_id} - self._places.keys()
        while wanted:
            rows = self._session.scalars(select(Place).where(Place.id.in_(wanted))).all()
            self._places.update((row.id, row) for row in rows)
            wanted = {row.parent_id for row in rows if row.parent_id} - self._places.keys()

    def load_units(self, unit_ids: Iterable[int]) -> None:
        self._fetch(set(unit_ids))
        self._fetch({each for unit in list(self._units.values()) for each in _chain(unit)})

    def _fetch(self, unit_ids: set[int]) -> None:
        missing = unit_ids - self._units.keys()
        if missing:
            rows = self._session.scalars(select(Organization).where(Organization.id.in_(missing)))
            self._units.update((row.id, row) for row in rows)

    def units(self, unit_id: int) -> list[Unit]:
        """From the root down to the unit itself."""
        above = [self._units[each] for each in _chain(self._units[unit_id]) if each in self._units]
        return [Unit(each.id, each.kind, each.name) for each in above]

    def place(self, place_id: int | None) -> str:
        """`一号库房 02列 3节 1层 0102-03`: names from the room down, at the end the code of the last; empty for none."""
        chain: list[Place] = []
        at = self._places.get(place_id or 0)
        while at is not None and len(chain) < _DEEPEST:
            chain.append(at)
            at = self._places.get(at.parent_id or 0)
        names = [each.name or each.code for each in reversed(chain)]
        return " ".join(dict.fromkeys([*names, *(each.code for each in chain[:1])]))


def _chain(unit: Organization) -> list[int]:
    return [int(part) for part in unit.path.strip("/").split("/") if part]
