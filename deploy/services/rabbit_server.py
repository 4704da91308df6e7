"""A real RabbitMQ for tests: Debian's own package, a new node on free ports of this machine, removed after.

Root lends it to the account `rabbitmq`, which the package makes. Whoever kills the node (its process is in the file
TEST_RABBIT_PID_FILE) finds it started again with all that it had kept: so a test sees a broker die and come back.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import starting

START_SECONDS = 300.0
STOP_SECONDS = 20.0
USER = "juanzong"
_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


@contextmanager
def started() -> Iterator[dict[str, str]]:
    """The environment by which tests find a running broker: its address, and the file with the number of its process."""
    _install()
    with tempfile.TemporaryDirectory(prefix="juanzong-rabbit-") as name:
        node = _Node(Path(name))
        try:
            node.start()
            keeper = threading.Thread(target=node.keep, daemon=True)
            keeper.start()
            yield {
                "TEST_RABBIT_URL": f"amqp://{USER}:{node.password}@127.0.0.1:{node.port}//",
                "TEST_RABBIT_PID_FILE": str(node.pid_file),
            }
        finally:
            node.stop()


def _install() -> None:
    if not _SERVER.exists() and not starting.install("RabbitMQ", "rabbitmq-server"):
        sys.exit("RabbitMQ is needed (Debian: apt-get install rabbitmq-server). The service tests did not run.")


class _Node:
    """One node and its port mapper (epmd), each ended by its own number."""

    def __init__(self, folder: Path) -> None:
        self.port, self._dist, self._epmd_port = starting.free_ports(3)
        self.password = secrets.token_urlsafe(18)
        self.pid_file = folder / "pid"
        self._folder = folder
        self._stopping = threading.Event()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        for each in ("data", "log", "home"):
            (folder / each).mkdir()
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndefault_user = {USER}\ndefault_pass = {self.password}\n"
            "disk_free_limit.absolute = 50MB\nlog.file.level = warning\n",
            "ascii",
        )
        (folder / "plugins").write_text("[].\n", "ascii")
        for path in (folder, *folder.iterdir()):
            starting.give_away(path, "rabbitmq")

    def start(self) -> None:
        environment = self._environment()
        self._run("epmd", ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)], environment)
        self._start_node()

    def _start_node(self) -> None:
        node = self._run("node", [str(_SERVER)], self._environment())
        up = starting.wait_until(lambda: starting.listens(self.port), node, START_SECONDS)
        if not up and not self._stopping.is_set():
            sys.exit(starting.not_started("RabbitMQ", self._folder / "node.out"))

    def keep(self) -> None:
        """Starts the node again whenever it was killed."""
        while not self._stopping.wait(0.2):
            if self._processes["node"].poll() is not None:
                self._start_node()

    def stop(self) -> None:
        self._stopping.set()
        for process in reversed(self._processes.values()):
            with_all = os.killpg if process.pid == os.getpgid(process.pid) else os.kill
            if process.poll() is None:
                with_all(process.pid, signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with_all(process.pid, signal.SIGKILL)
                process.wait()

    def _run(self, name: str, arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.out").open("ab") as output:
            process = subprocess.Popen(
                arguments, cwd=self._folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, **starting.account("rabbitmq"),
            )  # fmt: skip
        self._processes[name] = process
        return process

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller's settings reaches the node, and nothing of a broker that the machine runs besides."""
        folder = str(self._folder)
        return {
            "PATH": f"/usr/lib/rabbitmq/bin:{os.defpath}",
            "LC_ALL": "C.UTF-8",
            "HOME": f"{folder}/home",
            "RABBITMQ_NODENAME": f"juanzong-{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": str(self.pid_file),
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
            "RABBITMQ_DIST_PORT": str(self._dist),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._epmd_port),
        }
