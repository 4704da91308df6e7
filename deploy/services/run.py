"""Runs a command with real servers around it and a real checker beside it: `python deploy/services/run.py COMMAND…`. Its exit status is the command's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import elastic_server
import minio_server
import verapdf

if __name__ == "__main__":
    # A run that is ended from outside still stops its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    checker = verapdf.environment()
    with minio_server.started() as store, elastic_server.started() as index:
        status = subprocess.run(sys.argv[1:], env=os.environ | checker | store | index, check=False).returncode
    sys.exit(status)
