"""校对: what people said of the lines of a page's text, and how much each page needs a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Table


class LineCorrection(Table):
    """One act of a person on one line of an image's text. Rows are only added; `undone_at` takes one back.

    `line_id` is the id of the line's first row: the newest row of a line that is not undone says how the line reads, and
    the whole chain is its history. `kind`: correct, confirm (right as it is), add (the engine missed it), noise (no
    text there), unreadable (□). `box` holds four corners in pixels of the stored image, clockwise from the text's top
    left, `spans` where each character of `text` stands, as `ocr.lines.Line.char_spans` (`vertical`: down the box). What the machine said is kept:
    `read_text`, `read_confidence` and `engine`, empty for an added line.
    """

    __tablename__ = "line_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(default=0, index=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    box: Mapped[list[Any]]
    spans: Mapped[list[Any]] = mapped_column(default=list)
    vertical: Mapped[bool] = mapped_column(default=False)
    read_text: Mapped[str] = mapped_column(default="")
    read_confidence: Mapped[float | None]
    engine: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PageNeed(Table):
    """How much the text of an image needs a person: the order of the correction desk's queue, derived and made again.

    `need` is the number of characters expected to be wrong, each weighed by how much it matters; `doubtful` counts the
    lines that a person should look at, `looked` those that somebody has settled.
    """

    __tablename__ = "page_need"

    version_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), index=True)
    need: Mapped[float]
    doubtful: Mapped[int]
    looked: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]


Index("ix_page_need_order", PageNeed.need, PageNeed.version_id)
