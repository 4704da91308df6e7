"""What stands between a write session and what is held: whatever service changes a row, a hold is asked first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session

from archive.custody.holds import held_dossiers
from archive.tables import Copy, Dossier, Material, Page, PageVersion, ReceivedFile
from base.errors import InputError

# Columns that say where a page, an image or a dossier belongs and whether it stands there.
_GUARDED: dict[type[Any], tuple[str, ...]] = {
    Page: ("dossier_id", "material_id", "position", "state"),
    PageVersion: ("page_id", "state", "object_key", "file_id"),
    Material: ("dossier_id",),
    Dossier: ("batch_id", "organization_id", "person_id"),
    ReceivedFile: ("object_key",),
}
_LEAVES = "returned"  # a dossier that goes back to who sent it
_NEVER_DELETED: tuple[type[Any], ...] = (*_GUARDED, Copy)


def guard(sessions: type[Session]) -> None:
    """Watches all sessions of this class. A change of what is held is InputError `hold.held`, and the transaction ends."""
    event.listen(sessions, "before_flush", _look)
    event.listen(sessions, "do_orm_execute", _look_at_statement)


def _look(session: Session, *_: object) -> None:
    touched = [row for row in session.dirty if _is_moved(row)]
    touched += [row for row in session.deleted if isinstance(row, _NEVER_DELETED)]
    if touched:
        with session.no_autoflush:
            _must_be_free(session, (each for row in touched for each in _dossiers_of(session, row)))


def _look_at_statement(state: ORMExecuteState) -> None:
    """UPDATE and DELETE pass the rows by: those that they meet count as changed."""
    if not (state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    model = state.bind_mapper.class_
    if model not in _NEVER_DELETED or (state.is_update and not _sets(state, model)):
        return
    where = state.statement.whereclause  # type: ignore[attr-defined]
    rows = state.session.scalars(select(model) if where is None else select(model).where(where))
    _must_be_free(state.session, (each for row in rows for each in _dossiers_of(state.session, row)))


def _sets(state: ORMExecuteState, model: type[Any]) -> bool:
    columns = {getattr(each, "key", each) for each in getattr(state.statement, "_values", None) or ()}
    return bool(columns.intersection(_GUARDED.get(model, ())) or (model is Dossier and "state" in columns))


def _is_moved(row: Any) -> bool:
    if any(_history(row, name).has_changes() for name in _GUARDED.get(type(row), ())):
        return True
    return isinstance(row, Dossier) and row.state == _LEAVES and bool(_history(row, "state").has_changes())


def _history(row: Any, name: str) -> Any:
    return inspect(row).attrs[name].history


def _dossiers_of(session: Session, row: Any) -> Iterator[int]:
    """The dossiers that a row belongs to, and belonged to before the change."""
    if isinstance(row, Dossier):
        yield row.id
    elif isinstance(row, Page | Material):
        yield row.dossier_id
        yield from (each for each in _history(row, "dossier_id").deleted or () if each is not None)
    elif isinstance(row, PageVersion):
        yield from _of_pages(session, Page.id == row.page_id)
    elif isinstance(row, ReceivedFile):
        shown = select(PageVersion.page_id).where(PageVersion.file_id == row.id)
        yield from _of_pages(session, Page.id.in_(shown))
    elif isinstance(row, Copy):
        yield from _of_pages(session, Page.id.in_([int(each) for each in row.pages]))


def _of_pages(session: Session, where: Any) -> Iterable[int]:
    return session.scalars(select(Page.dossier_id.distinct()).where(where)).all()


def _must_be_free(session: Session, dossier_ids: Iterable[int]) -> None:
    if held_dossiers(session, dossier_ids):
        raise InputError("hold.held")
