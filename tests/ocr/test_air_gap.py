"""Reading needs no network and looks for none: what speaks in native code is seen by what it leaves behind, and by strace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

_READS = """
import sys, numpy
from ocr.engines import engine_factory
engine = engine_factory("rapidocr", sys.argv[1])()
assert engine.read(numpy.full((64, 64, 3), 255, numpy.uint8)).parameters["runtime"] == sys.argv[1]
"""


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_no_runtime_reports_its_use(runtime: str, tmp_path: Path) -> None:
    """Left to itself ONNX Runtime writes an identifier and a spool of events below the home folder, then sends them."""
    # Nothing that tells the library of a test or of CI: there it is silent by itself.
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    seen = tmp_path / "calls"
    trace = (
        ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(seen)]
        if shutil.which("strace")
        else []
    )
    command = [*trace, sys.executable, "-c", _READS, runtime]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path != seen] == []
    assert "AF_INET" not in (seen.read_text("utf-8") if seen.exists() else "")
