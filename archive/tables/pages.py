"""Pages, their versions, what was measured, found and read on them, and what people did with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Table
from archive.tables.dossiers import Dossier, Material, ReceivedFile


class Page(Table):
    """页: one side of a sheet. Its image may change (a re-scan); the page and its id stay.

    `position` orders the pages of a dossier; `number` is what the delivered name says. `state`: active, removed (moved
    out of the dossier's order by a person; kept). `material_id` is None before 分件.
    """

    __tablename__ = "page"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("material.id"), index=True)
    position: Mapped[int]
    number: Mapped[int | None]
    pattern: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="active")
    created_at: Mapped[datetime]

    dossier: Mapped[Dossier] = relationship()
    material: Mapped[Material | None] = relationship()
    versions: Mapped[list[PageVersion]] = relationship(back_populates="page", order_by="PageVersion.id")


Index("ix_page_order", Page.dossier_id, Page.position, Page.id)


class PageVersion(Table):
    """One image of a page. `state`: current, linked (the other set of the same page: 原始 beside 优化), proposed
    (a new image at an occupied place, until a person accepts it), old (kept, outside search and copies).
    `origin`: delivered, or ours: an optimised image that a repair made of the version `source_id`.

    `object_key` holds the image (`frame` counts from 0 in a multi-page TIFF); for a PDF it is the page's own image
    taken out of the original `received_file`. `measures` are as `standards.values.Measure.as_json` by name.
    """

    __tablename__ = "page_version"
    __table_args__ = (UniqueConstraint("file_id", "file_page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("received_file.id"))
    file_page: Mapped[int]  # counts from 1 within the delivered file
    image_set: Mapped[str] = mapped_column(default="original")
    state: Mapped[str] = mapped_column(default="current", index=True)
    object_key: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    frame: Mapped[int] = mapped_column(default=0)
    width: Mapped[int | None]
    height: Mapped[int | None]
    view_key: Mapped[str | None]  # reduced image for first sight
    thumbnail_key: Mapped[str | None]
    measures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    measured_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(default="delivered", server_default="delivered")
    source_id: Mapped[int | None]

    page: Mapped[Page] = relationship(back_populates="versions")
    file: Mapped[ReceivedFile] = relationship()
    readings: Mapped[list[Reading]] = relationship(back_populates="version", order_by="Reading.id")


class PageRepair(Table):
    """修图: one request to repair a page, what was done and the proof that its original stayed as it was.

    `state`: waiting, made (`version_id` is the optimised image), nothing (nothing to do), failed (`error_code` says why).
    `done` and `left` are notes as `{"code", "params"}`; the digests are SHA-256 of the original as recorded, as read before
    and after, and of what was made. `step` is the version of the step that made it.
    """

    __tablename__ = "page_repair"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("page_version.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    step: Mapped[str] = mapped_column(default="")
    done: Mapped[list[Any]] = mapped_column(default=list)
    left: Mapped[list[Any]] = mapped_column(default=list)
    recipe: Mapped[dict[str, Any]] = mapped_column(default=dict)  # turn, angle, box, margin, colours
    original_sha256: Mapped[str] = mapped_column(default="")
    read_before: Mapped[str] = mapped_column(default="")
    read_after: Mapped[str] = mapped_column(default="")
    made_sha256: Mapped[str] = mapped_column(default="")
    error_code: Mapped[str | None]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Reading(Table):
    """One reading of one image by one engine in one setting; its lines are the object `object_key`.

    Readings by other engines, versions or parameters lie beside each other (`parameters`: `ocr.results.parameters_digest`;
    empty for readings made before it was kept). Exactly one is `current` and counts: the newest that a person chose
    (`chosen_at`), otherwise the newest of the office's own engine.
    """

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("version_id", "engine", "engine_version", "parameters"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("page_version.id"), index=True)
    engine: Mapped[str]
    engine_version: Mapped[str]
    parameters: Mapped[str] = mapped_column(default="", server_default="")
    object_key: Mapped[str]
    rotation: Mapped[int]
    line_count: Mapped[int]
    characters: Mapped[int]
    confidence: Mapped[float]
    current: Mapped[bool] = mapped_column(default=True)
    read_at: Mapped[datetime]
    chosen_at: Mapped[datetime | None]

    version: Mapped[PageVersion] = relationship(back_populates="readings")


class FindingRow(Table):
    """检测结果: a rule's verdict on a page, material, dossier or batch, as `standards.values.Finding`."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("material.id"))
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("page_version.id"), index=True)
    scope: Mapped[str]  # page | material | dossier | batch: what a new run of its rules replaces
    rule: Mapped[str] = mapped_column(index=True)
    verdict: Mapped[str]
    severity: Mapped[str]
    measured: Mapped[str | None]
    limit: Mapped[str | None]
    unit: Mapped[str] = mapped_column(default="")
    clause: Mapped[str] = mapped_column(default="")
    certainty: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    found_at: Mapped[datetime]


Index("ix_finding_batch_rule", FindingRow.batch_id, FindingRow.rule, FindingRow.id)


class PageAct(Table):
    """What a person did with pages: 补扫, 替换, 插入, 调序, 移入他卷, 分件, accept a proposal. `before` undoes it."""

    __tablename__ = "page_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PageActDossier(Table):
    """Another dossier that an act took pages to or from, so that its history tells of the act as well."""

    __tablename__ = "page_act_dossier"

    act_id: Mapped[int] = mapped_column(ForeignKey("page_act.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, index=True)
