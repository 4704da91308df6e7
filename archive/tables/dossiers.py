"""Batches, the files they brought, dossiers and their materials, and where the paper stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import BIG, Table
from archive.tables.people import Organization, Person


class Batch(Table):
    """移交批次: what one hand-over promised. `state`: receiving, working, ready (all read), accepted, returned."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    state: Mapped[str] = mapped_column(default="receiving", index=True)
    profile: Mapped[str] = mapped_column(default="da-t-31")
    promised: Mapped[dict[str, Any]] = mapped_column(default=dict)  # counts of the lists: people, pages
    notes: Mapped[list[Any]] = mapped_column(default=list)  # what the lists say that does not fit: code and params
    created_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]  # no unit of its work is begun until a person lets it go on
    paused_by: Mapped[str] = mapped_column(default="", server_default="")

    organization: Mapped[Organization] = relationship()


class BatchTally(Table):
    """The counts of a batch as they were at `counted_at`, for lists (`archive.batch_tallies.Tally`).

    `asks`: something in it waits for a person. Nothing but lists may rest on it.
    """

    __tablename__ = "batch_tally"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    pages: Mapped[int]
    asks: Mapped[bool]
    counts: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]


class ReceivedFile(Table):
    """One file of a delivery. The same bytes at two places are two rows.

    `path` is the one it was delivered with, behind `home`: what the delivered folder is called, where it is itself the dossier or
    the page is loose, so that the path alone would be that of another sheet in another folder.

    `state`: received, quarantined (待处理, with `reason`), list, ignored, gone (moved elsewhere in a later delivery),
    container (a ZIP: its members are files of their own, so no object is kept and `object_key` is empty), manifest, separator.
    """

    __tablename__ = "received_file"
    __table_args__ = (
        UniqueConstraint("batch_id", "path", "sha256"),
        Index("ix_received_file_batch_state", "batch_id", "state", "path", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    path: Mapped[str]
    home: Mapped[str] = mapped_column(default="", server_default="")
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BIG)
    object_key: Mapped[str]
    state: Mapped[str] = mapped_column(default="received")
    reason: Mapped[str | None]
    reason_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    received_at: Mapped[datetime]

    @property
    def delivered_path(self) -> str:
        """The path that it was delivered with."""
        return self.path.removeprefix(f"{self.home}/") if self.home else self.path

    def told_in(self, delivery: str) -> str:
        """Its name within a delivery of that name: a file of another folder has that folder's name before it."""
        return self.delivered_path if self.home == delivery else self.path


class Place(Table):
    """库位: 库房-列-节-层-盒, a tree of places for the paper."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str]  # room | row | section | shelf | box
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")


class Dossier(Table):
    """卷: one person's file of one delivery. `key` is what the delivery calls it.

    `state`: received, splitting (待分件: its pages run through and a person must confirm the boundaries), working,
    checked, accepted, returned. The desk copies only from accepted dossiers.
    """

    __tablename__ = "dossier"
    # Lists go by 档号 and id: of the office, a batch, a unit, a state.
    __table_args__ = (
        UniqueConstraint("batch_id", "key"),
        Index("ix_dossier_order", "archive_no", "id"),
        Index("ix_dossier_batch_order", "batch_id", "archive_no", "id"),
        Index("ix_dossier_unit_order", "organization_id", "archive_no", "id"),
        Index("ix_dossier_state_order", "state", "archive_no", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    key: Mapped[str]
    archive_no: Mapped[str] = mapped_column(default="")
    layout: Mapped[str] = mapped_column(default="folders")
    state: Mapped[str] = mapped_column(default="received")
    list_row: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the sender's row as written, never altered
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship()
    person: Mapped[Person | None] = relationship()
    organization: Mapped[Organization] = relationship()


class Material(Table):
    """材料(份): one paper of the dossier. `key` is `class-number`; dates are kept in parts, None where not written.

    `revision` counts the changes of its text (corrections, pages): its searchable PDF is keyed by it.
    """

    __tablename__ = "material"
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    key: Mapped[str]
    position: Mapped[int]
    class_code: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]
    month: Mapped[int | None]
    day: Mapped[int | None]
    copies: Mapped[int | None]
    declared_pages: Mapped[int | None]
    remark: Mapped[str] = mapped_column(default="")
    list_row: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    pdf_key: Mapped[str | None]
    origin: Mapped[str] = mapped_column(
        default="list", server_default="list"
    )  # or ours: added when its pages were split

    dossier: Mapped[Dossier] = relationship()


class Correction(Table):
    """A correction of the catalogue (卷内目录): ours, with old value, reason and name; the sender's list stays."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    field: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    reason: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
