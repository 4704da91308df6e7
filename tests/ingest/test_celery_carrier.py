"""Celery on a real RabbitMQ and PostgreSQL: the suite of carriers, and a broker that is away."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from archive.jobs.board import read_board
from archive.office import Office, make_office
from base.settings import load_settings
from ingest.carriers import sender
from ingest.celery_carrier import MOST_MESSAGES, Waker, application
from tests.ingest import engines
from tests.ingest.carrier_suite import CarrierSuite, crew, delivered, rows, until

pytestmark = pytest.mark.service


class RealBroker:
    def __init__(self, url: str) -> None:
        self.waker = Waker(url, lambda most: most)

    def lose(self) -> None:
        self.waker.purge()

    def double(self) -> None:
        """As many as a queue is ever filled with, whatever waits."""
        self.waker.turn()

    def die(self) -> None:
        self.waker.close()
        os.kill(int(Path(os.environ["TEST_RABBIT_PID_FILE"]).read_text("ascii")), signal.SIGKILL)


@pytest.fixture
def office(tmp_path: Path, postgres_url: str) -> Iterator[Office]:
    given = {
        "JUANZONG_DATABASE_URL": postgres_url,
        "JUANZONG_CARRIER": "celery",
        "JUANZONG_BROKER_URL": os.environ["TEST_RABBIT_URL"],
    }
    made = make_office(load_settings(tmp_path / "office", given), "测试区档案中心", "admin", "password-1")
    yield made
    made.close()


@pytest.fixture
def broker() -> Iterator[RealBroker]:
    broker = RealBroker(os.environ["TEST_RABBIT_URL"])
    until(None, lambda: _answers(broker))
    yield broker
    broker.waker.close()


def _answers(broker: RealBroker) -> bool:
    """A broker that an earlier test killed is back; it has no message."""
    try:
        broker.waker.turn()
        broker.lose()
    except Exception:  # noqa: BLE001 — it is asked again until the deadline
        broker.waker.close()
        return False
    return True


class TestCelery(CarrierSuite):
    pass


def test_a_message_says_nothing_but_that_there_is_work(office: Office, broker: RealBroker, tmp_path: Path) -> None:
    delivered(office, tmp_path, "一批", [engines.WELL])
    woken = sender(office)
    woken.turn()
    woken.turn()
    woken.close()
    with Connection(os.environ["TEST_RABBIT_URL"]) as connection:
        queue = connection.SimpleQueue("juanzong.work", queue_args={"x-queue-type": "quorum"}, no_ack=True)
        message = queue.get(timeout=20)
        assert message.payload[:2] == [[], {}]
        assert str(tmp_path) not in str(message.headers)
        with pytest.raises(queue.Empty):
            queue.get(timeout=1)
        queue.close()


def test_no_more_messages_are_sent_than_workers_can_use(broker: RealBroker) -> None:
    broker.double()
    broker.double()
    assert broker.waker.purge() == MOST_MESSAGES


def test_while_the_broker_is_away_rows_wait_and_the_board_says_why(
    office: Office, broker: RealBroker, tmp_path: Path
) -> None:
    away = office.settings.model_copy(update={"broker_url": "amqp://nobody:x@127.0.0.1:1//"})
    batch = delivered(office, tmp_path, "一批", [engines.WELL])
    with crew(Office(away, office.catalogue, office.store)):
        until(None, lambda: _reasons(office) == {"hindered"})
    assert rows(office, batch, "measure") == [("waiting", 0)]
    with crew(office) as workers:
        until(workers, lambda: rows(office, batch) == [("done", 1)])


def _reasons(office: Office) -> set[str]:
    with office.catalogue.read() as session:
        board = read_board(session)
    assert board.hindrance is None or board.hindrance[0] == "carrier.down"
    return {group.reason for each in board.batches for group in each.groups}


def test_the_settings_are_those_that_lose_nothing() -> None:
    settings = application("amqp://x//").conf
    assert settings.task_acks_late
    assert settings.task_reject_on_worker_lost
    assert settings.worker_prefetch_multiplier == 1
    assert settings.task_queues[0].queue_arguments == {"x-queue-type": "quorum"}
