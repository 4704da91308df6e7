"""The same suite on PostgreSQL, and what only many connections at once can show there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.catalogue import Catalogue, create_catalogue
from archive.jobs import LocalQueue, enqueue
from base.settings import load_settings
from tests.archive.conftest import Jump
from tests.archive.jobs.acts import ActsContract, states
from tests.archive.jobs.contract import Add, QueueContract

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


@pytest.mark.parametrize("by", [timedelta(days=1), timedelta(days=-1)])
def test_leases_go_by_the_servers_clock_whatever_a_machines_own_says(
    queue: LocalQueue, add: Add, expire: Callable[[], None], jump: Jump, by: timedelta
) -> None:
    add("read", 1)
    assert queue.claim("at work") is not None
    jump(by)
    # A machine whose clock is a day off neither takes the work of another nor shortens its lease.
    assert queue.claim("elsewhere") is None
    assert queue.shorten_leases() == 0
    jump(timedelta(0))
    expire()
    jump(by)
    assert queue.claim("elsewhere") is not None
    # Nor is what it holds kept from the others for a day, or lost to them at once.
    jump(timedelta(0))
    assert queue.claim("at work") is None
    assert queue.shorten_leases() == 0
