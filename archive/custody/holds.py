"""保全 and 冻结: what is held is not deleted, moved, replaced or handed over by anything until the hold is lifted or ends.

A write session looks at what it is about to change (`archive.custody.hold_guard`), so that no service has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.dossiers import shown_name
from archive.tables import Dossier, Hold, Page, PageVersion, ReceivedFile
from base.clock import now
from base.errors import AccessError, InputError

KEEP, FREEZE = "keep", "freeze"
KINDS = (KEEP, FREEZE)


@dataclass(frozen=True, slots=True)
class HoldSeen:
    """A hold as it is listed. `until` None: until it is lifted; `dossier`: the 档号 (ID numbers hidden), empty for an object."""

    id: int
    kind: str
    dossier_id: int | None
    object_key: str | None
    reason: str
    basis: str
    until: datetime | None
    actor: str
    made_at: datetime
    lifted_at: datetime | None
    lifted_by: str
    lift_reason: str
    in_force: bool
    dossier: str


def end_of(day: str, zone: ZoneInfo) -> datetime:
    """The end of a day written 2027-12-31; InputError `hold.day`."""
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone) + timedelta(days=1)
    except ValueError as error:
        raise InputError("hold.day", path=day) from error


def place_hold(
    session: Session,
    viewer: Viewer,
    *,
    dossier_id: int | None = None,
    object_key: str | None = None,
    kind: str = KEEP,
    reason: str,
    basis: str = "",
    until: datetime | None = None,
) -> int:
    """Holds one dossier, or one object; its id. InputError `hold.reason`, `hold.kind`, `hold.subject`, `hold.past`.

    A dossier out of the viewer's sight is AccessError `not-found`; an object is held by an administrator alone.
    """
    viewer.must_work_at("clerk")
    if not reason.strip():
        raise InputError("hold.reason")
    if kind not in KINDS:
        raise InputError("hold.kind", path=kind)
    if (dossier_id is None) == (object_key is None):
        raise InputError("hold.subject")
    if until is not None and until <= now():
        raise InputError("hold.past")
    if dossier_id is not None:
        _must_see(session, viewer, dossier_id)
    elif "admin" not in viewer.desks:
        raise AccessError("access.denied")
    row = Hold(
        kind=kind, dossier_id=dossier_id, object_key=object_key, reason=reason.strip(), basis=basis.strip(), until=until,
        actor=viewer.actor, made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    until_said = until.isoformat() if until else ""
    audit.record(
        session, viewer, "hold.place", f"hold:{row.id}", dossier_id=dossier_id, kind=kind, object=object_key or "",
        until=until_said,
    )  # fmt: skip
    return row.id


def lift_hold(session: Session, viewer: Viewer, hold_id: int, reason: str) -> None:
    """Ends a hold now; its row stays. InputError `hold.reason`, `hold.ended`; AccessError where it is out of sight."""
    viewer.must_work_at("clerk")
    if not reason.strip():
        raise InputError("hold.reason")
    row = session.get(Hold, hold_id)
    if row is None:
        raise AccessError("not-found")
    if row.dossier_id is not None:
        _must_see(session, viewer, row.dossier_id)
    elif "admin" not in viewer.desks:
        raise AccessError("access.denied")
    if row.lifted_at is not None:
        raise InputError("hold.ended")
    row.lifted_at, row.lifted_by, row.lift_reason = now(), viewer.actor, reason.strip()
    audit.record(session, viewer, "hold.lift", f"hold:{row.id}", dossier_id=row.dossier_id)


def holds(
    session: Session,
    viewer: Viewer,
    *,
    dossier_id: int | None = None,
    ended: bool = False,
    after: int | None = None,
    limit: int | None = None,
) -> list[HoldSeen]:
    """Those in the viewer's sight, the newest first; `ended` ones too where it is asked. `after`: the id to go on behind."""
    seen = scoped(select(Dossier.id), viewer, Dossier)
    mine: ColumnElement[bool] = Hold.dossier_id.in_(seen)
    if "admin" in viewer.desks:
        mine = or_(mine, Hold.dossier_id.is_(None))
    statement = select(Hold, Dossier).outerjoin(Dossier, Dossier.id == Hold.dossier_id).where(mine)
    if dossier_id is not None:
        statement = statement.where(Hold.dossier_id == dossier_id)
    if not ended:
        statement = statement.where(_in_force())
    if after is not None:
        statement = statement.where(Hold.id < after)
    return [_seen(*row) for row in session.execute(statement.order_by(Hold.id.desc()).limit(limit))]


def count_in_force(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Hold).where(_in_force())) or 0


def held_dossiers(session: Session, dossier_ids: Iterable[int], *kinds: str) -> set[int]:
    """Of these dossiers those under a hold (of one of `kinds`): their own, or of an object that a page of theirs shows."""
    wanted = set(dossier_ids)
    if not wanted or not session.scalar(select(Hold.id).where(_in_force()).limit(1)):
        return set()
    sort = Hold.kind.in_(kinds or KINDS)
    own = select(Hold.dossier_id).where(Hold.dossier_id.in_(wanted), sort, _in_force())
    shown = (
        select(Page.dossier_id)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .join(Hold, or_(Hold.object_key == PageVersion.object_key, Hold.object_key == ReceivedFile.object_key))
        .where(Page.dossier_id.in_(wanted), sort, _in_force())
    )
    return {each for each in (*session.scalars(own), *session.scalars(shown)) if each is not None}


def must_not_be_held(session: Session, dossier_id: int) -> None:
    """InputError `hold.held` where the dossier, or an object of it, is under a hold."""
    if held_dossiers(session, [dossier_id]):
        raise InputError("hold.held")


def must_not_be_frozen(session: Session, dossier_ids: Iterable[int]) -> None:
    """InputError `hold.frozen` where one of the dossiers is 冻结: no copy leaves the desk."""
    if held_dossiers(session, dossier_ids, FREEZE):
        raise InputError("hold.frozen")


def must_be_free(session: Session, key: str) -> None:
    """InputError `hold.held` where an object may not be deleted or released: it, or a dossier that shows it, is held."""
    if session.scalar(select(Hold.id).where(Hold.object_key == key, _in_force()).limit(1)) is not None:
        raise InputError("hold.held")
    shown = (
        select(Page.dossier_id.distinct())
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .where(or_(PageVersion.object_key == key, ReceivedFile.object_key == key))
    )
    if held_dossiers(session, session.scalars(shown)):
        raise InputError("hold.held")


def _in_force() -> ColumnElement[bool]:
    return Hold.lifted_at.is_(None) & or_(Hold.until.is_(None), Hold.until > now())


def _must_see(session: Session, viewer: Viewer, dossier_id: int) -> None:
    if session.scalar(scoped(select(Dossier.id).where(Dossier.id == dossier_id), viewer, Dossier)) is None:
        raise AccessError("not-found")


def _seen(row: Hold, dossier: Dossier | None) -> HoldSeen:
    in_force = row.lifted_at is None and (row.until is None or row.until > now())
    return HoldSeen(
        row.id, row.kind, row.dossier_id, row.object_key, row.reason, row.basis, row.until, row.actor, row.made_at,
        row.lifted_at, row.lifted_by, row.lift_reason, in_force, shown_name(dossier) if dossier else "",
    )  # fmt: skip
