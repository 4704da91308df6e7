"""A batch that a person begins at the desk, for what is going to be uploaded to it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.tables import Account, Batch
from base.clock import now
from base.errors import InputError

_LONGEST = 100


def make_batch(session: Session, viewer: Viewer, name: str, profile: str) -> int:
    """A batch of the viewer's own unit; returns its id. InputError `batch.name-missing`, `batch.name-taken`."""
    viewer.must_work_at("clerk")
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise InputError("batch.name-missing", limit=_LONGEST)
    if session.scalar(select(Batch.id).where(Batch.name == name)) is not None:
        raise InputError("batch.name-taken", name=name)
    account = session.get_one(Account, viewer.must_have_account())
    batch = Batch(name=name, organization_id=account.organization_id, profile=profile, promised={}, created_at=now())
    session.add(batch)
    session.flush()
    audit.record(session, viewer, "batch.make", f"batch:{batch.id}")
    return batch.id
