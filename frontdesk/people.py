"""Finding a person at the counter, and the card that says who it is and where the papers are.

The catalogue answers for ID numbers and exact names by itself; names in parts and pinyin come from the index, whose answer
the caller hands in. So the desk goes on while the index is away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer, scoped
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
    known = session.scalars(
        scoped(select(Person).where(_matches(text)).order_by(Person.name, Person.id).limit(_LIMIT), viewer, Person)
    ).all()
    ids = list(dict.fromkeys([person.id for person in known] + list(found)))[:_LIMIT]
    rows = {row.id: row for row in session.scalars(scoped(select(Person).where(Person.id.in_(ids)), viewer, Person))}
    return [_card(session, viewer, rows[each]) for each in ids if each in rows]


def _matches(text: str) -> ColumnElement[bool]:
    """Name or former name from its start, ID number (15 or 18 digits, or from its start), 档号 exactly."""
    number = parse(text)
    plain = "".join(text.split()).upper()
    ways: list[ColumnElement[bool]] = [Person.id.in_(select(Dossier.person_id).where(Dossier.archive_no == text))]
    if number.normalised is not None:
        ways.append(Person.id_number == number.normalised)
    if plain.isascii() and plain[:_ID_PREFIX].isdigit() and len(plain) >= _ID_PREFIX:
        ways += [Person.id_number.startswith(plain, autoescape=True), Person.id_raw.startswith(plain, autoescape=True)]
    elif not plain.isascii():
        ways += [
            Person.name.startswith(plain, autoescape=True),
            Person.former_name.startswith(plain, autoescape=True),
        ]
    return or_(*ways)


def person_card(session: Session, viewer: Viewer, person_id: int) -> PersonCard:
    """AccessError `not-found` where there is none or the viewer may not see it."""
    return _card(session, viewer, person_row(session, viewer, person_id))


def person_row(session: Session, viewer: Viewer, person_id: int) -> Person:
    person: Person | None = session.scalar(scoped(select(Person).where(Person.id == person_id), viewer, Person))
    if person is None:
        raise AccessError("not-found")
    return person


def dossiers_of(session: Session, viewer: Viewer, person_id: int) -> Sequence[Dossier]:
    statement = select(Dossier).where(Dossier.person_id == person_id).order_by(Dossier.id)
    return session.scalars(scoped(statement, viewer, Dossier)).all()


def _card(session: Session, viewer: Viewer, person: Person) -> PersonCard:
    lines = tuple(
        DossierLine(
            row.id, row.archive_no or row.key, row.organization.name, row.state, row.accepted_at,
            place_name(session, row.place_id),
        )
        for row in dossiers_of(session, viewer, person.id)
    )  # fmt: skip
    return PersonCard(
        person.id, person.name, person.former_name, mask(person.id_number or person.id_raw), person.id_state,
        person.organization.name, person.sex, person.birth, person.died, lines,
    )  # fmt: skip


def place_name(session: Session, place_id: int | None) -> str:
    """The way to the paper from the room to the box, `1号库房-3列-2节-4层-07盒`; empty where no place is recorded."""
    names: list[str] = []
    while place_id is not None:
        place = session.get_one(Place, place_id)
        names.append(place.name or place.code)
        place_id = place.parent_id
    return "-".join(reversed(names))
