"""Uploads from a browser: what was promised, how much of each file is here, and how far the taking-in is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Table
from archive.tables.dossiers import Batch
from archive.tables.people import Account


class Upload(Table):
    """网上移交: files that one or more browsers bring to a batch. `state`: open, whole (a person said that nothing is
    missing; it waits to be taken in), receiving, received, failed (with `error_code`), removed (given up by a person).

    `total` counts the announced files; `done` those taken in so far. `lease_owner`, `lease_until` and `attempt` are of the
    process that takes it in. `answer` says how many it is about and, at the end, what became of them.
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(default="open", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    whole_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship()
    account: Mapped[Account] = relationship()


class UploadFile(Table):
    """One announced file. Its bytes lie under this row's number in the upload area; `path` is what it was delivered as.

    `got` of `size` bytes are safely here; `modified` is the file's time on the clerk's machine (ms since 1970), by which the
    same file chosen again is known. `state`: waiting, here (whole, read back, `sha256`), ignored, refused (with `reason`),
    left (a person goes on without it).
    """

    __tablename__ = "upload_file"
    __table_args__ = (UniqueConstraint("upload_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    path: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    modified: Mapped[int] = mapped_column(BigInteger, default=0)
    got: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")
    reason: Mapped[str | None]
    reason_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]


Index("ix_upload_file_state", UploadFile.upload_id, UploadFile.state, UploadFile.id)
