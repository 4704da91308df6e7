"""原始 and 优化: which page of a dossier an image of the other set belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.act_history import concerns
from archive.tables import Dossier, Material, Page, PageAct, PageVersion, ReceivedFile
from ingest.delivery.model import DeliveredPage

# A PDF made of the images is one more version of their pages.
_OTHERS: dict[str, tuple[str, ...]] = {
    "original": ("optimised", "derived"),
    "optimised": ("original", "derived"),
    "derived": ("original", "optimised"),
}


@dataclass(slots=True)
class NewPage:
    """A page that has the columns `values` and no row yet; then its `id`."""

    values: dict[str, Any]
    id: int = 0


class Partners:
    """Finds the page of which a delivered image is the other set: same material, same number, the other set's name."""

    def __init__(self, session: Session, dossier: Dossier) -> None:
        statement = (
            select(PageVersion, Page, Material.key, ReceivedFile.path)
            .join(Page, Page.id == PageVersion.page_id)
            .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
            .outerjoin(Material, Material.id == Page.material_id)
            .where(Page.dossier_id == dossier.id, PageVersion.state.in_(["current", "linked"]))
            .where(PageVersion.origin == "delivered", Page.number.is_not(None))
        )
        self._pages: dict[tuple[str | None, int, str], Page | NewPage] = {}
        self._session, self._dossier = session, dossier
        for version, page, key, path in session.execute(statement):
            # What a person brought from another dossier has the numbers of that one.
            if page.number is not None and (dossier.key in path or page.id not in self._brought):
                self._pages[(key, page.number, version.image_set)] = page

    @cached_property
    def _brought(self) -> set[int]:
        acts = select(PageAct.before, PageAct.after).where(concerns(self._dossier.id), PageAct.undone_at.is_(None))
        return {
            int(page)
            for before, after in self._session.execute(acts)
            for page, now in after.get("pages", {}).items()
            if now.get("dossier_id") == self._dossier.id != before["pages"][page].get("dossier_id")
        }

    def add(self, delivered: DeliveredPage, page: NewPage) -> None:
        if delivered.number is not None:
            self._pages[(delivered.material, delivered.number, delivered.image_set)] = page

    def find(self, delivered: DeliveredPage) -> Page | NewPage | None:
        if delivered.number is None:
            return None
        places = ((delivered.material, delivered.number, other) for other in _OTHERS[delivered.image_set])
        return next((self._pages[place] for place in places if place in self._pages), None)

    def link(self, version: PageVersion) -> PageVersion:
        """The processed image is the one that is shown and judged; the raw one stays linked to it."""
        if version.image_set == "optimised":
            shown = select(PageVersion).where(PageVersion.page_id == version.page_id, PageVersion.state == "current")
            for each in self._session.scalars(shown):
                each.state = "linked"
            # The sender's own optimised image takes the place of the one that we made.
            ours = select(PageVersion).where(PageVersion.page_id == version.page_id, PageVersion.origin == "ours")
            for each in self._session.scalars(ours):
                each.state = "old"
            version.state = "current"
        return version
