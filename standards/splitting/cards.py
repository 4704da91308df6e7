"""页卡: what one page says of its place in the dossier, as plain values. Read off by `ocr.page_card`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

# Four corners in pixels of the stored image, as `ocr.lines.Box`.
Corners = tuple[tuple[float, float], ...]
# paper: a side of some material · sheet: a 卷内目录 · cover: bag, cover, inner title · blank: nothing was read
Kind = Literal["paper", "sheet", "cover", "blank"]


@dataclass(frozen=True, slots=True)
class Seen:
    """Something read: the text, how surely (0–1), and where."""

    text: str
    confidence: float
    box: Corners = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "box": [[round(x, 1), round(y, 1)] for x, y in self.box],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Seen:
        """What `as_json` wrote."""
        return cls(value["text"], value["confidence"], tuple((float(x), float(y)) for x, y in value["box"]))


@dataclass(frozen=True, slots=True)
class PageCard:
    """The card of one page.

    `title` names the paper, None where no line does; `mark` is the item number in the top corner (`9-1-2`: class and number);
    `page_number` the number at the foot or in a lower corner, printed or in pencil; `paper_date` eight digits of the last
    date that signs the page (unknown parts 00); `headings` the known headings of columns and sections that stand on it;
    `form` the form that the field rules took it for. `lines` counts what was read.
    """

    kind: Kind
    title: Seen | None = None
    mark: Seen | None = None
    page_number: int | None = None
    paper_date: str = ""
    headings: tuple[str, ...] = field(default=())
    form: str = ""
    lines: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title.as_json() if self.title else None,
            "mark": self.mark.as_json() if self.mark else None,
            "page_number": self.page_number,
            "paper_date": self.paper_date,
            "headings": list(self.headings),
            "form": self.form,
            "lines": self.lines,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PageCard:
        """What `as_json` wrote."""
        return cls(
            kind=value["kind"],
            title=Seen.from_json(value["title"]) if value["title"] else None,
            mark=Seen.from_json(value["mark"]) if value["mark"] else None,
            page_number=value["page_number"],
            paper_date=value["paper_date"],
            headings=tuple(value["headings"]),
            form=value["form"],
            lines=value["lines"],
        )
