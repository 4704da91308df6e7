"""Where pages go in a dossier: materials from the list and the folders, pages in their order, new images as proposals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.tables import Dossier, Material, Page, PageVersion, ReceivedFile
from base.clock import now
from ingest.delivery.model import DeliveredDossier, DeliveredPage, MaterialRow
from ingest.storing import StoredPage


def material_key(row: MaterialRow) -> str:
    """`class-number`, as folders name it."""
    return f"{row.class_code}-{row.number}" if row.number else row.class_code


def sync_materials(session: Session, dossier: Dossier, delivered: DeliveredDossier) -> None:
    """Adds the materials that the list names and those that only folders show; what is there already stays as it is."""
    known = {each.key for each in _materials(session, dossier)}
    position = len(known)
    for row in delivered.materials:
        if material_key(row) in known:
            continue
        known.add(material_key(row))
        position += 1
        session.add(
            Material(
                dossier_id=dossier.id,
                key=material_key(row),
                position=position,
                class_code=row.class_code,
                number=row.number,
                title=row.title,
                year=row.year,
                month=row.month,
                day=row.day,
                copies=row.copies,
                declared_pages=row.pages,
                remark=row.remark,
                list_row=asdict(row),
            )
        )
    for key in _keys_of_folders(delivered.pages):
        if key in known:
            continue
        known.add(key)
        position += 1
        class_code, _, number = key.rpartition("-")
        session.add(
            Material(dossier_id=dossier.id, key=key, position=position, class_code=class_code or key, number=number)
        )
    session.flush()


def _keys_of_folders(pages: Iterable[DeliveredPage]) -> list[str]:
    return list(dict.fromkeys(page.material for page in pages if page.material is not None))


def _materials(session: Session, dossier: Dossier) -> Sequence[Material]:
    return session.scalars(select(Material).where(Material.dossier_id == dossier.id)).all()


@dataclass(frozen=True, slots=True)
class FreshPage:
    """A stored page of a file that is new; `place_was_taken` says that the batch had another file at the same path."""

    stored: StoredPage
    file: ReceivedFile
    place_was_taken: bool = True


def place_pages(
    session: Session,
    dossier: Dossier,
    delivered: DeliveredDossier,
    fresh: Sequence[FreshPage],
    replaced: list[str],
) -> list[int]:
    """Gives each new image its page and returns the ids of the versions to measure.

    The same place again (the same path with other bytes) makes a proposal; the other set of the same page (原始 beside
    优化) is linked to it.
    """
    materials = {each.key: each.id for each in _materials(session, dossier)}
    partners = _Partners(session, dossier)
    made = []
    for each in fresh:
        stored, file = each.stored, each.file
        occupied = _occupied(session, stored, file) if each.place_was_taken else None
        if occupied is not None:
            replaced.append(file.path)
            version = _version(stored, file, occupied, "proposed")
        else:
            page = partners.find(stored.page)
            if page is None:
                page = _new_page(dossier, stored.page, materials)
                session.add(page)
                partners.add(stored.page, page)
                version = _version(stored, file, page, "current")
            else:
                session.flush()
                version = partners.link(_version(stored, file, page, "linked"))
        session.add(version)
        made.append(version)
    session.flush()
    return [version.id for version in made]


def _occupied(session: Session, stored: StoredPage, file: ReceivedFile) -> Page | None:
    statement = (
        select(Page)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .where(
            ReceivedFile.batch_id == file.batch_id,
            ReceivedFile.path == file.path,
            ReceivedFile.id != file.id,
            PageVersion.file_page == stored.page.page,
        )
        .order_by(PageVersion.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def _new_page(dossier: Dossier, delivered: DeliveredPage, materials: dict[str, int]) -> Page:
    return Page(
        dossier_id=dossier.id,
        material_id=materials.get(delivered.material or ""),
        # Gaps between positions let a person put a page between two others later.
        position=(delivered.order + 1) * 1000,
        number=delivered.number,
        pattern=delivered.pattern,
        created_at=now(),
    )


def _version(stored: StoredPage, file: ReceivedFile, page: Page, state: str) -> PageVersion:
    # A page that is new itself gets its number with its first image, in one step.
    place = {"page": page} if page.id is None else {"page_id": page.id}
    return PageVersion(
        **place,
        file_id=file.id,
        file_page=stored.page.page,
        image_set=stored.page.image_set,
        state=state,
        object_key=stored.key,
        sha256=stored.sha256,
        frame=stored.frame,
        created_at=now(),
    )


# A PDF made of the images is one more version of their pages.
_OTHERS: dict[str, tuple[str, ...]] = {
    "original": ("optimised", "derived"),
    "optimised": ("original", "derived"),
    "derived": ("original", "optimised"),
}


class _Partners:
    """Finds the page of which a delivered image is the other set: same material, same number, the other set's name."""

    def __init__(self, session: Session, dossier: Dossier) -> None:
        statement = (
            select(Page, PageVersion, Material.key)
            .join(PageVersion, PageVersion.page_id == Page.id)
            .outerjoin(Material, Material.id == Page.material_id)
            .where(Page.dossier_id == dossier.id, PageVersion.state.in_(["current", "linked"]))
            .where(PageVersion.origin == "delivered")
            .order_by(PageVersion.id)
        )
        self._pages: dict[tuple[str | None, int, str], Page] = {}
        self._session = session
        for page, version, key in session.execute(statement):
            if page.number is not None:
                self._pages[(key, page.number, version.image_set)] = page

    def add(self, delivered: DeliveredPage, page: Page) -> None:
        if delivered.number is not None:
            self._pages[(delivered.material, delivered.number, delivered.image_set)] = page

    def find(self, delivered: DeliveredPage) -> Page | None:
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
