"""Front desk and planner: requests, decisions, copies handed out, sites; and the audit trail of everything seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import BIG, Table
from archive.tables.dossiers import Dossier
from archive.tables.people import Account, Person


class Request(Table):
    """利用申请: who asks for what of whom, and why. `state`: registered, approved, refused, done."""

    __tablename__ = "request"

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    asker_kind: Mapped[str]  # self | agent | relative | lawyer | authority | unit
    asker_name: Mapped[str]
    asker_id: Mapped[str] = mapped_column(default="")
    asker_phone: Mapped[str] = mapped_column(default="")
    asker_unit: Mapped[str] = mapped_column(default="")  # 查阅单位: who sent the asker, where a unit did
    evidence: Mapped[str] = mapped_column(default="")  # papers shown: 委托书, 死亡证明 …
    purpose: Mapped[str]
    wanted: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="registered", index=True)
    reason: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    dossier: Mapped[Dossier | None] = relationship()
    account: Mapped[Account] = relationship()
    copies: Mapped[list[Copy]] = relationship(back_populates="request", order_by="Copy.id")
    decisions: Mapped[list[Decision]] = relationship(back_populates="request", order_by="Decision.id")


class Decision(Table):
    """审批: what was decided on a request, by whom. `kind`: approve, refuse (with its reason), reopen (undoes the last)."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    kind: Mapped[str]
    officer: Mapped[bool] = mapped_column(default=False)  # decided by an officer (管档负责人), not on the spot
    reason: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]

    request: Mapped[Request] = relationship(back_populates="decisions")
    account: Mapped[Account] = relationship()


class Counter(Table):
    """The last number given out in a series, such as `L-2026`: its row is the lock that keeps numbers single and gapless."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Copy(Table):
    """复制件: what was printed for a request; `pages` are page ids in order, `object_key` the PDF as handed out."""

    __tablename__ = "copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    serial: Mapped[str] = mapped_column(unique=True)
    pages: Mapped[list[Any]]
    object_key: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]

    request: Mapped[Request] = relationship(back_populates="copies")


class Site(Table):
    """A store room to plan; `plan` is the input of the planner as `juanzong plan` reads it. A removed one can come back."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str]
    plan: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class AuditEntry(Table):
    """One line of the audit trail. Each holds the digest of the one before, so that none can be taken out unseen."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(index=True)  # account:LOGIN or system:USER of the operating system
    action: Mapped[str] = mapped_column(index=True)  # page.view, page.print, copy.make, search, batch.ingest …
    subject: Mapped[str] = mapped_column(index=True)  # page:ID, dossier:ID, request:ID …
    dossier_id: Mapped[int | None] = mapped_column(index=True)
    request_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
