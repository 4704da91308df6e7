"""Runs a command with real servers around it and a real checker beside it: `python deploy/services/run.py COMMAND…`. Its exit status is the command's."""

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
import verapdf

# Each yields what tests find it by.
SERVERS = (
    minio_server.started, ceph_server.started, elastic_server.started, postgres_server.started, rabbit_server.started,
)  # fmt: skip

if __name__ == "__main__":
    # A run that is ended from outside still stops its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    environment = os.environ | verapdf.environment()
    with ExitStack() as running:
        for started in SERVERS:
            environment |= running.enter_context(started())
        status = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    sys.exit(status)
