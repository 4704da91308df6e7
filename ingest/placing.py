"""Where pages go in a dossier: materials from the list and the folders, pages in their order, new images as proposals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.act_history import concerns
from archive.tables import Dossier, Material, Page, PageAct, PageVersion, ReceivedFile
from base.clock import now
from ingest.delivery.model import DeliveredDossier, DeliveredPage, MaterialRow
from ingest.partners import Partners
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
    """A stored page of a file that is new; `others` are the files that the batch had at the same place."""

    stored: StoredPage
    file: ReceivedFile
    others: Sequence[ReceivedFile] = ()


def place_pages(
    session: Session,
    dossier: Dossier,
    delivered: DeliveredDossier,
    fresh: Sequence[FreshPage],
    replaced: list[str],
) -> list[int]:
    """Gives each new image its page and returns the ids of the versions to measure.

    The same place again (with other bytes) makes a proposal, wherever a person has put that page since; the other set of the same page (原始 beside
    优化) is linked to it.
    """
    materials = {each.key: each.id for each in _materials(session, dossier)}
    partners = Partners(session, dossier)
    made = []
    for each in fresh:
        stored, file = each.stored, each.file
        occupied = _occupied(session, dossier, each) if each.others else None
        if occupied is not None:
            replaced.append(stored.page.file.path)
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


def _occupied(session: Session, dossier: Dossier, fresh: FreshPage) -> Page | None:
    """The page that the same place had until now. A path alone may be that of another dossier (`scan.pdf`, time after time)."""
    statement = (
        select(PageVersion.page_id)
        .where(PageVersion.file_id.in_([each.id for each in fresh.others]))
        .where(PageVersion.file_page == fresh.stored.page.page)
        .order_by(PageVersion.id.desc())
    )
    pages = list(dict.fromkeys(session.scalars(statement)))
    mine = at_home_in(session, dossier, pages) if pages else set()
    return next((session.get_one(Page, each) for each in pages if each in mine), None)


def at_home_in(session: Session, dossier: Dossier, page_ids: Sequence[int]) -> set[int]:
    """Those of the pages that stand in a dossier, or stood there until a person put them elsewhere."""
    statement = select(Page.id, Page.dossier_id).where(Page.id.in_(page_ids))
    stand = dict(session.execute(statement).tuples().all())
    away = {page for page, owner in stand.items() if owner != dossier.id}
    if not away:
        return set(stand)
    left = {
        int(page)
        for before in session.scalars(select(PageAct.before).where(concerns(dossier.id)))
        for page, was in before.get("pages", {}).items()
        if was.get("dossier_id") == dossier.id
    }
    return set(stand) - (away - left)


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
