"""What the matching desk shows of a batch: on one side what belongs to nobody, on the other who has nothing yet.

A suggestion is what the first pages say, or the name that the files came with. It is shown, and taken by a person only.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.batches import find_batch
from archive.dossiers import shown_name
from archive.list_rows import joined_rows
from archive.tables import Batch, Dossier, Page, PageField, PageVersion, Person, ReceivedFile
from base.text.identity import hide_numbers, mask
from ingest.delivery import naming
from ingest.delivery.kept_lists import ListsSay
from ingest.delivery.model import PersonRow

MOST_SHOWN = 200
_LOOKED_AT = 3  # pages of a dossier that say whose it is


@dataclass(frozen=True, slots=True)
class Look:
    """A page to look at; `version_id` None where it has no image to show."""

    page_id: int
    version_id: int | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A row of the list without a dossier (`key` r…), or a dossier of the list without pages (`key` d and its id)."""

    key: str
    number: str
    name: str
    id_masked: str
    archive_no: str
    organisation: str
    pages: int | None
    id_number: str | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A dossier that is nobody's (`key` d and its id) or a loose page (p and its id), with what its first pages say.

    `suggested` is the key of the awaited one that it seems to be, `why` `id` or `name`; only an ID number is `sure`.
    """

    key: str
    name: str
    pages: int
    looks: tuple[Look, ...]
    read_name: str
    read_id: str
    suggested: str | None
    why: str

    @property
    def sure(self) -> bool:
        return self.why == "id"


@dataclass(frozen=True, slots=True)
class Desk:
    """Both sides, each at most MOST_SHOWN long; the counts are of all."""

    unplaced: tuple[Unplaced, ...]
    awaited: tuple[Awaited, ...]
    unplaced_count: int
    awaited_count: int


@dataclass(frozen=True, slots=True)
class _Says:
    """What is known of whose something is: normal ID numbers and folded names, as read or as named."""

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def desk(session: Session, viewer: Viewer, batch_id: int, words: str = "") -> Desk:
    """`words`: only awaited ones whose name, number or 档号 begins so, or whose ID number it is."""
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    awaited = awaited_of(session, batch)
    shown = [each for each in awaited if _fits(each, words)]
    unplaced, count = _unplaced(session, batch, awaited)
    return Desk(tuple(unplaced), tuple(shown[:MOST_SHOWN]), count, len(shown))


def counts(session: Session, viewer: Viewer, batch_id: int) -> tuple[int, int]:
    """How many dossiers and loose pages are nobody's, and how many of the list have nothing yet."""
    batch = find_batch(session, viewer, batch_id)
    nobodys = select(Dossier.key, func.count(Page.id)).join(Page, Page.dossier_id == Dossier.id)
    nobodys = nobodys.where(Dossier.batch_id == batch.id, Dossier.person_id.is_(None), Page.state == "active")
    found = session.execute(nobodys.group_by(Dossier.id, Dossier.key)).tuples().all()
    return sum(1 if key else pages for key, pages in found), len(awaited_of(session, batch))


def _fits(each: Awaited, words: str) -> bool:
    starts = (each.name, each.number, each.archive_no)
    return not words or any(text.startswith(words) for text in starts) or each.id_number == words.upper()


def row_key(row: PersonRow) -> str:
    """Names a row of the list in an address, and says nothing."""
    return "r" + hashlib.sha256(f"{row.list_path}\0{row.row}\0{row.name}".encode()).hexdigest()[:20]


def rows_without(session: Session, batch: Batch) -> list[PersonRow]:
    """The rows of the batch's list for which there is no dossier."""
    said = ListsSay.from_json(batch.promised.get("lists", {}))
    if not said.without:
        return []
    joined = joined_rows(session, batch.id, [row.row for row in said.without])
    return list(said.left_out(joined))


def awaited_of(session: Session, batch: Batch) -> list[Awaited]:
    """Rows without a dossier in the order of the list, then dossiers of the list without pages."""
    rows = [
        Awaited(
            row_key(row), row.number, row.name, mask(row.id_number or row.id_raw), hide_numbers(row.archive_no),
            row.organisation, row.pages, row.id_number,
        )
        for row in rows_without(session, batch)
    ]  # fmt: skip
    pages = select(Page.id).where(Page.dossier_id == Dossier.id, Page.state == "active")
    empty = select(Dossier, Person).join(Person, Person.id == Dossier.person_id)
    empty = empty.where(Dossier.batch_id == batch.id, Dossier.state != "accepted", ~pages.exists())
    for dossier, person in session.execute(empty.order_by(Dossier.id)):
        number = str(dossier.list_row.get("number", ""))
        promised = dossier.list_row.get("pages")
        rows.append(
            Awaited(
                f"d{dossier.id}", number, person.name, mask(person.id_number or person.id_raw), shown_name(dossier),
                dossier.organization.name, promised, person.id_number,
            )
        )  # fmt: skip
    return rows


