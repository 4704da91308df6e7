"""Scanners for tests: SANE's own `test` devices, which can jam, and sane-airscan, which speaks eSCL to whatever the test puts up.

The programs are Debian's (`sane-utils sane-airscan`), installed once where this runs as root. The configuration is a folder of
ours: no scanner of this machine or its network is looked for.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import starting

PACKAGES = ("sane-utils", "sane-airscan")
_FILES = {
    "dll.conf": "test\nairscan\n",
    # An A4 sheet lies on it, an A3 sheet does not.
    "test.conf": "number_of_devices 2\ngeometry_max 300.0\n",
    "airscan.conf": "[options]\ndiscovery = disable\nws-discovery = off\n",
}


@contextmanager
def started() -> Iterator[dict[str, str]]:
    """The environment by which tests find the scanners."""
    if not _is_there() and not starting.install("SANE", *PACKAGES):
        sys.exit(f"SANE is needed; install {' '.join(PACKAGES)} (Debian's names). The service tests did not run.")
    with tempfile.TemporaryDirectory(prefix="juanzong-sane-") as folder:
        for name, text in _FILES.items():
            (Path(folder) / name).write_text(text, "utf-8")
        yield {"TEST_SANE": folder}


def _is_there() -> bool:
    drivers = Path("/usr/lib").glob("*/sane/libsane-airscan.so.1")
    return shutil.which("scanimage") is not None and next(drivers, None) is not None
