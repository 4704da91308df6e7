"""What comes back of a rework list is seen, not typed: by the images, acts, new pages and corrections since the list went out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.open_findings import counts_now
from archive.tables import Correction, FindingRow, InspectionRound, Material, Page, PageAct, PageVersion, ReworkItem
from base.clock import now

# Acts that mend a page or dossier without a new image; a new image is seen on the page itself.
_STRUCTURE = ("insert", "split", "move", "transfer", "remove")
# What is wrong with the pages around the place, not with its image: any page that came or moved may mend it.
_ABOUT_MANY = ("page.missing", "page.order", "link.count", "link.other-paper", "number.", "catalogue.")


@dataclass(frozen=True, slots=True)
class Came:
    """What came back for an item: when, and the new image where there is one."""

    at: datetime
    version_id: int | None = None


def came_back(session: Session, items: Sequence[ReworkItem]) -> dict[int, Came]:
    """What has come back so far, by item: a new image, a page that came or moved, a correction, since the list went out.

    What the machine found has come back too once the machine finds it no more.
    """
    since = _sent(session, {item.round_id for item in items})
    traces = _Traces(session, items)
    failing = _failing(session, items)
    found: dict[int, Came] = {}
    for item in items:
        after = since[item.round_id]
        image = traces.images.get(item.page_id or 0)
        if image is not None and image[0] != item.version_id and image[1] > after:
            found[item.id] = Came(image[1], image[0])
        elif times := [at for at in traces.of(item) if at > after]:
            found[item.id] = Came(max(times))
        elif item.origin == "machine" and (item.dossier_id, item.page_id, item.code) not in failing:
            found[item.id] = Came(now())
    return found


class _Traces:
    """The last act, new page, new image and correction by page or dossier: what shows that something was reworked."""

    def __init__(self, session: Session, items: Sequence[ReworkItem]) -> None:
        pages = {item.page_id for item in items if item.page_id is not None}
        dossiers = {item.dossier_id for item in items}
        acts = PageAct.undone_at.is_(None) & PageAct.kind.in_(_STRUCTURE)
        images = select(PageVersion.page_id, PageVersion.id, PageVersion.created_at).where(
            PageVersion.page_id.in_(pages), PageVersion.state.in_(["current", "proposed"])
        )
        on_pages = select(PageAct.page_id, PageAct.id, PageAct.made_at).where(acts, PageAct.page_id.in_(pages))
        in_dossiers = select(PageAct.dossier_id, PageAct.id, PageAct.made_at)
        new = select(Page.dossier_id, Page.id, Page.created_at).where(Page.dossier_id.in_(dossiers))
        corrected = (
            select(Material.dossier_id, Correction.id, Correction.made_at)
            .join(Material, Material.id == Correction.material_id)
            .where(Correction.undone_at.is_(None), Material.dossier_id.in_(dossiers))
        )
        self.images = _newest(session, images)
        self._pages = _newest(session, on_pages)
        self._dossiers = _newest(session, in_dossiers.where(acts, PageAct.dossier_id.in_(dossiers)))
        self._new = _newest(session, new.where(Page.state == "active"))
        self._corrected = _newest(session, corrected)

    def of(self, item: ReworkItem) -> list[datetime]:
        """When something happened that may have mended the item, its own image aside."""
        rows = [self._pages.get(item.page_id or 0)]
        if about_many(item):
            rows += [self._dossiers.get(item.dossier_id), self._new.get(item.dossier_id)]
        # A wrong line of the catalogue is mended by a correction, wherever the inspector noted it.
        if item.page_id is None or item.code.startswith("link."):
            rows.append(self._corrected.get(item.dossier_id))
        return [row[1] for row in rows if row is not None]


def about_many(item: ReworkItem) -> bool:
    """Whether more than one page must be looked at to say that it is right."""
    return item.page_id is None or item.code.startswith(_ABOUT_MANY)


def _failing(session: Session, items: Sequence[ReworkItem]) -> set[tuple[int | None, int | None, str]]:
    """Dossier, page and rule of what the machine fails now in these dossiers."""
    dossiers = {item.dossier_id for item in items if item.origin == "machine"}
    statement = (
        select(FindingRow.dossier_id, FindingRow.page_id, FindingRow.rule)
        .where(FindingRow.dossier_id.in_(dossiers), FindingRow.verdict == "fail", counts_now())
        .distinct()
    )
    return set(session.execute(statement).tuples())


def _sent(session: Session, rounds: set[int]) -> dict[int, datetime]:
    """When each list went out."""
    rows = session.scalars(select(InspectionRound).where(InspectionRound.id.in_(rounds)))
    return {row.id: row.closed_at for row in rows if row.closed_at is not None}


def _newest(session: Session, statement: Select[Any]) -> dict[int, tuple[int, datetime]]:
    """The last row (its id and time) by the first column."""
    return {key: (row_id, at) for key, row_id, at in session.execute(statement.order_by(statement.selected_columns[1]))}
