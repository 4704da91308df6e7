"""Documents that the index refused, as far as somebody may see what they are of: so that a person can mend them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import outbox
from archive.access import Viewer, scoped
from archive.dossiers import shown_name
from archive.tables import Dossier, Material, Page, Person

_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """`page_id` or `dossier_id` is where a person looks at it, `dossier` its name; `reason` as the outbox keeps it."""

    id: str
    reason: str
    dossier_id: int | None
    page_id: int | None = None
    dossier: str = ""

    @property
    def kind(self) -> str:
        return self.id.partition(":")[0]


def in_sight(session: Session, viewer: Viewer) -> list[Refused]:
    """Oldest first, of the first hundreds: whoever has more has one trouble, not many."""
    seen = {each.id: each for each in outbox.rejected(session, _LOOKED_AT)}
    numbers: dict[str, list[int]] = {"page": [], "material": [], "person": []}
    for document_id in seen:
        kind, _, number = document_id.partition(":")
        if kind in numbers and number.isdigit():
            numbers[kind].append(int(number))
    pages = select(Page.id, Page.dossier_id).join(Page.dossier).where(Page.id.in_(numbers["page"]))
    materials = select(Material.id, Material.dossier_id).join(Dossier).where(Material.id.in_(numbers["material"]))
    people = select(Person.id, func.min(Dossier.id)).outerjoin(Dossier, Dossier.person_id == Person.id)
    people = people.where(Person.id.in_(numbers["person"])).group_by(Person.id)
    found = [
        *((f"page:{page}", dossier, page) for page, dossier in session.execute(scoped(pages, viewer, Page))),
        *((f"material:{each}", dossier, None) for each, dossier in session.execute(scoped(materials, viewer, Dossier))),
        *((f"person:{each}", dossier, None) for each, dossier in session.execute(scoped(people, viewer, Person))),
    ]
    places = {each: (dossier, page) for each, dossier, page in found}
    names = {
        dossier.id: shown_name(dossier)
        for dossier in session.scalars(
            select(Dossier).where(Dossier.id.in_({dossier for dossier, _ in places.values()}))
        )
    }
    return [
        Refused(each, seen[each].reason, *places[each], names.get(places[each][0], ""))
        for each in seen
        if each in places
    ]
