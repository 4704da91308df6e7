"""Where pages go in a dossier: materials from the list and the folders, pages in their order, new images as proposals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from archive.act_history import concerns
from archive.tables import Dossier, Material, Page, PageAct, PageVersion, ReceivedFile
from base.clock import now
from ingest.delivery.model import DeliveredDossier, DeliveredPage, MaterialRow
from ingest.partners import NewPage, Partners
from ingest.storing import StoredPage


def material_key(row: MaterialRow) -> str:
    """`class-number`, as folders name it."""
    return f"{row.class_code}-{row.number}" if row.number else row.class_code


def sync_materials(session: Session, dossier: Dossier, delivered: DeliveredDossier) -> dict[str, int]:
    """Adds the materials that the list names and those that only folders show; what is there already stays as it is.
    Their ids by key."""
    there = select(Material).where(Material.dossier_id == dossier.id)
    known = {each.key: each for each in session.scalars(there)}
    position = len(known)
    for row in delivered.materials:
        if material_key(row) in known:
            continue
        position += 1
        known[material_key(row)] = Material(
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
    for key in _keys_of_folders(delivered.pages):
        if key in known:
            continue
        position += 1
        class_code, _, number = key.rpartition("-")
        known[key] = Material(
            dossier_id=dossier.id, key=key, position=position, class_code=class_code or key, number=number
        )
    session.add_all(known.values())
    session.flush()
    return {key: material.id for key, material in known.items()}


def _keys_of_folders(pages: Iterable[DeliveredPage]) -> list[str]:
    return list(dict.fromkeys(page.material for page in pages if page.material is not None))


@dataclass(frozen=True, slots=True)
class FreshPage:
    """A stored page of a file that is new; `others` are the files that the batch had at the same place."""

    stored: StoredPage
    file: ReceivedFile
    others: Sequence[ReceivedFile] = ()


def place_pages(
    session: Session,
    dossier: Dossier,
    materials: dict[str, int],
    fresh: Sequence[FreshPage],
    replaced: list[str],
) -> list[int]:
    """Gives each new image its page and returns the ids of the versions to measure; `materials` are ids by key.

    The same place again (with other bytes) makes a proposal, wherever a person has put that page since; the other set of the same page (原始 beside
    优化) is linked to it.
    """
    partners = Partners(session, dossier)
    places: list[tuple[FreshPage, NewPage | Page, str]] = []
    links: list[tuple[FreshPage, NewPage | Page]] = []
    for each in fresh:
        stored = each.stored.page
        if each.others and (occupied := _occupied(session, dossier, each)) is not None:
            replaced.append(stored.file.path)
            places.append((each, occupied, "proposed"))
        elif (partner := partners.find(stored)) is not None:
            links.append((each, partner))
        else:
            page = NewPage(_page(dossier, stored, materials))
            partners.add(stored, page)
            places.append((each, page, "current"))
    # Most of a delivery is new pages with one image each: their rows go in together, past the session's book-keeping.
    _number(session, [page for _, page, _ in places if isinstance(page, NewPage)])
    made = _inserted(session, PageVersion, [_version(each, page.id, state) for each, page, state in places])
    return made + [_linked(session, partners, each, page.id) for each, page in links]


def _number(session: Session, pages: Sequence[NewPage]) -> None:
    for page, number in zip(pages, _inserted(session, Page, [page.values for page in pages]), strict=True):
        page.id = number


def _inserted(session: Session, table: type[Page | PageVersion], rows: Sequence[dict[str, Any]]) -> list[int]:
    """The ids of new rows, in the order of `rows`."""
    if not rows:
        return []
    return list(session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows))


def _linked(session: Session, partners: Partners, fresh: FreshPage, page_id: int) -> int:
    version = partners.link(PageVersion(**_version(fresh, page_id, "linked")))
    session.add(version)
    session.flush()
    return version.id


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


def _page(dossier: Dossier, delivered: DeliveredPage, materials: dict[str, int]) -> dict[str, Any]:
    return {
        "dossier_id": dossier.id,
        "material_id": materials.get(delivered.material or ""),
        # Gaps between positions let a person put a page between two others later.
        "position": (delivered.order + 1) * 1000,
        "number": delivered.number,
        "pattern": delivered.pattern,
        "created_at": now(),
    }


def _version(fresh: FreshPage, page_id: int, state: str) -> dict[str, Any]:
    stored = fresh.stored
    return {
        "page_id": page_id,
        "file_id": fresh.file.id,
        "file_page": stored.page.page,
        "image_set": stored.page.image_set,
        "state": state,
        "object_key": stored.key,
        "sha256": stored.sha256,
        "frame": stored.frame,
        "created_at": now(),
    }
