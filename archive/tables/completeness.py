"""What people say of a dossier's completeness: statements of missing papers, corrections that wait, blank backs looked at."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Table
from archive.tables.dossiers import Material
from archive.tables.pages import Page


class MissingStatement(Table):
    """缺失材料说明: the sender's written word that a key paper cannot be added. It closes the finding until it is withdrawn.

    `paper` is an id of `standards.key_papers`; `author` who wrote it, `document_no` its 文号; `page_id` the page of the
    dossier that shows the scanned statement.
    """

    __tablename__ = "missing_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    paper: Mapped[str]
    reason: Mapped[str]
    author: Mapped[str]
    written_on: Mapped[date]
    document_no: Mapped[str] = mapped_column(default="")
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class CorrectionProposal(Table):
    """A correction of an accepted dossier's 卷内目录, as one clerk proposes it and another confirms it.

    `state`: proposed, confirmed (then `correction_id` is the correction made of it), refused, withdrawn.
    """

    __tablename__ = "correction_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    field: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="proposed", index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"))

    material: Mapped[Material] = relationship()


class BlankCheck(Table):
    """One look at the contact sheet of a dossier's blank sides, all answered in one act."""

    __tablename__ = "blank_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    answers: Mapped[list[BlankAnswer]] = relationship(back_populates="check", order_by="BlankAnswer.id")


class BlankAnswer(Table):
    """What was said of one image: `blank` confirms the finding, otherwise it is overruled. A new image is a new question."""

    __tablename__ = "blank_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("blank_check.id"), index=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"), index=True)
    blank: Mapped[bool]

    check: Mapped[BlankCheck] = relationship(back_populates="answers")
    page: Mapped[Page] = relationship()
