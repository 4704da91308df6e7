"""A real RabbitMQ for tests: Debian's own package, a new node on free ports of this machine, removed after.

Root lends it to the account `rabbitmq`, which the package makes. Whoever kills the node (its process is in the file
TEST_RABBIT_PID_FILE) finds it started again with all that it had kept: so a test sees a broker die and come back.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    if _SERVER.exists():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write("installing RabbitMQ once\n")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        lock = ["-o", "DPkg::Lock::Timeout=600"]
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "rabbitmq-server"]):
            subprocess.run(["apt-get", *lock, *arguments], env=quiet, stdout=sys.stderr, check=False)
    if not _SERVER.exists():
        sys.exit("RabbitMQ is needed (Debian: apt-get install rabbitmq-server). The service tests did not run.")


class _Node:
    """One node and its port mapper (epmd), each ended by its own number."""

    def __init__(self, folder: Path) -> None:
        self.port, self._dist, self._epmd_port = _free_ports(3)
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
            _give_away(path)

    def start(self) -> None:
        environment = self._environment()
        self._run("epmd", ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)], environment)
        self._start_node()

    def _start_node(self) -> None:
        node = self._run("node", [str(_SERVER)], self._environment())
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and node.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        if not self._stopping.is_set():
            log = (self._folder / "node.out").read_text("utf-8", "replace")[-3000:]
            sys.exit(f"RabbitMQ did not start:\n{log}\nThe service tests did not run.")

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
                stderr=subprocess.STDOUT, start_new_session=True, **_account(),
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


def _give_away(path: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam("rabbitmq")
        os.chown(path, account.pw_uid, account.pw_gid)


def _account() -> dict[str, Any]:
    """Root steps down; anyone else runs it as himself."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("rabbitmq")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _free_ports(count: int) -> list[int]:
    """Different ones: all are held until each is known."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
