"""An office on servers: PostgreSQL with fsync on and MinIO for all runs, a database and a bucket of its own for each."""

from __future__ import annotations

import os
import random
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.faults import proxy
from tests.faults.points import Plan
from tests.faults.processes import Process

sys.path.insert(0, str(Path(__file__).parents[2] / "deploy" / "services"))


@dataclass(frozen=True, slots=True)
class Servers:
    """Where they are, and who may do everything there. `database` is a SQLAlchemy address without a name of a database."""

    s3: str
    s3_user: str
    s3_password: str
    database: str

    def make_database(self, name: str) -> int:
        """A new empty database; run in a process of its own, because the harness keeps no connection."""
        engine = create_engine(make_url(self.database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return 0

    def drop_database(self, name: str) -> int:
        engine = create_engine(make_url(self.database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()
        return 0


@contextmanager
def started() -> Iterator[Servers]:
    """All servers, new and empty."""
    import minio_server
    import postgres_server

    with ExitStack() as running:
        found = running.enter_context(minio_server.started())
        found |= running.enter_context(postgres_server.started(durable=True))
        yield Servers(
            found["TEST_S3_ENDPOINT"], found["TEST_S3_USER"], found["TEST_S3_PASSWORD"], found["TEST_POSTGRES_URL"]
        )


class Wired:
    """The servers as one run reaches them: each through a proxy, one of which may break."""

    def __init__(self, servers: Servers, name: str, folder: Path, fault: proxy.NetFault, victim: str) -> None:
        self._servers, self.name, self._folder = servers, name, folder
        self._fault, self._victim = fault, victim
        self._proxies: list[Process] = []

    def __enter__(self) -> Wired:
        self._run(self._servers.make_database)
        database = make_url(self._servers.database)
        s3_host, _, s3_port = self._servers.s3.partition(":")
        self.s3 = f"127.0.0.1:{self._proxied('s3', (s3_host, int(s3_port)))}"
        port = self._proxied("database", (database.host or "", database.port or 0))
        self.database = database.set(host="127.0.0.1", port=port, database=self.name)
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._proxies:
            each.kill_group()
        self._run(self._servers.drop_database)

    def settings(self) -> str:
        """What `juanzong.toml` of the run says."""
        values = {
            "store": "s3",
            "s3_endpoint": self.s3,
            "s3_bucket": self.name,
            "s3_access_key": self._servers.s3_user,
            "s3_secret_key": self._servers.s3_password,
            "database_url": self.database.render_as_string(hide_password=False),
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
        return any((self._folder / name / "fired").exists() for name in ("s3", "database"))

    def passed(self, server: str, direction: str) -> int:
        """Bytes that went through the proxy of `server`: direction is request or answer."""
        file = self._folder / server / f"passed-{direction}"
        return int(file.read_text()) if file.exists() else 0

    def _run(self, call: object) -> None:
        done = Process(call, self.name, plan=Plan(str(self._folder)), log=self._folder / "log")  # type: ignore[arg-type]
        done.wait(60)


def unique_name() -> str:
    """Of a database and a bucket alike."""
    return f"faults-{os.getpid()}-{random.SystemRandom().randrange(1 << 40):x}"
