"""The catalogue itself tells the index what changed: nobody who changes a row has to think of it, and nobody can forget.

A document of the index is built from rows of many tables. Each write session watches the columns that documents are built
from; before it commits it works out which documents those rows reach, and announces them in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, event, func, inspect, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, ORMExecuteState, Session

from archive import outbox
from archive.tables import (
    Dossier,
    LineCorrection,
    Material,
    NameImage,
    Organization,
    Page,
    PageVersion,
    Person,
    Place,
    Reading,
)  # fmt: skip

# The columns that documents are built from (`ingest.index_documents`). A test changes each of them.
WATCHED: dict[type[Any], tuple[str, ...]] = {
    Page: ("dossier_id", "material_id", "state"),
    PageVersion: ("page_id", "state"),
    # An image that is read again keeps its key, and may have other text behind it.
    Reading: ("version_id", "object_key", "current", "read_at"),
    LineCorrection: ("version_id", "text", "box", "undone_at"),
    Material: ("dossier_id", "title", "class_code", "year", "month", "day", "remark"),
    Dossier: ("organization_id", "person_id", "place_id", "archive_no"),
    Person: ("organization_id", "name", "former_name", "id_number", "id_raw"),
    NameImage: ("person_id", "version_id", "reading", "withdrawn_at"),
    Organization: ("name", "kind", "path"),
    Place: ("parent_id", "code", "name"),
}
# What a row stands for, as (kind, column with its id); an image, dossier, unit or place for all that is part of it.
_REACHES: dict[type[Any], tuple[tuple[str, str], ...]] = {
    Page: (("page", "id"),),
    PageVersion: (("page", "page_id"),),
    Reading: (("version", "version_id"),),
    LineCorrection: (("version", "version_id"),),
    Material: (("material", "id"),),
    Dossier: (("dossier", "id"), ("person", "person_id")),
    Person: (("person", "id"),),
    NameImage: (("person", "person_id"),),
    Organization: (("unit", "id"),),
    Place: (("place", "id"),),
}
# What is part of a new dossier or material is new itself, or was moved there.
_ALONE = {"dossier": "new dossier", "material": "new material"}
_CHANGED, _NEW, _GONE = "index.changed", "index.new", "index.gone"
_NEWS = frozenset({Reading, LineCorrection, Material, Dossier, Person, NameImage})
_KINDS: dict[type[Any], str] = {Page: "page", Material: "material", Person: "person"}
_Reached = tuple[str, int]
_Integer = ColumnElement[int] | InstrumentedAttribute[int]


class WriteSession(Session):
    """A session of the catalogue that announces what it changes."""


@event.listens_for(WriteSession, "before_flush")
def _look(session: Session, *_: object) -> None:
    """Changes are seen before they are flushed, as afterwards a row no longer knows what it was."""
    changed = _changed(session)
    for row in session.dirty:
        changes = {name: _was(row, name) for name in WATCHED.get(type(row), ()) if _has_changed(row, name)}
        if changes:
            changed.update(_reached(row, changes))
    for row in session.deleted:
        _note_gone(session, row)
    # A new row has no id before it is flushed; nothing can be built of a new page or image before it is read.
    session.info.setdefault(_NEW, []).extend(row for row in session.new if type(row) in _NEWS)


@event.listens_for(WriteSession, "do_orm_execute")
def _look_at_statement(state: ORMExecuteState) -> None:
    """UPDATE and DELETE pass the rows by: those that they meet count as changed."""
    if not (state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    model = state.bind_mapper.class_
    if model in WATCHED:
        where = state.statement.whereclause  # type: ignore[attr-defined]
        for row in state.session.scalars(select(model) if where is None else select(model).where(where)):
            if state.is_delete:
                _note_gone(state.session, row)
            _changed(state.session).update(_reached(row, dict.fromkeys(WATCHED[model])))


@event.listens_for(WriteSession, "before_commit")
def _announce(session: Session) -> None:
    session.flush()
    changed = _changed(session)
    for row in session.info.pop(_NEW, ()):
        changed.update((_ALONE.get(kind, kind), number) for kind, number in _reached(row, {}))
    reached: dict[str, set[int]] = defaultdict(set)
    for kind, number in changed:
        reached[kind].add(number)
    changed.clear()
    for statement in _documents(session, reached):
        outbox.announce_selected(session, statement)
    outbox.announce(session, session.info.pop(_GONE, ()))


def _changed(session: Session) -> set[_Reached]:
    found: set[_Reached] = session.info.setdefault(_CHANGED, set())
    return found


def _note_gone(session: Session, row: Any) -> None:
    """A row that is deleted is found no more when the transaction ends."""
    if type(row) in _KINDS:
        session.info.setdefault(_GONE, []).append(f"{_KINDS[type(row)]}:{row.id}")
    elif type(row) in WATCHED:
        _changed(session).update(_reached(row, dict.fromkeys(WATCHED[type(row)])))


def _has_changed(row: Any, name: str) -> bool:
    return bool(inspect(row).attrs[name].history.has_changes())


def _was(row: Any, name: str) -> Any:
    return next(iter(inspect(row).attrs[name].history.deleted or ()), None)


def _reached(row: Any, was: dict[str, Any]) -> Iterator[_Reached]:
    """What a row reaches, as (kind, id).

    `was` holds the columns that changed, with their values before; it is empty for a new row.
    """
    if isinstance(row, Reading) and not row.current and "current" not in was:
        return  # it lies beside the one that counts
    for kind, column in _REACHES[type(row)]:
        yield from ((kind, each) for each in (getattr(row, column), was.get(column)) if each)


def _documents(session: Session, reached: dict[str, set[int]]) -> Iterator[Select[Any]]:
    """(document id, batch) of everything reached, as statements: a unit that is renamed may reach a million pages.

    One condition at a time, so that each is answered by its own index.
    """
    units, places = _units_below(session, reached["unit"]), _places_below(session, reached["place"])
    inside = [
        column.in_(wanted)
        for column, wanted in (
            (Dossier.id, reached["dossier"]), (Dossier.organization_id, units), (Dossier.place_id, places),
        )
        if wanted
    ]  # fmt: skip
    pages = [Page.id.in_(reached["page"])] if reached["page"] else []
    materials, people = [], []
    if reached["version"]:
        pages.append(Page.id.in_(select(PageVersion.page_id).where(PageVersion.id.in_(reached["version"]))))
    if reached["material"]:
        pages.append(Page.material_id.in_(reached["material"]))
    if reached["material"] or reached["new material"]:
        materials.append(Material.id.in_(reached["material"] | reached["new material"]))
    if reached["person"]:
        people.append(Person.id.in_(reached["person"]))
    if reached["page"]:
        # A name is kept as a place on a page only while the page is in the person's dossier.
        images = select(NameImage.person_id).join(NameImage.version)
        people.append(Person.id.in_(images.where(PageVersion.page_id.in_(reached["page"]))))
    if units:
        people.append(Person.organization_id.in_(units))
    if inside:
        of_dossiers = select(Dossier.id).where(or_(*inside))
        pages.append(Page.dossier_id.in_(of_dossiers))
        materials.append(Material.dossier_id.in_(of_dossiers))
        people.append(Person.id.in_(select(Dossier.person_id).where(or_(*inside))))
    yield from (_named("page", Page.id, Dossier.batch_id).join(Page.dossier).where(each) for each in pages)
    yield from (
        _named("material", Material.id, Dossier.batch_id).join(Material.dossier).where(each) for each in materials
    )
    newest = select(func.max(Dossier.batch_id)).where(Dossier.person_id == Person.id).scalar_subquery()
    yield from (_named("person", Person.id, newest).where(each) for each in people)


def _named(kind: str, number: _Integer, batch: _Integer) -> Select[Any]:
    return select(literal(f"{kind}:").concat(cast(number, String)), batch)


def _units_below(session: Session, units: Iterable[int]) -> list[int]:
    """The units and all below them, by their paths as they are now."""
    inside = [Organization.path.contains(f"/{each}/") for each in units]
    return list(session.scalars(select(Organization.id).where(or_(*inside)))) if inside else []


def _places_below(session: Session, places: Iterable[int]) -> list[int]:
    found, level = set(places), set(places)
    while level:
        level = set(session.scalars(select(Place.id).where(Place.parent_id.in_(level)))) - found
        found |= level
    return sorted(found)
