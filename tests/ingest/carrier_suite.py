"""What every carrier of work must do. A test module inherits `CarrierSuite` and gives the fixtures `office` and `broker`.

Nothing is told by the clock: each test waits for states of rows, and whose lease runs out is said by the test.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import select, update

from archive.access import machine_viewer
from archive.jobs import acts
from archive.jobs.board import read_board
from archive.jobs.crews import SILENT
from archive.jobs.local import LEASE
from archive.office import Office, open_office
from archive.tables import JobRow
from base.clock import now
from base.progress import Silent
from base.settings import Settings
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.workers import Limits, Workers
from tests.ingest import engines
from tests.ingest.test_readings import write_page

ME = machine_viewer("tester")
_PATIENT = Limits(job_seconds=500.0, job_bytes=8 << 30)
_DEADLINE_S = 280.0
Row = tuple[str, int]


class Broker(Protocol):
    """What can happen to a broker; nothing, where there is none."""

    def lose(self) -> None:
        """All messages are gone."""

    def double(self) -> None:
        """There are far more messages than work."""

    def die(self) -> None:
        """It is killed, and comes back."""


def delivered(office: Office, folder: Path, name: str, tones: list[int]) -> int:
    """A batch of pages that do to their worker what their tone says; its id."""
    for number, tone in enumerate(tones, start=1):
        write_page(folder / name / "A001" / "1" / "1" / f"{number:03}.jpg", tone)
    return receive(office, read_delivery(folder / name), name, ME, Silent(), "da-t-31").batch_id


def rows(office: Office, batch_id: int, kind: str = "read") -> list[Row]:
    """State and attempt of a batch's jobs of one kind, in the order of its pages."""
    with office.catalogue.read() as session:
        statement = select(JobRow.state, JobRow.attempt).where(JobRow.batch_id == batch_id, JobRow.kind == kind)
        return [(state, attempt) for state, attempt in session.execute(statement.order_by(JobRow.subject_id))]


def until(workers: Workers | None, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _DEADLINE_S
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        if workers is not None:
            workers.watch()
        time.sleep(0.1)


@contextmanager
def crew(office: Office) -> Iterator[Workers]:
    with Workers(office.settings, office, 2, limits=_PATIENT, find_engine=engines.find_told) as workers:
        yield workers


def lives(settings: Settings) -> None:
    """A machine of its own: a parent and its workers, until it is killed."""
    os.setpgid(0, 0)
    office = open_office(settings)
    with crew(office) as workers:
        while True:
            workers.watch()
            time.sleep(0.1)


def act(office: Office, what: Callable[..., int], batch_id: int) -> None:
    with office.catalogue.write() as session:
        what(session, ME, batch_id)


def let_leases_run_out(office: Office) -> None:
    with office.catalogue.write() as session:
        held = update(JobRow).where(JobRow.state == "running")
        session.execute(held.values(lease_until=now() - timedelta(seconds=1)))


class CarrierSuite:
    def test_a_worker_killed_in_mid_page_is_missed_at_once_and_a_page_that_kills_two_is_set_aside(
        self, office: Office, broker: Broker, tmp_path: Path
    ) -> None:
        batch = delivered(office, tmp_path, "一批", [engines.HANGS, engines.WELL, engines.WELL])
        with crew(office) as workers:
            for attempt in (1, 2):
                until(workers, lambda attempt=attempt: rows(office, batch)[:1] == [("running", attempt)])  # type: ignore[misc]
                until(workers, lambda: rows(office, batch)[1:] == [("done", 1)] * 2 and len(workers.at_work) == 1)
                os.kill(next(iter(workers.at_work)), signal.SIGKILL)
            until(workers, lambda: rows(office, batch)[0] == ("poisoned", 2))
            until(workers, lambda: not workers.at_work)

    def test_what_a_dead_machine_held_begins_again_when_its_lease_is_over(
        self, office: Office, broker: Broker, tmp_path: Path
    ) -> None:
        # What nobody saw die is missed after its lease, and those who are left look as often as crews are told apart.
        assert LEASE + timedelta(seconds=2) < timedelta(seconds=30)
        assert SILENT <= LEASE
        batch = delivered(office, tmp_path, "一批", [engines.HANGS])
        machine = multiprocessing.get_context("spawn").Process(target=lives, args=(office.settings,))
        machine.start()
        until(None, lambda: rows(office, batch) == [("running", 1)])
        assert machine.pid is not None
        os.killpg(machine.pid, signal.SIGKILL)
        machine.join()
        with office.catalogue.read() as session:
            leases = session.scalars(select(JobRow.lease_until).where(JobRow.state == "running")).all()
        # The page's, and that of what a second worker had in hand.
        assert leases
        assert all(lease is not None and lease <= now() + LEASE for lease in leases)
        let_leases_run_out(office)
        with crew(office) as workers:
            until(workers, lambda: rows(office, batch) == [("running", 2)])

    def test_a_paused_batch_waits_a_cancelled_page_is_thrown_away_and_both_come_back(
        self, office: Office, broker: Broker, tmp_path: Path
    ) -> None:
        paused = delivered(office, tmp_path, "暂停", [engines.WELL])
        hanging = delivered(office, tmp_path, "取消", [engines.HANGS])
        act(office, acts.pause_batch, paused)
        with crew(office) as workers:
            until(workers, lambda: rows(office, hanging) == [("running", 1)])
            act(office, acts.cancel_batch, hanging)
            # What else was in hand ends by itself: who is left has the page.
            until(workers, lambda: len(workers.at_work) == 1)
            os.kill(next(iter(workers.at_work)), signal.SIGKILL)
            until(workers, lambda: not workers.at_work)
            assert rows(office, hanging) == [("cancelled", 1)]
            assert rows(office, paused, "measure") == [("waiting", 0)]
            act(office, acts.resume_batch, paused)
            until(workers, lambda: rows(office, paused) == [("done", 1)])
            act(office, acts.retry_batch, hanging)
            until(workers, lambda: rows(office, hanging) == [("running", 1)])

    def test_messages_that_are_lost_or_doubled_and_a_broker_that_dies_change_nothing(
        self, office: Office, broker: Broker, tmp_path: Path
    ) -> None:
        batch = delivered(office, tmp_path, "一批", [engines.WELL] * 3)
        broker.lose()
        with crew(office) as workers:
            until(workers, lambda: rows(office, batch) == [("done", 1)] * 3)
            broker.double()
            broker.lose()
            later = delivered(office, tmp_path, "二批", [engines.WELL] * 2)
            broker.double()
            until(workers, lambda: rows(office, later) == [("done", 1)] * 2)
            broker.die()
            last = delivered(office, tmp_path, "三批", [engines.WELL])
            until(workers, lambda: rows(office, last) == [("done", 1)])

    def test_the_board_knows_who_works(self, office: Office, broker: Broker) -> None:
        def crews() -> list[tuple[str, int, str]]:
            with office.catalogue.read() as session:
                return [(each.carrier, each.workers, each.code) for each in read_board(session).crews]

        with crew(office):
            until(None, lambda: crews() == [(office.settings.carrier, 2, "")])
        assert crews() == []


@pytest.fixture
def broker() -> Broker:
    raise NotImplementedError("the module gives it")
