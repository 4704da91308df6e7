"""The units that an account may name in a search: its own and those below it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.tables import Organization

# A list to choose from ends here; a unit beyond it is still found by typing a part of its name.
MOST = 500


@dataclass(frozen=True, slots=True)
class UnitChoice:
    id: int
    name: str
    enterprise: bool


def unit_choices(session: Session, viewer: Viewer) -> list[UnitChoice]:
    """By name, districts and what is below them before enterprises; at most `MOST`."""
    enterprise = Organization.kind == "enterprise"
    statement = select(Organization).order_by(enterprise, Organization.name, Organization.id).limit(MOST)
    if viewer.organisations is not None:
        statement = statement.where(Organization.id.in_(viewer.organisations))
    return [UnitChoice(row.id, row.name, row.kind == "enterprise") for row in session.scalars(statement)]
