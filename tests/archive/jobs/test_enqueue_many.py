"""Many units of work in one go: as many single ones, and none twice."""

from __future__ import annotations

from sqlalchemy import func, select, update

from archive.catalogue import Catalogue
from archive.jobs import enqueue, enqueue_many
from archive.tables import Batch, JobRow
from tests.archive.jobs.contract import Add


def test_many_are_added_once(catalogue: Catalogue, add: Add) -> None:
    add("measure", 3, batch=1)
    with catalogue.write() as session:
        session.execute(update(Batch).values(state="ready"))
    with catalogue.write() as session:
        enqueue_many(session, "measure", range(1, 1201), batch_id=1, priority=7)
        enqueue_many(session, "measure", [5, 6, 1201], batch_id=1)
        enqueue_many(session, "measure", [], batch_id=1)
        enqueue(session, "measure", 1200, batch_id=1)
    with catalogue.read() as session:
        count = select(func.count()).select_from(JobRow)
        assert session.scalar(count) == 1201
        assert session.scalar(count.where(JobRow.priority == 7)) == 1199
        assert session.get_one(Batch, 1).state == "working"
