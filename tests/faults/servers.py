"""An office on servers: PostgreSQL with fsync on and MinIO for all runs, a database and a bucket of its own for each.

RabbitMQ has one node for each run that goes on at a time: its queue has one name, and a message names nothing.
"""

from __future__ import annotations

import os
import random
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from archive.catalogue import engine_of, upgrade
from tests.faults import proxy
from tests.faults.points import Plan
from tests.faults.processes import Process

sys.path.insert(0, str(Path(__file__).parents[2] / "deploy" / "services"))


_TEMPLATE = "faults-template"
NAMES = ("s3", "database", "broker")


@dataclass(frozen=True, slots=True)
class Servers:
    """Where they are, and who may do everything there. `database` is a SQLAlchemy address without a name of a database.

    `brokers` are as many as runs go on at a time. What asks a server runs in a process of its own: the harness keeps no connection.
    """

    s3: str
    s3_user: str
    s3_password: str
    database: str
    brokers: tuple[str, ...]

    def make_template(self) -> int:
        """A database with the tables and nothing in them, which those of the runs are copies of."""
        self._do(f'CREATE DATABASE "{_TEMPLATE}"')
        engine = engine_of(
            make_url(self.database).set(database=_TEMPLATE).render_as_string(hide_password=False)
        )  # fmt: skip
        upgrade(engine)
        engine.dispose()
        return 0

    def make_database(self, name: str) -> int:
        for _ in range(20):
            try:
                self._do(f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}"')
                return 0
            except OperationalError:
                # Another run is making its copy.
                time.sleep(0.2)
        return 1

    def _do(self, statement: str) -> None:
        engine = create_engine(make_url(self.database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def drop_database(self, name: str) -> int:
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        return 0


@contextmanager
def started(jobs: int) -> Iterator[Servers]:
    """All servers, new and empty, for `jobs` runs at a time."""
    import minio_server
    import postgres_server
    import rabbit_server

    with ExitStack() as running:
        found = running.enter_context(minio_server.started())
        found |= running.enter_context(postgres_server.started(durable=True))
        brokers = [running.enter_context(rabbit_server.started())["TEST_RABBIT_URL"] for _ in range(jobs)]
        yield Servers(
            found["TEST_S3_ENDPOINT"], found["TEST_S3_USER"], found["TEST_S3_PASSWORD"], found["TEST_POSTGRES_URL"],
            tuple(brokers),
        )  # fmt: skip


def _forget_messages(url: str) -> int:
    """What the run before left in the queue."""
    from ingest.celery_carrier import Waker

    waker = Waker(url, lambda _most: 0)
    waker.turn()
    waker.purge()
    waker.close()
    return 0


class Wired:
    """The servers as one run reaches them: each through a proxy, one of which may break. `slot`: which of the brokers."""

    def __init__(
        self, servers: Servers, name: str, folder: Path, fault: proxy.NetFault, victim: str, slot: int
    ) -> None:
        self._servers, self.name, self._folder, self._slot = servers, name, folder, slot
        self._fault, self._victim = fault, victim
        self._proxies: list[Process] = []

    def __enter__(self) -> Wired:
        self._run(self._servers.make_database, self.name)
        self._run(_forget_messages, self._servers.brokers[self._slot])
        database = make_url(self._servers.database)
        s3_host, _, s3_port = self._servers.s3.partition(":")
        self.s3 = f"127.0.0.1:{self._proxied('s3', (s3_host, int(s3_port)))}"
        port = self._proxied("database", (database.host or "", database.port or 0))
        self.database = database.set(host="127.0.0.1", port=port, database=self.name)
        broker = urlsplit(self._servers.brokers[self._slot])
        port = self._proxied("broker", (broker.hostname or "", broker.port or 0))
        self.broker = f"amqp://{broker.username}:{broker.password}@127.0.0.1:{port}//"
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._proxies:
            each.kill_group()
        self._run(self._servers.drop_database, self.name)

    def settings(self) -> str:
        """What `juanzong.toml` of the run says."""
        values = {
            "store": "s3",
            "s3_endpoint": self.s3,
            "s3_bucket": self.name,
            "s3_access_key": self._servers.s3_user,
            "s3_secret_key": self._servers.s3_password,
            "database_url": self.database.render_as_string(hide_password=False),
            "carrier": "celery",
            "broker_url": self.broker,
        }
        return "".join(f'{key} = "{value}"\n' for key, value in values.items()) + "s3_secure = false\n"

    def _proxied(self, name: str, target: tuple[str, int]) -> int:
        listening = socket.create_server(("127.0.0.1", 0))
        folder = self._folder / name
        folder.mkdir()
        fault = self._fault if name == self._victim else proxy.NetFault()
        plan, log = Plan(str(self._folder)), self._folder / "log"
        self._proxies.append(Process(proxy.serve, listening, target, fault, folder, plan=plan, log=log))
        port = int(listening.getsockname()[1])
        listening.close()
        return port

    def fired(self) -> bool:
        return any((self._folder / name / "fired").exists() for name in NAMES)

    def _run(self, call: Callable[[str], int], argument: str) -> None:
        done = Process(call, argument, plan=Plan(str(self._folder)), log=self._folder / "log")
        if done.wait(60) != 0:
            done.kill_group()
            raise RuntimeError(f"The servers of the harness do not answer: {self._folder / 'log'}")


def unique_name() -> str:
    """Of a database and a bucket alike."""
    return f"faults-{os.getpid()}-{random.SystemRandom().randrange(1 << 40):x}"
