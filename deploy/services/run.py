"""Runs a command with real servers around it: `python deploy/services/run.py COMMAND…`. Its exit status is the command's."""

from __future__ import annotations

import os
import subprocess
import sys

import minio_server

if __name__ == "__main__":
    with minio_server.started() as environment:
        status = subprocess.run(sys.argv[1:], env=os.environ | environment, check=False).returncode
    sys.exit(status)
