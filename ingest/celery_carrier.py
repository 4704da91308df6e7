"""Celery on RabbitMQ: wakes the workers of many machines. The one module that names Celery.

A message says nothing but "there is work": whoever takes it claims the most urgent row, whichever that is. It is acknowledged
when the unit is done (acks_late), so the message of a worker that died goes to the next one at once. The parent tops the
queue up to as many messages as rows could be handed out: so it sends what was enqueued, and sends again what was lost.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

from amqp.exceptions import AMQPError
from celery import Celery
from celery.worker import state
from celery.worker.consumer import Consumer
from kombu import entity
from kombu.exceptions import OperationalError

from base.errors import JuanzongError
from ingest.carriers import AWAY, Bench

# More would be woken for nothing: it is topped up twice a second.
MOST_MESSAGES = 200
_NAME = "juanzong.work"
_WAKE = "juanzong.wake"
# Declared by whoever comes first; kept on a majority of the brokers' disks.
_KINDS: Any = entity  # kombu's own types are not whole
_QUEUE = _KINDS.Queue(
    _NAME, _KINDS.Exchange(_NAME, type="direct"), _NAME, durable=True, queue_arguments={"x-queue-type": "quorum"}
)
_FAILURES = (OperationalError, AMQPError, OSError)
_SETTINGS = {
    "task_queues": [_QUEUE],
    "task_default_queue": _NAME,
    "task_default_exchange": _NAME,
    "task_default_routing_key": _NAME,
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "worker_consumer": "ingest.celery_carrier:PlainConsumer",
    "worker_enable_remote_control": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_connection_timeout": 5,
    # A unit runs in the thread that would answer heartbeats; a broker that is gone is told by TCP's own keepalive.
    "broker_heartbeat": 0,
    "broker_transport_options": {"confirm_publish": True},
}


class PlainConsumer(Consumer):  # type: ignore[misc]
    """Without what our messages do not need: delayed delivery alone would declare 28 queues on the office's broker."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        default_steps = tuple(
            each for each in Consumer.Blueprint.default_steps if not each.endswith(":DelayedDelivery")
        )  # fmt: skip


def application(url: str) -> Celery:
    """Our Celery with its one task, which does nothing until `Woken` gives it a bench."""
    app = Celery("juanzong", broker=url, set_as_current=False, fixups=[])
    app.conf.update(_SETTINGS)
    return app


class Woken:
    """The worker's end: one process that takes a message, does a unit, acknowledges it and takes the next."""

    def __init__(self, url: str) -> None:
        self._app = application(url)

    def follow(self, bench: Bench) -> None:
        """Ends with the process's share of work. A broker that is away is asked again until it is back."""

        @self._app.task(name=_WAKE)  # type: ignore[untyped-decorator]
        def wake() -> None:
            try:
                bench.work_once()
            except AWAY:
                # The row waits; its message is sent again when the catalogue answers.
                return
            if bench.worn:
                state.should_stop = os.EX_OK

        # Two lines for each page that is read would drown all others.
        logging.getLogger("celery").setLevel(logging.WARNING)
        # No program around it: signals, terminal and logs of the process stay ours.
        self._app.WorkController(
            pool_cls="solo", concurrency=1, hostname=f"juanzong-{os.getpid()}", without_gossip=True,
            without_mingle=True, without_heartbeat=True, task_events=False,
        ).start()  # fmt: skip


class Waker:
    """The parent's end. `runnable(most)` counts the rows that could be handed out, up to `most`."""

    def __init__(self, url: str, runnable: Callable[[int], int]) -> None:
        self._app = application(url)
        self._runnable = runnable
        self._connection: Any = None

    def turn(self) -> None:
        """JuanzongError `carrier.down` where the broker does not answer: rows wait, and the next turn asks it again."""
        wanted = self._runnable(MOST_MESSAGES)
        try:
            with self._channel() as channel:
                ready = _QUEUE(channel).queue_declare().message_count
                for _ in range(wanted - ready):
                    self._app.send_task(_WAKE, connection=self._connection, retry=False, queue=_NAME)
        except _FAILURES as error:
            self.close()
            raise JuanzongError("carrier.down", detail=type(error).__name__) from error

    def purge(self) -> int:
        """Throws all messages away, as a broker that is set up anew has none; how many."""
        with self._channel() as channel:
            return int(_QUEUE(channel).purge() or 0)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.release()

    def _channel(self) -> Any:
        if self._connection is None:
            self._connection = self._app.connection_for_write(connect_timeout=5)
            self._connection.connect()
        return self._connection.channel()
