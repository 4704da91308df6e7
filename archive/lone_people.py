"""A person who came only with a match that was undone goes again: nobody is to be found who has no dossier by a mistake."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.tables import Dossier, NameImage, PageAct, Person, Request


def drop_lone_people(session: Session, act: PageAct) -> None:
    """Takes away the people that an undone act gave to a dossier, where nothing else speaks of them."""
    for values in act.after.get("matches", {}).values():
        person = session.get(Person, values["person_id"]) if values["person_id"] is not None else None
        if person is not None and not _is_spoken_of(session, person.id):
            session.delete(person)
    session.flush()


def _is_spoken_of(session: Session, person_id: int) -> bool:
    columns = (Dossier.person_id, Request.person_id, NameImage.person_id)
    return any(session.scalar(select(func.count()).where(column == person_id)) for column in columns)
