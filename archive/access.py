"""Who sees what: the one place that decides it, for lists, pages, search and copies alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.prefixes import begins
from archive.tables import Account, Batch, Dossier, InspectionLot, Organization, Page, Person, Request, Site
from base.errors import AccessError

DESKS = ("clerk", "planner", "frontdesk", "admin")


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account, or the user of the operating system, with what it may see.

    `organisations` are the ids of its unit and all below it; None means all (the command line on the machine itself).
    """

    actor: str
    account_id: int | None
    name: str
    desks: frozenset[str]
    organisations: frozenset[int] | None

    def works_at(self, desk: str) -> bool:
        return desk in self.desks or "admin" in self.desks

    def must_work_at(self, desk: str) -> None:
        """AccessError `access.denied` where this desk is not the viewer's."""
        if not self.works_at(desk):
            raise AccessError("access.denied")

    def must_have_account(self) -> int:
        """The account that an act is kept under; AccessError `access.denied` for the command line, which has none."""
        if self.account_id is None:
            raise AccessError("access.denied")
        return self.account_id


def viewer_of(session: Session, account: Account) -> Viewer:
    """What an account sees: its own unit and all below it."""
    return Viewer(
        actor=f"account:{account.login}",
        account_id=account.id,
        name=account.name,
        desks=frozenset(account.desks),
        organisations=units_below(session, account.organization_id),
    )


def machine_viewer(user: str) -> Viewer:
    """The command line acts for the user of the operating system, who holds the files anyway."""
    return Viewer(f"system:{user}", None, user, frozenset(DESKS), None)


def units_below(session: Session, organization_id: int) -> frozenset[int]:
    """The ids of a unit and of all below it."""
    top = session.get_one(Organization, organization_id)
    return frozenset(session.scalars(select(Organization.id).where(begins(Organization.path, top.path))))


# Each kind of row and the column that says whose it is.
_OWNER: dict[type[Any], InstrumentedAttribute[int]] = {
    Batch: Batch.organization_id,
    Dossier: Dossier.organization_id,
    InspectionLot: InspectionLot.organization_id,
    Person: Person.organization_id,
    Request: Request.organization_id,
    Site: Site.organization_id,
}


def scoped(statement: Select[Any], viewer: Viewer, table: type[Any], *, by_index: bool = True) -> Select[Any]:
    """The statement narrowed to what the viewer may see of `table`; `Page` must be joined to `Dossier` by the caller.

    Not `by_index`: the rows are gone through in the order of the list and looked at one by one, which is faster where
    the viewer sees many of them.
    """
    column = Dossier.organization_id if table is Page else _OWNER[table]
    if viewer.organisations is None:
        return statement
    if not viewer.organisations:
        return statement.where(false())
    return statement.where((column if by_index else column + 0).in_(viewer.organisations))
