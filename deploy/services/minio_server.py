"""A real MinIO for tests: built once from source into a cache folder, started on a free port of this machine, stopped after.

The project publishes no binaries any more, so `go install` builds it at one fixed version; Go checks its sum database and
downloads modules by the machine's own settings.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import starting

MODULE = "github.com/minio/minio"
VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
# What the module's go.mod asks for.
NEEDS_GO = (1, 24)
START_SECONDS = 30.0


@contextmanager
def started() -> Iterator[dict[str, str]]:
    """The environment by which tests find a running, empty MinIO."""
    binary = built()
    user, password = f"test-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="juanzong-minio-") as folder:
        (port,) = starting.free_ports(1)
        log = Path(folder) / "log"
        with log.open("wb") as output:
            # Its folders for data and for certificates are ours: nothing of the account's own is read.
            arguments = ["server", "--address", f"127.0.0.1:{port}", "--certs-dir", f"{folder}/certs", f"{folder}/data"]
            secret = {"MINIO_ROOT_USER": user, "MINIO_ROOT_PASSWORD": password, "MINIO_BROWSER": "off"}
            server = subprocess.Popen(
                [binary, *arguments], env=_plain_environment() | secret, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            if not starting.wait_until(lambda: starting.listens(port), server, START_SECONDS):
                sys.exit(starting.not_started("MinIO", log))
            yield {"TEST_S3_ENDPOINT": f"127.0.0.1:{port}", "TEST_S3_USER": user, "TEST_S3_PASSWORD": password}
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def built() -> Path:
    """The server's binary, built if it is not in the cache yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "juanzong" / f"minio-{VERSION}"
    binary = cache / "minio"
    if binary.exists():
        return binary
    go = _suitable_go()
    sys.stderr.write("building MinIO once; this takes about four minutes\n")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as building:
        environment = os.environ | {"GOBIN": building, "GOTOOLCHAIN": "local"}
        done = subprocess.run([go, "install", f"{MODULE}@{VERSION}"], env=environment, check=False)
        if done.returncode != 0:
            sys.exit("MinIO could not be built; go's own words are above. The service tests did not run.")
        (Path(building) / "minio").replace(binary)
    return binary


def _suitable_go() -> str:
    wanted = ".".join(map(str, NEEDS_GO))
    go = shutil.which("go")
    if go is None:
        sys.exit(f"Go {wanted} or newer is needed to build MinIO, and there is no `go`. The service tests did not run.")
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=True).stdout.strip()
    found = re.match(r"go(\d+)\.(\d+)", said)
    if found is None or tuple(map(int, found.groups())) < NEEDS_GO:
        sys.exit(f"Go {wanted} or newer is needed to build MinIO, and {go} is {said}. The service tests did not run.")
    return go


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MINIO_")}
