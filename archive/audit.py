"""The audit trail: who saw, printed, copied or changed what, in a chain of digests that shows a missing line.

No names and no ID numbers go in: rows are named by their ids.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.tables import AuditEntry
from base.clock import now

_START = "0" * 64


def record(
    session: Session,
    viewer: Viewer,
    action: str,
    subject: str,
    *,
    dossier_id: int | None = None,
    request_id: int | None = None,
    **detail: Any,
) -> None:
    """Adds one line in the caller's write transaction, so that the act and its trace are committed together."""
    previous = session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)) or _START
    entry = AuditEntry(
        at=now(),
        actor=viewer.actor,
        action=action,
        subject=subject,
        dossier_id=dossier_id,
        request_id=request_id,
        detail=detail,
        previous=previous,
        digest="",
    )
    entry.digest = digest_of(entry)
    session.add(entry)
    session.flush()


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over all that the line says and the digest of the line before it."""
    said = [
        entry.previous, _utc(entry.at), entry.actor, entry.action, entry.subject,
        entry.dossier_id, entry.request_id, entry.detail,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _utc(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """`bad` are the ids of lines whose digest or link to the line before does not hold."""

    checked: int
    bad: tuple[int, ...]


def verify(session: Session) -> AuditCheck:
    """Walks the whole chain."""
    previous, checked, bad = _START, 0, []
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        checked += 1
        if entry.previous != previous or digest_of(entry) != entry.digest:
            bad.append(entry.id)
        previous = entry.digest
    return AuditCheck(checked, tuple(bad))