def _unplaced(session: Session, batch: Batch, awaited: Sequence[Awaited]) -> tuple[list[Unplaced], int]:
    nobodys = (
        select(Dossier, func.count(Page.id))
        .join(Page, Page.dossier_id == Dossier.id)
        .where(Dossier.batch_id == batch.id, Dossier.person_id.is_(None), Page.state == "active")
        .group_by(Dossier.id)
        .order_by(Dossier.id)
    )
    dossiers = session.execute(nobodys.where(Dossier.key != "")).tuples().all()
    loose = (
        select(Page.id, func.min(ReceivedFile.path))
        .join(Dossier, Dossier.id == Page.dossier_id)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
        .where(Dossier.batch_id == batch.id, Dossier.key == "", Dossier.person_id.is_(None), Page.state == "active")
        .group_by(Page.id)
        .order_by(Page.id)
    )
    pages = session.execute(loose).tuples().all()
    heads = {f"d{each.id}": (shown_name(each), each.key.rpartition("/")[2], count) for each, count in dossiers}
    heads |= {f"p{page}": (hide_numbers(path), path.rpartition("/")[2].rpartition(".")[0], 1) for page, path in pages}
    keys = list(heads)[:MOST_SHOWN]
    looks = _looks(session, keys)
    read = _read(session, [look.page_id for each in looks.values() for look in each])
    return [_line(key, heads[key], looks.get(key, ()), read, awaited) for key in keys], len(heads)


def _looks(session: Session, keys: Sequence[str]) -> dict[str, tuple[Look, ...]]:
    """The first pages of each."""
    place = func.row_number().over(partition_by=Page.dossier_id, order_by=(Page.position, Page.id)).label("place")
    firsts = select(Page.id, Page.dossier_id, place).where(Page.state == "active")
    firsts = firsts.where(Page.dossier_id.in_([int(key[1:]) for key in keys if key[0] == "d"]))
    below = firsts.subquery()
    found: dict[str, list[int]] = {key: [int(key[1:])] for key in keys if key[0] == "p"}
    wanted = select(below.c.id, below.c.dossier_id).where(below.c.place <= _LOOKED_AT)
    for page_id, dossier_id in session.execute(wanted.order_by(below.c.dossier_id, below.c.place)):
        found.setdefault(f"d{dossier_id}", []).append(page_id)
    pages = [page for each in found.values() for page in each]
    current = select(PageVersion.page_id, PageVersion.id).where(
        PageVersion.page_id.in_(pages), PageVersion.state == "current"
    )
    versions = dict(session.execute(current).tuples().all())
    return {key: tuple(Look(page, versions.get(page)) for page in each) for key, each in found.items()}


def _read(session: Session, pages: Sequence[int]) -> Mapping[int, Sequence[tuple[str, str]]]:
    """By page the names and ID numbers that stand on it, as a person or the machine says; what was rejected is out."""
    statement = (
        select(PageVersion.page_id, PageField)
        .join(PageVersion, PageVersion.id == PageField.version_id)
        .where(PageVersion.page_id.in_(pages), PageVersion.state == "current")
        .where(PageField.name.in_(["name", "id_number"]), PageField.state != "rejected", PageField.found)
        .order_by(PageField.rank, PageField.id)
    )
    said: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for page_id, field in session.execute(statement):
        said[page_id].append((field.name, field.settled_normal or field.settled or field.normal or field.value))
    return said


def _line(
    key: str,
    head: tuple[str, str, int],
    looks: Sequence[Look],
    read: Mapping[int, Sequence[tuple[str, str]]],
    awaited: Sequence[Awaited],
) -> Unplaced:
    name, delivered, count = head
    fields = [each for look in looks for each in read.get(look.page_id, ())]
    ids = [value.upper() for kind, value in fields if kind == "id_number"]
    names = [value for kind, value in fields if kind == "name"]
    who = naming.who_of(delivered)
    says = _Says(
        _unique([*ids, (who.id_number if who else None) or ""]),
        _unique(naming.fold(each) for each in [*names, (who.name if who else None) or ""]),
    )
    suggested, why = _suggest(says, awaited)
    return Unplaced(
        key, name, count, tuple(looks), names[0] if names else "", mask(ids[0]) if ids else "", suggested, why
    )


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _suggest(says: _Says, awaited: Sequence[Awaited]) -> tuple[str | None, str]:
    """By the one ID number that agrees; by name where one alone bears it and no number says otherwise."""
    by_id = [each for each in awaited if each.id_number and each.id_number in says.ids]
    if len(by_id) == 1:
        return by_id[0].key, "id"
    if by_id:
        return None, ""
    by_name = [each for each in awaited if naming.fold(each.name) in says.names]
    if len(by_name) == 1 and not (says.ids and by_name[0].id_number):
        return by_name[0].key, "name"
    return None, ""
