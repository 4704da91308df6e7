"""A real Ceph with its RADOS gateway for tests: one monitor, one OSD in memory, one gateway, on free ports of this machine.

The programs are Debian's (`ceph-mon ceph-osd radosgw`), installed once where this runs as root. Nothing is authenticated
between the daemons, which listen on the loopback only; the gateway's S3 side asks for keys as in earnest.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import starting

PACKAGES = ("ceph-mon", "ceph-osd", "radosgw")
PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")
TRIES = 3
# Far more than a quiet machine needs.
STEP_SECONDS = 180.0
_CONFIGURATION = """[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]
public network = 127.0.0.0/8
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
run dir = {folder}
admin socket = {folder}/$name.$pid.asok
pid file =
log file = {folder}/$name.log
log to stderr = false
mon cluster log file = {folder}/cluster.log
crash dir = {folder}
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 10000
mon data avail warn = 1
mon data avail crit = 0
[mon]
mon data = {folder}/mon
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client.rgw]
rgw data = {folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw enable usage log = false
rgw run sync thread = false
rgw gc max objs = 7
"""


@contextmanager
def started() -> Iterator[dict[str, str]]:
    """The environment by which tests find a running, empty gateway."""
    _require_programs()
    for attempt in range(1, TRIES + 1):
        with tempfile.TemporaryDirectory(prefix="juanzong-ceph-") as name, ExitStack() as daemons:
            try:
                environment = _brought_up(Path(name), daemons)
            except _NotUpError as error:
                if attempt == TRIES:
                    sys.exit(f"Ceph: {error}")
                continue  # a port that was free a moment ago may be taken
            yield environment
            return


def _brought_up(folder: Path, daemons: ExitStack) -> dict[str, str]:
    user, password, fsid = f"test-{secrets.token_hex(4)}", secrets.token_hex(20), str(uuid.uuid4())
    port, v1, v2 = starting.free_ports(3)
    configuration = folder / "ceph.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, v1=v1, v2=v2, fsid=fsid), "utf-8")
    cluster = _Cluster(folder, configuration)
    addresses = f"[v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]"
    cluster.run("monmaptool", "--create", "--addv", "a", addresses, "--fsid", fsid, str(folder / "monmap"))
    (folder / "mon").mkdir()
    cluster.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", str(folder / "monmap"))
    daemons.enter_context(cluster.daemon("ceph-mon", "-i", "a"))
    osd = str(uuid.uuid4())
    cluster.run("ceph", "osd", "new", osd)
    (folder / "osd").mkdir()
    cluster.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
    daemons.enter_context(cluster.daemon("ceph-osd", "-i", "0"))
    gateway = daemons.enter_context(cluster.daemon("radosgw", "-n", "client.rgw"))
    if not starting.wait_until(lambda: starting.listens(port), gateway, STEP_SECONDS):
        raise _NotUpError(starting.not_started("The gateway", folder / "client.rgw.log"))
    cluster.run(
        "radosgw-admin", "-n", "client.rgw", "user", "create", "--uid", "test", "--display-name", "test",
        "--access-key", user, "--secret-key", password,
    )  # fmt: skip
    return {"TEST_RGW_ENDPOINT": f"127.0.0.1:{port}", "TEST_RGW_USER": user, "TEST_RGW_PASSWORD": password}


class _NotUpError(Exception):
    """A step of the start failed or took too long."""


class _Cluster:
    """Runs Ceph's programs with one configuration, and nothing of the account's own."""

    def __init__(self, folder: Path, configuration: Path) -> None:
        self._folder, self._configuration = folder, str(configuration)
        self._environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LC_ALL": "C.UTF-8"}

    def run(self, program: str, *arguments: str) -> None:
        configured = () if program == "monmaptool" else ("-c", self._configuration)
        try:
            done = subprocess.run(
                [program, *configured, *arguments],
                env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                timeout=STEP_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise _NotUpError(f"{program} {' '.join(arguments[:2])} did not end in {STEP_SECONDS:.0f} s") from error
        if done.returncode != 0:
            raise _NotUpError(f"{program} failed:\n{done.stderr[-2000:]}")

    @contextmanager
    def daemon(self, program: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self._folder / f"{program}.output").open("wb") as output:
            process = subprocess.Popen(
                [program, "-f", "-c", self._configuration, *arguments],
                env=self._environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            yield process
        finally:
            # All that it holds is in memory or in a folder that goes with it: there is nothing to end in order.
            process.kill()
            process.wait()


def _require_programs() -> None:
    if any(shutil.which(program) is None for program in PROGRAMS) and not starting.install("Ceph", *PACKAGES):
        sys.exit(f"Ceph is needed; install {' '.join(PACKAGES)} (Debian's names). The service tests did not run.")
