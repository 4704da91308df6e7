"""The 卷内目录 on paper, row by row, held against the catalogue and the images that are there. Suggestions, never verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from standards.splitting.assign import dates_agree, title_likeness
from standards.splitting.cards import Corners

# not-listed: on the paper, in no line of the catalogue · not-on-sheet: the other way round · no-images: both name it,
# nothing was scanned · pages, title, date: they say otherwise
Differs = Literal["not-listed", "not-on-sheet", "no-images", "pages", "title", "date"]
# Titles this like each other are one; the rest may be a misread character.
_SAME_TITLE = 0.75
_SOME_TITLE = 0.5
# A number read less surely is not held against anything.
_READ = 0.75


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the sheet as read; what is not written or not legible is empty or None.

    `date` is eight digits, unknown parts 00. `box` surrounds the row, in pixels of the stored image of page `page_id`;
    `sure` gives the reading's confidence (0–1) by column: class, title, date, pages, remark.
    """

    class_code: str = ""
    number: str = ""
    title: str = ""
    date: str = ""
    pages: int | None = None
    copies: int | None = None
    remark: str = ""
    box: Corners = ()
    sure: Mapping[str, float] = field(default_factory=dict)
    page_id: int | None = None

    @property
    def key(self) -> str:
        return f"{self.class_code}-{self.number}" if self.number else self.class_code

    def as_json(self) -> dict[str, Any]:
        return {
            "class_code": self.class_code,
            "number": self.number,
            "title": self.title,
            "date": self.date,
            "pages": self.pages,
            "copies": self.copies,
            "remark": self.remark,
            "box": [[round(x, 1), round(y, 1)] for x, y in self.box],
            "sure": {name: round(value, 4) for name, value in self.sure.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], page_id: int | None = None) -> SheetRow:
        """The row that `as_json` wrote, of a page."""
        box = tuple((float(x), float(y)) for x, y in value["box"])
        return cls(**{**value, "box": box, "page_id": page_id})


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A line of our catalogue: `actual_pages` are the images that are in it; `split` is False before 分件 is confirmed."""

    id: int
    class_code: str
    number: str
    title: str
    date: str
    actual_pages: int
    split: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """What the sheet and the catalogue say otherwise. `row` and `line` are places in what was given, None where it has none."""

    kind: Differs
    row: int | None
    line: int | None
    on_sheet: str = ""
    in_catalogue: str = ""


def hold_sheet(rows: Sequence[SheetRow], lines: Sequence[CatalogueLine]) -> list[Difference]:
    """Every difference, in the sheet's order, then the lines that it does not name. Nothing where the sheet has no rows."""
    pairs = _pairs(rows, lines)
    found: list[Difference] = []
    for at, row in enumerate(rows):
        partner = pairs.get(at)
        if partner is None:
            found.append(Difference("not-listed", at, None, on_sheet=f"{row.key} {row.title}".strip()))
        else:
            found += _between(at, row, partner, lines[partner])
    named = set(pairs.values())
    if rows:
        found += [
            Difference(
                "not-on-sheet", None, at, in_catalogue=f"{line.class_code}-{line.number} {line.title}".strip(" -")
            )
            for at, line in enumerate(lines)
            if at not in named
        ]
    return found


def _between(at: int, row: SheetRow, partner: int, line: CatalogueLine) -> list[Difference]:
    found = []
    if row.title and line.title and title_likeness(row.title, line.title) < _SAME_TITLE:
        found.append(Difference("title", at, partner, row.title, line.title))
    if row.date and line.date and row.sure.get("date", 0.0) >= _READ and not dates_agree(row.date, line.date):
        found.append(Difference("date", at, partner, date_text(row.date), date_text(line.date)))
    if line.split and row.pages is not None and row.sure.get("pages", 0.0) >= _READ and row.pages != line.actual_pages:
        kind: Differs = "pages" if line.actual_pages else "no-images"
        found.append(Difference(kind, at, partner, str(row.pages), str(line.actual_pages)))
    return found


def _pairs(rows: Sequence[SheetRow], lines: Sequence[CatalogueLine]) -> dict[int, int]:
    """By row, the line that it names: by class and number where the titles have something in common, then by title."""
    pairs: dict[int, int] = {}
    free = set(range(len(lines)))

    def take(at: int, places: Sequence[int]) -> None:
        if places:
            pairs[at] = places[0]
            free.discard(places[0])

    for at, row in enumerate(rows):
        same = [place for place in sorted(free) if row.key and row.key == _key(lines[place])]
        take(at, [p for p in same if not row.title or title_likeness(row.title, lines[p].title) >= _SOME_TITLE])
    for at, row in enumerate(rows):
        if at not in pairs and row.title:
            alike = [(title_likeness(row.title, lines[p].title), row.date == lines[p].date, -p) for p in free]
            best = max(alike, default=(0.0, False, 0))
            take(at, [-best[2]] if best[0] >= _SAME_TITLE else [])
    return pairs


def _key(line: CatalogueLine) -> str:
    return f"{line.class_code}-{line.number}" if line.number else line.class_code


def date_text(digits: str) -> str:
    """Eight digits as 1983-03-12, as far as they go."""
    parts = (digits[:4], digits[4:6], digits[6:])
    return "-".join(part for part in parts if part and int(part))
