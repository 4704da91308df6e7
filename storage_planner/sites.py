"""Sites (库房) in the catalogue: each with a plan, listed by the year they fill. A removed site can come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.accounts import root_organization
from archive.tables import Account, Site
from base.clock import now
from base.errors import AccessError, InputError
from storage_planner.plan import Plan, make_plan
from storage_planner.read import plan_input

_MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site with its plan. `base_year` is the calendar year of the plan's year 0; `full_year` None: not within the plan."""

    id: int
    name: str
    plan: Plan
    base_year: int
    has_room: bool

    @property
    def full_year(self) -> int | None:
        return None if self.plan.full_in_year is None else self.base_year + self.plan.full_in_year


def list_sites(
    session: Session, viewer: Viewer, *, after: int | None = None, limit: int = 50
) -> tuple[list[SiteLine], int | None]:
    """The sites that fill first stand first, those without a known room last; and the id to go on after (None at the end).

    When a site fills is reckoned from its plan, so all that are in sight are reckoned and a slice of them is answered.
    """
    rows = session.scalars(scoped(select(Site).where(Site.removed_at.is_(None)).order_by(Site.id), viewer, Site))
    lines = sorted(map(_line, rows), key=_by_year)
    last = _site(session, viewer, after) if after is not None else None
    if last is not None:
        # It may have been removed meanwhile.
        lines = [line for line in lines if _by_year(line) > _by_year(_line(last))]
    return lines[:limit], lines[limit - 1].id if len(lines) > limit else None


def _by_year(line: SiteLine) -> tuple[bool, int, bool, str, int]:
    return line.full_year is None, line.full_year or 0, not line.has_room, line.name, line.id


def _line(row: Site) -> SiteLine:
    plan = make_plan(plan_input(row.plan))
    return SiteLine(row.id, row.name, plan, row.updated_at.year, plan.asked.room is not None)


def find_site(session: Session, viewer: Viewer, site_id: int) -> Site:
    """AccessError `not-found` where there is none, it was removed, or the viewer may not see it."""
    site = _site(session, viewer, site_id)
    if site.removed_at is not None:
        raise AccessError("not-found")
    return site


def _site(session: Session, viewer: Viewer, site_id: int) -> Site:
    site: Site | None = session.scalar(scoped(select(Site).where(Site.id == site_id), viewer, Site))
    if site is None:
        raise AccessError("not-found")
    return site


def save_site(session: Session, viewer: Viewer, site_id: int | None, name: str, values: dict[str, Any]) -> int:
    """Adds a site or changes one; PlanInputError names what is wrong with the plan, InputError `plan.site-name` the name."""
    viewer.must_work_at("planner")
    if not name.strip() or len(name) > _MOST_NAME:
        raise InputError("plan.site-name", limit=_MOST_NAME)
    plan_input(values)
    if site_id is None:
        site = Site(organization_id=_unit(session, viewer), name=name.strip(), plan=values, updated_at=now())
        session.add(site)
    else:
        site = find_site(session, viewer, site_id)
        site.name, site.plan, site.updated_at = name.strip(), values, now()
    session.flush()
    audit.record(session, viewer, "site.save", f"site:{site.id}")
    return site.id


def remove_site(session: Session, viewer: Viewer, site_id: int) -> None:
    """Takes the site off the list; `restore_site` brings it back."""
    viewer.must_work_at("planner")
    find_site(session, viewer, site_id).removed_at = now()
    audit.record(session, viewer, "site.remove", f"site:{site_id}")


def restore_site(session: Session, viewer: Viewer, site_id: int) -> None:
    viewer.must_work_at("planner")
    _site(session, viewer, site_id).removed_at = None
    audit.record(session, viewer, "site.restore", f"site:{site_id}")


def _unit(session: Session, viewer: Viewer) -> int:
    """The unit of the account, the office itself for the command line."""
    if viewer.account_id is None:
        return root_organization(session).id
    return session.get_one(Account, viewer.account_id).organization_id
