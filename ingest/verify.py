"""The index held against the catalogue: documents that are missing from it, or that nothing in the catalogue calls for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from archive.office import Office
from archive.tables import Material, OutboxRow, Page, PageVersion, Person, Reading
from search.index import SearchIndex


def verify_index(office: Office, index: SearchIndex) -> dict[str, Any]:
    """{"checked", "good", "bad": [{"id", "problem": missing | extra}], "could_not_check": [ids that still wait]}."""
    with office.catalogue.read() as session:
        pages = session.scalars(
            select(Page.id)
            .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
            .join(Reading, (Reading.version_id == PageVersion.id) & Reading.current)
            .where(Page.state == "active")
        ).all()
        materials = session.scalars(select(Material.id)).all()
        people = session.scalars(select(Person.id)).all()
        waiting = set(session.scalars(select(OutboxRow.document_id).where(OutboxRow.indexed_at.is_(None))))
    kinds = (("page", pages), ("material", materials), ("person", people))
    wanted = {f"{kind}:{each}" for kind, ids in kinds for each in ids}
    present = {each for each, _ in index.stamps()}
    checked = wanted | present
    bad = [{"id": each, "problem": "missing"} for each in sorted(wanted - present - waiting)]
    bad += [{"id": each, "problem": "extra"} for each in sorted(present - wanted - waiting)]
    return {
        "checked": len(checked),
        "good": len(checked - waiting) - len(bad),
        "bad": bad,
        "could_not_check": sorted(waiting & checked),
    }
