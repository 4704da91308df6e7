"""检验批: lots of dossiers, what is drawn of them, what was found, what went back, who signed. Nothing of an accepted lot changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Table
from archive.tables.dossiers import Batch, Dossier
from archive.tables.people import Account


class InspectionLot(Table):
    """检验批. `kind`: sample (drawn from), single (one dossier taken as it is). `state`: open, returned, accepted, cancelled.

    `terms` are the profile's at the time of making (`standards.terms.Terms`): what the profile says later changes nothing.
    """

    __tablename__ = "inspection_lot"

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[str] = mapped_column(default="sample")
    state: Mapped[str] = mapped_column(default="open", index=True)
    profile: Mapped[str]
    terms: Mapped[dict[str, Any]]
    seed: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship()
    rounds: Mapped[list[InspectionRound]] = relationship(back_populates="lot", order_by="InspectionRound.number")


class InspectionDossier(Table):
    """Which dossiers a lot has."""

    __tablename__ = "inspection_dossier"

    lot_id: Mapped[int] = mapped_column(ForeignKey("inspection_lot.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, index=True)


class InspectionRound(Table):
    """One inspection of a lot; after rework comes the next, and the earlier ones stay. `state`: inspecting, accepted,
    returned, cancelled.

    `plan` is as `standards.sampling.Plan.as_json` with the lot's `denominators`; `figures` are the verdict as it was closed.
    """

    __tablename__ = "inspection_round"
    __table_args__ = (UniqueConstraint("lot_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("inspection_lot.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="inspecting")
    plan: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]

    lot: Mapped[InspectionLot] = relationship(back_populates="rounds")
    units: Mapped[list[InspectionUnit]] = relationship(back_populates="round", order_by="InspectionUnit.position")
    signatures: Mapped[list[InspectionSignature]] = relationship(order_by="InspectionSignature.id")


class InspectionUnit(Table):
    """A unit that a person looks at: a page, else a material, else a dossier. `source`: drawn, rework (came back).

    `result`: None until it is finished, then ok or defects. `seen` tells which images it was about: where they have
    changed since, the result holds no more.
    """

    __tablename__ = "inspection_unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_round.id"), index=True)
    position: Mapped[int]
    source: Mapped[str] = mapped_column(default="drawn")
    stratum: Mapped[list[Any]] = mapped_column(default=list)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    material_id: Mapped[int | None] = mapped_column(ForeignKey("material.id"))
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    result: Mapped[str | None]
    seen: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    inspected_at: Mapped[datetime | None]

    round: Mapped[InspectionRound] = relationship(back_populates="units")
    dossier: Mapped[Dossier] = relationship()
    defects: Mapped[list[InspectionDefect]] = relationship(back_populates="unit", order_by="InspectionDefect.id")


class InspectionDefect(Table):
    """A defect that an inspector noted, of a kind in `standards.defects`; one taken back keeps its row."""

    __tablename__ = "inspection_defect"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("inspection_unit.id"), index=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    code: Mapped[str]
    severity: Mapped[str]
    link: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    unit: Mapped[InspectionUnit] = relationship(back_populates="defects")


class ReworkItem(Table):
    """返工清单: a place that is wrong. `state`: open, came_back (looked at again in the next round), closed, again (still
    wrong then: the next list has it anew), void (the conclusion was taken back).

    `origin`: inspection (`code` is a kind of defect) or machine (a rule). `version_id` is the image that was wrong,
    `new_version_id` the one that came back. `answer`: why nothing is reworked, by whoever closed it.
    """

    __tablename__ = "rework_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("inspection_lot.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_round.id"), index=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("page_version.id"))
    origin: Mapped[str]
    code: Mapped[str]
    severity: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    new_version_id: Mapped[int | None] = mapped_column(ForeignKey("page_version.id"))
    came_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]


class InspectionSignature(Table):
    """A signature under a closed round. `side`: processor (移交方、加工方) or district (接收方); `name` as it was typed."""

    __tablename__ = "inspection_signature"
    __table_args__ = (UniqueConstraint("round_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_round.id"), index=True)
    side: Mapped[str]
    name: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
