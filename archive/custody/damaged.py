"""What is not good in the store, as a person reads it: which page of which dossier, what is wrong, since when it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.access import Viewer, scoped
from archive.batch_details import page_number
from archive.custody import names
from archive.dossiers import shown_name
from archive.jobs.lines import Subject
from archive.tables import Batch, Copy, Dossier, Page, ReceivedFile, Request, StoredObject
from base.text.identity import hide_numbers

NOT_GOOD = ("bad", "could_not_check")
# What a person knows an object by, the most telling first: the others are named only where there is none of these.
_KINDS = ("page", "dossier", "copy", "received_file")


@dataclass(frozen=True, slots=True)
class Damaged:
    """An object that is not good. `state` bad or could_not_check, `code` why; `found_at`: when it was last looked at.

    `subjects` are the pages it shows, otherwise the dossiers, certified copies (by serial) or delivered files it belongs to, in
    the viewer's sight; `hidden`: rows name it, and none of them is.
    """

    key: str
    state: str
    code: str
    found_at: datetime | None
    subjects: tuple[Subject, ...]
    hidden: bool


def damaged(
    session: Session, viewer: Viewer, *, state: str = "", after: str = "", limit: int = 50
) -> tuple[list[Damaged], str | None]:
    """Objects in the order of their keys, of one state or of both, and the key to go on after (None: that was all)."""
    wanted = select(StoredObject).where(
        StoredObject.state.in_([state] if state else NOT_GOOD), StoredObject.key > after
    )
    rows = session.scalars(wanted.order_by(StoredObject.key).limit(limit + 1)).all()
    shown = rows[:limit]
    naming = names.rows_naming(session, [row.key for row in shown])
    known = dict(_subjects(session, viewer, {each for found in naming.values() for each in found}))
    lines = [_line(row, naming.get(row.key, []), known) for row in shown]
    return lines, shown[-1].key if len(rows) > limit else None


def _line(row: StoredObject, naming: list[str], known: dict[str, Subject]) -> Damaged:
    mine = [(each.partition(":")[0], known[each]) for each in naming if each in known]
    telling = next((kind for kind in _KINDS if any(of == kind for of, _ in mine)), "")
    subjects = tuple(subject for of, subject in mine if of == telling)
    return Damaged(row.key, row.state, row.code, row.checked_at, subjects, hidden=bool(naming) and not mine)


def _subjects(session: Session, viewer: Viewer, rows: Iterable[str]) -> Iterator[tuple[str, Subject]]:
    """What a person calls each of these rows (`page:12`), with one statement for each kind; what he may not see is left out."""
    ids: dict[str, list[int]] = {}
    for row in rows:
        kind, _, number = row.partition(":")
        ids.setdefault(kind, []).append(int(number))
    for kind in _KINDS:
        if kind in ids:
            statement, column = _statement(kind, viewer)
            for number, *said in session.execute(statement.where(column.in_(ids[kind]))):
                yield f"{kind}:{number}", _subject(kind, number, said)


def _statement(kind: str, viewer: Viewer) -> tuple[Select[Any], Any]:
    if kind == "page":
        pages = select(Page.id, Dossier, page_number()).join(Dossier, Dossier.id == Page.dossier_id)
        return scoped(pages, viewer, Page), Page.id
    if kind == "dossier":
        return scoped(select(Dossier.id, Dossier), viewer, Dossier), Dossier.id
    if kind == "copy":
        copies = select(Copy.id, Copy.serial).join(Request, Request.id == Copy.request_id)
        return scoped(copies, viewer, Request), Copy.id
    files = select(ReceivedFile.id, ReceivedFile.path).join(Batch, Batch.id == ReceivedFile.batch_id)
    return scoped(files, viewer, Batch), ReceivedFile.id


def _subject(kind: str, number: int, said: list[Any]) -> Subject:
    if kind == "page":
        return Subject(said[0].id, shown_name(said[0]), number, said[1])
    if kind == "dossier":
        return Subject(said[0].id, shown_name(said[0]))
    return Subject(dossier=said[0]) if kind == "copy" else Subject(file=hide_numbers(said[0]))
