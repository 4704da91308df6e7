"""Work that waits: jobs, who does them, and the outbox of the search index."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Table


class JobRow(Table):
    """One small unit of work. The row is the truth: whoever holds the lease works; `attempt` fences late finishers, `excused`
    are those attempts that lost their lease though their worker lived.

    `state`: waiting, running, done, failed (an error that a person must see), poisoned (killed its worker too often),
    cancelled. `unique_key` keeps the same work from being enqueued twice; `argument` is what the step is told besides its
    subject, such as the engine of a `read`. `waiting_for` says why a job that waits is not handed out (`archive.jobs.waiting`).
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
    excused: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]  # of the last attempt
    finished_at: Mapped[datetime | None]


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# What is done is most of the table and in none of these: claiming and watching cost the same after a million pages.
Index("ix_job_runnable", JobRow.priority, JobRow.id, **_where("state = 'waiting' AND waiting_for IS NULL"))
Index("ix_job_running", JobRow.lease_until, **_where("state = 'running'"))
Index(
    "ix_job_open", JobRow.state, JobRow.batch_id, JobRow.kind, JobRow.waiting_for, JobRow.created_at,
    **_where("state <> 'done'"),
)  # fmt: skip
Index("ix_job_subject", JobRow.subject_id, JobRow.kind)
Index("ix_job_batch_state", JobRow.batch_id, JobRow.state)


class CrewRow(Table):
    """The worker processes that one parent keeps on one machine. A crew whose `beat_at` is old is gone, whoever saw it go.

    `code` (empty: nothing) and `params` say what keeps it from work, such as a broker that does not answer, `since` when.
    """

    __tablename__ = "crew"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    machine: Mapped[str]
    carrier: Mapped[str]
    workers: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    code: Mapped[str] = mapped_column(default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since: Mapped[datetime | None]


class OutboxRow(Table):
    """A document of the index that must be written again, committed with its cause. Built from rows when drained.

    Waiting until it is `indexed_at`, or the index refused the document: then `rejected_at` and `reason` stay until a later
    row of the same document is taken. `attempts` counts how often the index was asked. `rebuild_id`: the newest rebuild
    that has the document as it was when the row was written.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(index=True)  # page:ID | material:ID | person:ID
    batch_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    indexed_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    rejected_at: Mapped[datetime | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    rebuild_id: Mapped[int | None]


class IndexRebuild(Table):
    """One rebuild of the search index beside the one in force. `state`: running, swapping, done, stopped, failed.

    One that is running and whose `beat_at` is old was killed; the next one starts anew. While it is swapping nobody else
    writes to the index. `owner` is the machine and process; `done` of `total` documents are written.
    """

    __tablename__ = "index_rebuild"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="running")
    owner: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str] = mapped_column(default="")
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class IndexHealth(Table):
    """The one row that says what keeps the index from being written (`code` empty: nothing) and which machine writes to it."""

    __tablename__ = "index_health"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since: Mapped[datetime | None]
    writer: Mapped[str] = mapped_column(default="")
    writer_until: Mapped[datetime | None]
