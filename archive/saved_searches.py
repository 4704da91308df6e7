"""Saved searches: kept per account under a name. The trail says that one was kept, run, renamed or removed, never its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.tables import SavedSearch
from base.clock import now
from base.errors import AccessError, InputError

LONGEST_NAME = 40
MOST = 200  # of one account


@dataclass(frozen=True, slots=True)
class SavedLine:
    """A saved search as its owner's list shows it."""

    id: int
    name: str
    query: str
    kind: str
    sort: str
    made_at: datetime
    used_at: datetime | None


def saved_searches(session: Session, viewer: Viewer) -> list[SavedLine]:
    """The viewer's own, the one used last first, those never used by when they were made."""
    last = func.coalesce(SavedSearch.used_at, SavedSearch.made_at)
    statement = select(SavedSearch).where(*_mine(viewer)).order_by(last.desc(), SavedSearch.id.desc())
    return [_line(row) for row in session.scalars(statement)]


def save_search(
    session: Session, viewer: Viewer, name: str, query: str, *, kind: str = "", sort: str = "relevance"
) -> int:
    """Keeps a query under a name of its own. InputError `saved-search.name`, `.name-taken`, `.empty`, `.too-many`."""
    account_id, name = viewer.must_have_account(), _free_name(session, viewer, name)
    if not query.strip():
        raise InputError("saved-search.empty")
    count = session.scalar(select(func.count()).select_from(SavedSearch).where(*_mine(viewer))) or 0
    if count >= MOST:
        raise InputError("saved-search.too-many", limit=MOST)
    row = SavedSearch(
        account_id=account_id, name=name, query=query.strip(), kind=kind, sort=sort, made_at=now(), used_at=None
    )
    session.add(row)
    session.flush()
    _told(session, viewer, "save", row)
    return row.id


def use_search(session: Session, viewer: Viewer, saved_id: int) -> SavedLine:
    """The search to run, which moves it to the top of the list. AccessError `not-found`."""
    row = _found(session, viewer, saved_id)
    row.used_at = now()
    _told(session, viewer, "use", row)
    return _line(row)


def rename_search(session: Session, viewer: Viewer, saved_id: int, name: str) -> None:
    """InputError `saved-search.name`, `.name-taken`; AccessError `not-found`. The same name again changes nothing."""
    row = _found(session, viewer, saved_id)
    if row.name == " ".join(name.split()):
        return
    row.name = _free_name(session, viewer, name)
    _told(session, viewer, "rename", row)


def remove_search(session: Session, viewer: Viewer, saved_id: int) -> None:
    """Takes it off the list; until the next one is removed it may be put back. AccessError `not-found`.

    The one removed before is forgotten now: its words may be a person's, and nobody asked to keep them.
    """
    row = _found(session, viewer, saved_id)
    session.execute(
        delete(SavedSearch).where(SavedSearch.account_id == viewer.account_id, SavedSearch.removed_at.is_not(None))
    )
    row.removed_at = now()
    _told(session, viewer, "remove", row)


def put_back(session: Session, viewer: Viewer, saved_id: int) -> None:
    """Undoes a removal; InputError `saved-search.name-taken` where its name is in use again, AccessError `not-found`."""
    row = session.get(SavedSearch, saved_id)
    if row is None or row.account_id != viewer.account_id:
        raise AccessError("not-found")
    if row.removed_at is None:
        return
    row.name = _free_name(session, viewer, row.name)
    row.removed_at = None
    _told(session, viewer, "restore", row)


def _mine(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return SavedSearch.account_id == viewer.account_id, SavedSearch.removed_at.is_(None)


def _found(session: Session, viewer: Viewer, saved_id: int) -> SavedSearch:
    """One of the viewer's own; another's does not exist for it."""
    row = session.scalar(select(SavedSearch).where(SavedSearch.id == saved_id, *_mine(viewer)))
    if row is None:
        raise AccessError("not-found")
    return row


def _free_name(session: Session, viewer: Viewer, name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME:
        raise InputError("saved-search.name", limit=LONGEST_NAME)
    if session.scalar(select(SavedSearch.id).where(SavedSearch.name == plain, *_mine(viewer))) is not None:
        raise InputError("saved-search.name-taken")
    return plain


def _told(session: Session, viewer: Viewer, act: str, row: SavedSearch) -> None:
    audit.record(session, viewer, f"saved-search.{act}", f"saved-search:{row.id}")


def _line(row: SavedSearch) -> SavedLine:
    return SavedLine(row.id, row.name, row.query, row.kind, row.sort, row.made_at, row.used_at)
