"""Runs a command with real servers around it and a real checker beside it; its exit status is the command's.

`python deploy/services/run.py COMMAND…`, or `… run.py --only postgres COMMAND…` with one server alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

import ceph_server
import elastic_server
import minio_server
import postgres_server
import rabbit_server
import scanners
import verapdf

# Each yields what tests find it by.
SERVERS = {
    "minio": minio_server.started, "ceph": ceph_server.started, "elastic": elastic_server.started,
    "postgres": postgres_server.started, "rabbit": rabbit_server.started,
    "scanners": scanners.started,
}  # fmt: skip

if __name__ == "__main__":
    # A run that is ended from outside still stops its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command, wanted = sys.argv[1:], list(SERVERS)
    if command[0] == "--only":
        wanted, command = [command[1]], command[2:]
    environment = os.environ | (verapdf.environment() if wanted == list(SERVERS) else {})
    with ExitStack() as running:
        for name in wanted:
            environment |= running.enter_context(SERVERS[name]())
        status = subprocess.run(command, env=environment, check=False).returncode
    sys.exit(status)
