"""What was read off the papers beyond their lines: fields with what a person says of them, cards of pages, words of classes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Table
from archive.tables.pages import PageVersion


class PageField(Table):
    """字段: one value that one image of a page states. Every value is kept; which one holds is decided by nobody here.

    `value`, `normal`, `box`, `confidence`, `marks` and `candidates` are the machine's and follow each new reading.
    `state`: suggested, confirmed, rejected. `settled` and `settled_normal` are what the person confirmed or typed: they stay
    whatever is read later. `found` is False where the newest reading shows the value no more: kept for what was decided.
    """

    __tablename__ = "page_field"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"), index=True)
    name: Mapped[str]
    rank: Mapped[int]  # order on the page
    value: Mapped[str]
    normal: Mapped[str] = mapped_column(default="")
    box: Mapped[list[Any]] = mapped_column(default=list)  # four corners in pixels of the stored image; empty: nowhere
    confidence: Mapped[float]
    form: Mapped[str] = mapped_column(default="")
    marks: Mapped[list[Any]] = mapped_column(default=list)
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    found: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(default="suggested")
    settled: Mapped[str | None]
    settled_normal: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    made_at: Mapped[datetime]

    version: Mapped[PageVersion] = relationship()


class FieldAct(Table):
    """What a person said of a value: confirm, correct, reject. `before` undoes it."""

    __tablename__ = "field_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("page_field.id"), index=True)
    kind: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    field: Mapped[PageField] = relationship()


class PageCardRow(Table):
    """页卡: what one image says of its place in the dossier, as `standards.splitting.PageCard`. Made anew with each reading.

    `text_digest` and `extractor` name what it was made of: the same text by the same rules is not looked through again.
    """

    __tablename__ = "page_card"
    __table_args__ = (UniqueConstraint("version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"))
    extractor: Mapped[str]
    text_digest: Mapped[str]
    form: Mapped[str] = mapped_column(default="")
    card: Mapped[dict[str, Any]]
    sheet: Mapped[dict[str, Any]] = mapped_column(default=dict)  # rows of a 卷内目录, where the page is one
    made_at: Mapped[datetime]


class ClassWord(Table):
    """A unit's own rule: papers whose title holds `word` belong to a class. It comes before the built-in words."""

    __tablename__ = "class_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    word: Mapped[str]
    class_code: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
