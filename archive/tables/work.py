"""Work that waits: jobs, and the outbox of the search index."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Table


class JobRow(Table):
    """One small unit of work. The row is the truth: whoever holds the lease works; `attempt` fences late finishers.

    `state`: waiting, running, done, failed (an error that a person must see), poisoned (killed its worker too often),
    cancelled. `unique_key` keeps the same work from being enqueued twice; `argument` is what the step is told besides its
    subject, such as the engine of a `read`.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[int]
    argument: Mapped[str] = mapped_column(default="", server_default="")
    unique_key: Mapped[str] = mapped_column(unique=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    priority: Mapped[int] = mapped_column(default=100)  # smaller is sooner
    state: Mapped[str] = mapped_column(default="waiting")
    waiting_for: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


Index("ix_job_claim", JobRow.state, JobRow.priority, JobRow.id)
Index("ix_job_subject", JobRow.subject_id, JobRow.kind)
Index("ix_job_batch_state", JobRow.batch_id, JobRow.state)


class OutboxRow(Table):
    """A document of the index that must be written again, committed with its cause. Built from rows when drained."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(index=True)  # page:ID | material:ID | person:ID
    batch_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    indexed_at: Mapped[datetime | None] = mapped_column(index=True)
