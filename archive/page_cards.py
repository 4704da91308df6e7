"""页卡 kept: what each image says of its place, the rows of catalogue sheets, and what they suggest for 分件 and 目录.

Suggestions are worked out anew each time they are looked at; only what was read is kept, and nothing is ever applied here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.dossiers import find_dossier, materials_of
from archive.page_acts import active_pages
from archive.tables import Dossier, Page, PageCardRow, PageVersion
from base.clock import now
from standards.splitting.assign import Assigned, Listed, assign
from standards.splitting.cards import PageCard
from standards.splitting.classes import OwnWord
from standards.splitting.first_pages import Suggestion, suggest_starts
from standards.splitting.sheet import CatalogueLine, Difference, SheetRow, hold_sheet


@dataclass(frozen=True, slots=True)
class Made:
    """What a card was made of: by which rules, from which text. The same text by the same rules is not looked through again."""

    extractor: str
    text_digest: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """For 分件: `starts` are recognised first pages, `assigned` says which line of the 卷内目录 each seems to be.

    `pages` are the ids that the places count along; `read` how many of them have a card.
    """

    pages: tuple[int, ...]
    starts: tuple[Suggestion, ...]
    assigned: tuple[Assigned, ...]
    read: int


@dataclass(frozen=True, slots=True)
class SheetHeld:
    """The 卷内目录 on paper held against the catalogue: its rows, the lines in order, and what differs."""

    rows: tuple[SheetRow, ...]
    lines: tuple[CatalogueLine, ...]
    differences: tuple[Difference, ...]


def is_made(session: Session, version_id: int, made: Made) -> bool:
    """The card of this image stands and was made so."""
    row = session.scalar(select(PageCardRow).where(PageCardRow.version_id == version_id))
    return row is not None and Made(row.extractor, row.text_digest) == made


def keep_card(session: Session, version_id: int, made: Made, card: PageCard, rows: Sequence[SheetRow]) -> None:
    """Writes the card of an image over the one before it."""
    row = session.scalar(select(PageCardRow).where(PageCardRow.version_id == version_id))
    if row is None:
        row = PageCardRow(version_id=version_id)
        session.add(row)
    row.extractor, row.text_digest, row.form = made.extractor, made.text_digest, card.form
    row.card, row.sheet = card.as_json(), {"rows": [each.as_json() for each in rows]} if rows else {}
    row.made_at = now()
    session.flush()


def suggest(session: Session, viewer: Viewer, dossier_id: int, own: Sequence[OwnWord] = ()) -> Suggested:
    """Where materials seem to begin, by the cards of the dossier's pages in order; pages without a card suggest nothing."""
    dossier = find_dossier(session, viewer, dossier_id)
    pages = active_pages(session, dossier.id)
    known = _cards(session, dossier)
    cards = [known.get(page.id, _UNREAD) for page in pages]
    cards = [
        _UNREAD if page.pattern == "cover" and card.kind == "paper" else card
        for page, card in zip(pages, cards, strict=True)
    ]
    starts = suggest_starts(cards, own)
    listed = [
        Listed(
            line.values["title"],
            line.values["class_code"],
            _digits(line.values["year"], line.values["month"], line.values["day"]),
            line.values["declared_pages"],
        )
        for line in materials_of(session, viewer, dossier_id)
    ]
    assigned = assign(listed, cards, starts) if starts else []
    return Suggested(tuple(page.id for page in pages), tuple(starts), tuple(assigned), len(known))


_UNREAD = PageCard("blank")


def _cards(session: Session, dossier: Dossier) -> dict[int, PageCard]:
    statement = (
        select(Page.id, PageCardRow.card)
        .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
        .join(PageCardRow, PageCardRow.version_id == PageVersion.id)
        .where(Page.dossier_id == dossier.id, Page.state == "active")
    )
    return {page_id: PageCard.from_json(card) for page_id, card in session.execute(statement)}


def sheet_held(session: Session, viewer: Viewer, dossier_id: int) -> SheetHeld:
    """The rows of the dossier's catalogue sheets, in the order of its pages, against our 卷内目录 and the images."""
    dossier = find_dossier(session, viewer, dossier_id)
    statement = (
        select(Page.id, PageCardRow.sheet)
        .join(PageVersion, (PageVersion.page_id == Page.id) & (PageVersion.state == "current"))
        .join(PageCardRow, PageCardRow.version_id == PageVersion.id)
        .where(Page.dossier_id == dossier.id, Page.state == "active")
        .order_by(Page.position, Page.id)
    )
    rows = tuple(
        SheetRow.from_json(row, page_id)
        for page_id, sheet in session.execute(statement)
        for row in (sheet or {}).get("rows", ())
    )
    lines = tuple(
        CatalogueLine(
            id=line.id,
            class_code=line.values["class_code"],
            number=line.values["number"],
            title=line.values["title"],
            date=_digits(line.values["year"], line.values["month"], line.values["day"]),
            actual_pages=line.actual_pages,
            split=dossier.state != "splitting",
        )
        for line in materials_of(session, viewer, dossier_id)
    )
    return SheetHeld(rows, lines, tuple(hold_sheet(rows, lines)) if rows else ())


def _digits(year: int | None, month: int | None, day: int | None) -> str:
    return f"{year:04d}{month or 0:02d}{day or 0:02d}" if year else ""
