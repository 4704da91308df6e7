"""A real PostgreSQL for tests: Debian's own binaries, a new cluster on a free port of this machine, removed after.

The server refuses to run as root, so root lends it to the account `postgres`, which the package makes. Passwords are asked
for, as an office's server asks for them. What an office must have on and tests leave off is `durable`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import starting

OLDEST = 15
START_SECONDS = 60.0
STOP_SECONDS = 20.0
USER = "juanzong"
# Nothing is kept after the run: a test need not wait for the disk.
_HASTY = MappingProxyType({"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
_SETTINGS = MappingProxyType({"listen_addresses": "127.0.0.1", "max_connections": "200", "shared_buffers": "64MB"})


@contextmanager
def started(
    *, durable: bool = False, data: Path | None = None, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[dict[str, str]]:
    """The environment by which tests find a running server: its address, its process and the folder of its programs.

    `durable`: what is committed is on the disk, as benches and fault tests need it. With `data`, a folder that every
    account may enter, the cluster is that of an earlier start with the same `data`. `settings` are lines of
    postgresql.conf.
    """
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="juanzong-postgres-") as name:
        folder, (port,) = Path(name), starting.free_ports(1)
        _give_away(folder)
        cluster = (data or folder) / "cluster"
        password = _made(programs, cluster, data or folder)
        wanted = {**_SETTINGS, **({} if durable else _HASTY), "port": str(port), **settings}
        options = [each for key, value in wanted.items() for each in ("-c", f"{key}={value}")]
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [programs / "postgres", "-D", cluster, "-k", folder, *options],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True, **_account(),
            )  # fmt: skip
        try:
            _wait_until_it_answers(programs, server, port, log)
            yield {
                "TEST_POSTGRES_URL": f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{port}/postgres",
                "TEST_POSTGRES_GROUP": str(server.pid),
                "TEST_POSTGRES_PROGRAMS": str(programs),
            }
        finally:
            _stop(server)


def _programs() -> Path:
    """The folder of the newest server that is installed and not too old; as root, Debian's is installed where none is."""
    found = _installed()
    if found is None and starting.install("PostgreSQL", "postgresql"):
        found = _installed()
    if found is None:
        sys.exit(
            f"PostgreSQL {OLDEST} or newer is needed (Debian: apt-get install postgresql). The service tests did not run."
        )
    return found


def _installed() -> Path | None:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    versions = {folder: _major(folder / "postgres") for folder in folders}
    fit = [folder for folder, version in versions.items() if version >= OLDEST]
    return max(fit, key=versions.__getitem__, default=None)


def _major(program: Path) -> int:
    if not os.access(program, os.X_OK):
        return 0
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()
    return int(said[2].partition(".")[0])  # postgres (PostgreSQL) 15.18 (Debian …)


def _made(programs: Path, cluster: Path, folder: Path) -> str:
    """The password of a cluster, which is made where there is none."""
    kept = folder / "password"
    if cluster.exists():
        return kept.read_text("ascii")
    password = secrets.token_urlsafe(18)
    kept.write_text(password, "ascii")
    _give_away(folder)
    _give_away(kept)
    # The order of C is that of the code points, which is SQLite's.
    order = ["-E", "UTF8", "--locale=C.UTF-8", "--lc-collate=C"]
    arguments = ["-A", "scram-sha-256", "-U", USER, f"--pwfile={kept}", "--no-sync", *order]
    done = subprocess.run(
        [programs / "initdb", "-D", cluster, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **_account(),
    )
    if done.returncode != 0:
        sys.exit(f"PostgreSQL could not make a cluster:\n{done.stderr}\nThe service tests did not run.")
    return password


def _give_away(path: Path) -> None:
    starting.give_away(path, "postgres")


def _account() -> dict[str, Any]:
    """Nothing of the caller's settings reaches the server."""
    return {"env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, **starting.account("postgres")}


def _wait_until_it_answers(programs: Path, server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    asked = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    if not starting.wait_until(lambda: subprocess.run(asked, check=False).returncode == 0, server, START_SECONDS):
        sys.exit(starting.not_started("PostgreSQL", log))


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Its connections are ended, as a test that failed may have left one open; after a while it is killed."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
