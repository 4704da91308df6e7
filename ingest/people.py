"""Who a dossier is about. Equal names join nobody; a missing or doubled ID number is listed, never refused."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.tables import Organization, Person
from base.clock import now
from ingest.delivery.model import PersonRow


def find_or_make_person(session: Session, row: PersonRow, unit: Organization) -> Person:
    """The person of a list row.

    Joined with a known one only where a sound ID number and the name both agree: the same number under another name is
    another person until somebody looks, and no name alone joins anybody.
    """
    if row.id_number is not None and row.id_state in ("ok", "old"):
        known = session.scalar(
            select(Person).where(Person.id_number == row.id_number, Person.name == row.name).order_by(Person.id)
        )
        if known is not None:
            return known
    person = Person(
        organization_id=unit.id,
        name=row.name,
        id_number=row.id_number,
        id_raw=row.id_raw,
        id_state=row.id_state,
        sex=row.sex,
        birth=row.birth,
        retired=row.retired,
        living=row.living,
        died=row.died,
        household=row.household,
        created_at=now(),
    )
    session.add(person)
    session.flush()
    return person
