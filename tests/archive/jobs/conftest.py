"""A queue in the test's catalogue, work in it, and leases that run out when the test says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from archive.catalogue import Catalogue
from archive.jobs import LocalQueue, enqueue
from archive.tables import Batch, JobRow, Organization
from base.clock import now
from tests.archive.jobs.contract import Add


@pytest.fixture
def queue(catalogue: Catalogue) -> LocalQueue:
    return LocalQueue(catalogue)


@pytest.fixture
def add(catalogue: Catalogue) -> Add:
    with catalogue.write() as session:
        session.add(Organization(id=1, kind="district", name="甲区", path="/1/"))
        session.add_all(Batch(id=each, name=str(each), organization_id=1, created_at=now()) for each in (1, 2))

    def put(kind: str, subject: int, priority: int = 100, batch: int | None = None) -> None:
        with catalogue.write() as session:
            enqueue(session, kind, subject, batch_id=batch, priority=priority)

    return put


@pytest.fixture
def expire(catalogue: Catalogue) -> Callable[[], None]:
    def let_leases_run_out() -> None:
        with catalogue.write() as session:
            session.execute(
                update(JobRow).where(JobRow.state == "running").values(lease_until=now() - timedelta(seconds=1))
            )

    return let_leases_run_out
