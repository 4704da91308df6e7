"""Bringing together: what belongs to nobody becomes the dossier of a row of the list, or joins one that is there.

One act for all that was marked, kept with what was before, and undone by it like every act on pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.accounts import find_or_make_enterprise
from archive.act_log import Change
from archive.batches import find_batch
from archive.dossiers import find_dossier, must_be_open, shown_name
from archive.page_acts import active_pages, end_of
from archive.tables import Account, Batch, Dossier, Material, Organization, Page, PageAct, Person
from base.clock import now
from base.errors import InputError
from ingest.delivery.model import PersonRow
from ingest.matching.desk import desk, row_key, rows_without
from ingest.people import find_or_make_person

KIND = "match"
_BETWEEN = 1000
_MOST = 500


@dataclass(frozen=True, slots=True)
class Brought:
    """One act of the desk: the dossier it made or filled, who did it and when."""

    act_id: int
    dossier_id: int
    dossier: str
    person: str
    by: str
    made_at: datetime
    undone_at: datetime | None


def bring(session: Session, viewer: Viewer, batch_id: int, marked: Sequence[str], to: str) -> int:
    """Brings the `marked` (keys of `Unplaced`) to the awaited one with the key `to`, or to any dossier `d`ID; the act's id.

    The first marked dossier of a row becomes that row's, pages and key as they are; all else goes to its end. AccessError
    `not-found`; InputError `match.none-marked`, `match.gone` (somebody was quicker), `dossier.accepted`.
    """
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    if not marked or len(marked) > _MOST:
        raise InputError("match.none-marked", limit=_MOST)
    sources = [_nobodys(session, viewer, batch, int(key[1:])) for key in marked if key[0] == "d"]
    pages = [_loose(session, batch, int(key[1:])) for key in marked if key[0] == "p"]
    if to.startswith("r"):
        row = next((each for each in rows_without(session, batch) if row_key(each) == to), None)
        if row is None:
            raise InputError("match.gone")
        target = sources.pop(0) if sources else _dossier_for(session, batch, row)
        change = Change(session, viewer, KIND, target.id, None, "")
        if target.person_id is None:
            _give(session, change, batch, target, row)
    else:
        target = find_dossier(session, viewer, int(to[1:]))
        must_be_open(target)
        if target in sources:
            raise InputError("match.gone")
        change = Change(session, viewer, KIND, target.id, None, "")
    _move(session, change, target, [*(page for each in sources for page in active_pages(session, each.id)), *pages])
    return change.commit()


def bring_sure(session: Session, viewer: Viewer, batch_id: int) -> list[int]:
    """All whose ID number agrees with one awaited, at a person's word; the ids of the acts, one for each awaited."""
    seen = desk(session, viewer, batch_id)
    together: dict[str, list[str]] = {}
    for each in seen.unplaced:
        if each.sure and each.suggested is not None:
            together.setdefault(each.suggested, []).append(each.key)
    return [bring(session, viewer, batch_id, marked, to) for to, marked in together.items()]


def brought(session: Session, viewer: Viewer, batch_id: int, *, limit: int = 50) -> list[Brought]:
    """What was brought together in a batch, the newest first; what was undone too."""
    batch = find_batch(session, viewer, batch_id)
    statement = (
        select(PageAct, Dossier, Person.name, Account.name)
        .join(Dossier, Dossier.id == PageAct.dossier_id)
        .join(Account, Account.id == PageAct.account_id)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(Dossier.batch_id == batch.id, PageAct.kind == KIND)
        .order_by(PageAct.id.desc())
        .limit(limit)
    )
    return [
        Brought(act.id, dossier.id, shown_name(dossier), person or "", by, act.made_at, act.undone_at)
        for act, dossier, person, by in session.execute(statement)
    ]


def _nobodys(session: Session, viewer: Viewer, batch: Batch, dossier_id: int) -> Dossier:
    dossier = find_dossier(session, viewer, dossier_id)
    must_be_open(dossier)
    if dossier.batch_id != batch.id or dossier.person_id is not None or not dossier.key:
        raise InputError("match.gone")
    return dossier


def _loose(session: Session, batch: Batch, page_id: int) -> Page:
    page = session.get(Page, page_id)
    if page is None or page.dossier.batch_id != batch.id or page.dossier.key or page.state != "active":
        raise InputError("match.gone")
    return page


def _dossier_for(session: Session, batch: Batch, row: PersonRow) -> Dossier:
    """A new dossier of a row: its pages came loose, so a person must say where each material begins."""
    unit = _unit(session, batch, row)
    dossier = Dossier(
        batch_id=batch.id, organization_id=unit.id, person_id=find_or_make_person(session, row, unit).id,
        key=_free_key(session, batch.id, row), archive_no=row.archive_no, layout="run", state="splitting",
        list_row=asdict(row), created_at=now(),
    )  # fmt: skip
    session.add(dossier)
    session.flush()
    return dossier


def _free_key(session: Session, batch_id: int, row: PersonRow) -> str:
    """What a folder of this dossier would be called, so that one that is delivered later comes to it."""
    names = [each for each in (row.archive_no, row.id_number or "", row.number, f"row-{row.row}") if each]
    taken = set(session.scalars(select(Dossier.key).where(Dossier.batch_id == batch_id, Dossier.key.in_(names))))
    return next((each for each in names if each not in taken), f"{names[0]}-{row.row}")


def _give(session: Session, change: Change, batch: Batch, dossier: Dossier, row: PersonRow) -> None:
    change.touch_match(dossier)
    unit = _unit(session, batch, row)
    dossier.person_id = find_or_make_person(session, row, unit).id
    dossier.organization_id, dossier.archive_no, dossier.list_row = unit.id, row.archive_no, asdict(row)


def _unit(session: Session, batch: Batch, row: PersonRow) -> Organization:
    office = session.get_one(Organization, batch.organization_id)
    return find_or_make_enterprise(session, row.organisation, office) if row.organisation else office


def _move(session: Session, change: Change, target: Dossier, pages: Sequence[Page]) -> None:
    """To the end of the dossier, in their order; into the material of the same class and number where it has one."""
    keys = dict(
        session.execute(select(Material.key, Material.id).where(Material.dossier_id == target.id)).tuples().all()
    )
    position = end_of(session, target.id)
    for page in pages:
        change.touch(page)
        page.material_id = keys.get(page.material.key) if page.material else None
        page.dossier_id, page.position = target.id, position
        position += _BETWEEN
