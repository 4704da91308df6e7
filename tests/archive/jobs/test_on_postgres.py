"""The same suite on PostgreSQL, and what only many connections at once can show there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.catalogue import Catalogue, create_catalogue
from archive.jobs import LocalQueue, enqueue
from base.settings import load_settings
from tests.archive.jobs.acts import ActsContract, states
from tests.archive.jobs.contract import QueueContract

pytestmark = pytest.mark.service


@pytest.fixture
def catalogue(tmp_path: Path, postgres_url: str) -> Iterator[Catalogue]:
    made = create_catalogue(load_settings(tmp_path, {"JUANZONG_DATABASE_URL": postgres_url}))
    yield made
    made.close()


class TestOnPostgres(QueueContract, ActsContract):
    pass


def test_workers_that_claim_at_once_never_share_a_job(catalogue: Catalogue, queue: LocalQueue) -> None:
    with catalogue.write() as session:
        for subject in range(60):
            enqueue(session, "read", subject, batch_id=None)
    done: list[int] = []

    def work(owner: str) -> None:
        while (job := queue.claim(owner)) is not None:
            done.append(job.subject_id)
            assert queue.finish(job)

    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(60))
    assert set(states(catalogue)) == {"done"}
