"""Finding a person at the counter, and the card that says who it is and where the papers are.

The catalogue answers for ID numbers and exact names by itself; names in parts and pinyin come from the index, whose answer
the caller hands in. So the desk goes on while the index is away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from archive.access import Viewer, scoped
from archive.prefixes import begins
from archive.tables import Dossier, Person, Place
from base.errors import AccessError
from base.text.identity import mask, parse

_LIMIT = 50
_ID_PREFIX = 6


@dataclass(frozen=True, slots=True)
class DossierLine:
    """A dossier of the person: `state` as in the catalogue, `place` such as 库房-列-节-层-盒, empty where not recorded."""

    id: int
    archive_no: str
    unit: str
    state: str
    accepted_at: datetime | None
    place: str

    @property
    def copyable(self) -> bool:
        """The desk copies only from accepted dossiers."""
        return is_accepted(self.state, self.accepted_at)


@dataclass(frozen=True, slots=True)
class PersonCard:
    """The person as the desk sees it; the ID number is masked."""

    id: int
    name: str
    former_name: str
    id_masked: str
    id_state: str
    unit: str
    sex: str
    birth: str
    died: str
    dossiers: tuple[DossierLine, ...]


def is_accepted(state: str, accepted_at: datetime | None) -> bool:
    return state == "accepted" and accepted_at is not None


def look_up(session: Session, viewer: Viewer, query: str, found: Sequence[int] = ()) -> list[PersonCard]:
    """People for what was typed: those the catalogue knows by number or name first, then those the index `found`, in order."""
    text = query.strip()
    if not text:
        return []
    ways = [scoped(way, viewer, Person).limit(_LIMIT).subquery() for way in _ways(text)]
    by_way = session.scalars(union(*(select(way.c.id) for way in ways))).all()
    known = session.scalars(
        select(Person.id).where(Person.id.in_(by_way)).order_by(Person.name, Person.id).limit(_LIMIT)
    ).all()
    ids = list(dict.fromkeys([*known, *found]))[:_LIMIT]
    statement = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.organization))
    rows = {row.id: row for row in session.scalars(scoped(statement, viewer, Person))}
    return _cards(session, viewer, [rows[each] for each in ids if each in rows])


def _ways(text: str) -> list[Select[Any]]:
    """Name or former name from its start, ID number (15 or 18 digits, or from its start), 档号 exactly.

    Each goes in the order of its own index: among a million people the first of too many are found at once.
    """
    number = parse(text)
    plain = "".join(text.split()).upper()
    people = select(Person.id)
    ways = [people.where(Person.id.in_(select(Dossier.person_id).where(Dossier.archive_no == text)))]
    if number.normalised is not None:
        ways.append(people.where(Person.id_number == number.normalised))
    begun: tuple[InstrumentedAttribute[Any], ...] = ()
    if plain.isascii() and plain[:_ID_PREFIX].isdigit() and len(plain) >= _ID_PREFIX:
        begun = (Person.id_number, Person.id_raw)
    elif not plain.isascii():
        begun = (Person.name, Person.former_name)
    return ways + [people.where(begins(column, plain)).order_by(column, Person.id) for column in begun]


def person_card(session: Session, viewer: Viewer, person_id: int) -> PersonCard:
    """AccessError `not-found` where there is none or the viewer may not see it."""
    return _cards(session, viewer, [person_row(session, viewer, person_id)])[0]


def person_row(session: Session, viewer: Viewer, person_id: int) -> Person:
    person: Person | None = session.scalar(scoped(select(Person).where(Person.id == person_id), viewer, Person))
    if person is None:
        raise AccessError("not-found")
    return person


def dossiers_of(session: Session, viewer: Viewer, person_id: int) -> Sequence[Dossier]:
    return dossiers_by_person(session, viewer, [person_id]).get(person_id, [])


def dossiers_by_person(session: Session, viewer: Viewer, person_ids: Sequence[int]) -> dict[int, list[Dossier]]:
    """The dossiers that the viewer sees of each person, in the order of their ids."""
    statement = select(Dossier).where(Dossier.person_id.in_(person_ids)).order_by(Dossier.id)
    found: dict[int, list[Dossier]] = {}
    for row in session.scalars(scoped(statement.options(joinedload(Dossier.organization)), viewer, Dossier)):
        found.setdefault(row.person_id or 0, []).append(row)
    return found


def _cards(session: Session, viewer: Viewer, people: Sequence[Person]) -> list[PersonCard]:
    held = dossiers_by_person(session, viewer, [person.id for person in people])
    places = place_names(session, [row.place_id for rows in held.values() for row in rows])
    return [_card(person, held.get(person.id, []), places) for person in people]


def _card(person: Person, dossiers: Sequence[Dossier], places: Mapping[int | None, str]) -> PersonCard:
    lines = tuple(
        DossierLine(
            row.id, row.archive_no or row.key, row.organization.name, row.state, row.accepted_at, places[row.place_id]
        )
        for row in dossiers
    )
    return PersonCard(
        person.id, person.name, person.former_name, mask(person.id_number or person.id_raw), person.id_state,
        person.organization.name, person.sex, person.birth, person.died, lines,
    )  # fmt: skip


def place_names(session: Session, place_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The way to the paper from the room to the box, `1号库房-3列-2节-4层-07盒`; empty for None, where none is recorded.

    One statement for each level of the tree.
    """
    asked, known = set(place_ids), dict[int, Place]()
    level = {each for each in asked if each is not None}
    while level:
        known.update((row.id, row) for row in session.scalars(select(Place).where(Place.id.in_(level))))
        level = {row.parent_id for row in known.values() if row.parent_id is not None} - known.keys()
    return {each: "-".join(reversed(list(_way_up(known, each)))) for each in asked}


def _way_up(known: Mapping[int, Place], place_id: int | None) -> Iterator[str]:
    while place_id is not None:
        place = known[place_id]
        yield place.name or place.code
        place_id = place.parent_id
