"""A real Elasticsearch node for tests: fetched once by Maven into a cache folder, started on a free port of this machine, removed after.

It is the bare server of Elastic's own integration tests, at one fixed version: what works on it works on every
distribution. It refuses to run as root, so root lends it to the account `nobody`, in a folder which that account owns.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import starting

VERSION = "8.19.8"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
# What this version of the server supports and needs no further settings for.
JAVA = (17, 21)
START_SECONDS = 120.0
STOP_SECONDS = 20.0
_HEAP = "-Xms512m -Xmx512m"
# A disk that is nearly full must not block a test's index; a test that wants the block sets it.
_SETTINGS = """cluster.name: juanzong-test
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: 0
path.data: {data}
path.logs: {folder}/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.watermark.low: 60mb
cluster.routing.allocation.disk.watermark.high: 40mb
cluster.routing.allocation.disk.watermark.flood_stage: 20mb
"""


@contextmanager
def started(data: Path | None = None) -> Iterator[dict[str, str]]:
    """The environment by which tests find a running node: its address, and the process they may stop and go on.

    It is empty; with `data`, a folder that every account may enter, it holds what it held there before.
    """
    java, archive = _java_home(), fetched()
    with tempfile.TemporaryDirectory(prefix="juanzong-elastic-") as name:
        folder, (port,) = Path(name), starting.free_ports(1)
        data = data or folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        home = _unpacked(archive, folder, port, data)
        _give_away(folder)
        _give_away(data)
        with (folder / "output").open("wb") as output:
            server = subprocess.Popen(
                [home / "bin" / "elasticsearch"],
                cwd=home,
                env=_plain_environment(java, folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **starting.account("nobody"),
            )
        try:
            _wait_until_it_answers(server, port, folder / "output")
            yield {"TEST_ELASTIC_URL": f"http://127.0.0.1:{port}", "TEST_ELASTIC_GROUP": str(server.pid)}
        finally:
            _stop(server)


def fetched() -> Path:
    """The server's zip, fetched if it is not in the cache yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "juanzong"
    archive = cache / f"elasticsearch-{VERSION}.zip"
    if archive.exists():
        return archive
    if shutil.which("mvn") is None:
        sys.exit("Elasticsearch is fetched by Maven, and there is no `mvn`. The service tests did not run.")
    sys.stderr.write("fetching Elasticsearch once (98 MB)\n")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        arguments = ["-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
        done = subprocess.run(["mvn", *arguments], check=False)
        found = Path(folder) / archive.name
        if done.returncode != 0 or not zipfile.is_zipfile(found):
            sys.exit("Elasticsearch could not be fetched; Maven's own words are above. The service tests did not run.")
        found.replace(archive)
    return archive


def _java_home() -> Path:
    """The first Java that the server supports: as set, on the path, then where Linux systems keep them."""
    on_path = shutil.which("java")
    found = [Path(home) for name in ("ES_JAVA_HOME", "JAVA_HOME") if (home := os.environ.get(name))]
    found += [Path(on_path).resolve().parents[1]] if on_path else []
    for home in [*found, *sorted(Path("/usr/lib/jvm").glob("*"))]:
        if _java_major(home / "bin" / "java") in JAVA:
            return home
    wanted = " or ".join(map(str, JAVA))
    sys.exit(f"Elasticsearch {VERSION} needs Java {wanted}, and there is none. The service tests did not run.")


def _java_major(java: Path) -> int | None:
    if not os.access(java, os.X_OK):
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found[1]) if found else None


def _unpacked(archive: Path, folder: Path, port: int, data: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    home = folder / f"elasticsearch-{VERSION}"
    for program in [*(home / "bin").iterdir(), *(home / "lib").rglob("*.so")]:
        program.chmod(0o755)
    (home / "config" / "elasticsearch.yml").write_text(_SETTINGS.format(port=port, folder=folder, data=data), "utf-8")
    (folder / "tmp").mkdir()
    return home


def _give_away(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        starting.give_away(path, "nobody")


def _plain_environment(java: Path, folder: Path) -> dict[str, str]:
    """Nothing of the caller's own: another account reads it."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "ES_JAVA_HOME": str(java),
        "ES_JAVA_OPTS": _HEAP,
        "ES_TMPDIR": str(folder / "tmp"),
    }


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def answers() -> bool:
        try:
            with opener.open(f"http://127.0.0.1:{port}/_cluster/health", timeout=5) as answer:
                return json.load(answer)["status"] in ("green", "yellow")
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    if not starting.wait_until(answers, server, START_SECONDS):
        sys.exit(starting.not_started("Elasticsearch", log))


def _stop(server: subprocess.Popen[bytes]) -> None:
    """The launcher stops the server that it started; what is left of the two after a while is killed."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
