"""Reading needs no network and looks for none: not in its workers, not in native code, not in PaddleOCR's process."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.house.source import ROOT
from tests.ocr.drawn import page

_READS = """
import sys, numpy
from ocr.engines import engine_factory
engine = engine_factory("rapidocr", sys.argv[1])()
assert engine.read(numpy.full((64, 64, 3), 255, numpy.uint8)).parameters["runtime"] == sys.argv[1]
"""
_TITLE = "职工登记表填写说明"
# How `no_network/sitecustomize.py` ends a process. Importing it here would cut off the tests that talk to servers as well.
ENDED = 99


def _asks() -> None:
    socket.create_connection(("192.0.2.1", 9), timeout=1)


def test_what_this_suite_spawns_has_no_network() -> None:
    """The refusal itself: without it the tests below would show nothing."""
    process = multiprocessing.get_context("spawn").Process(target=_asks)
    process.start()
    process.join()
    assert process.exitcode == ENDED


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_no_runtime_reports_its_use(runtime: str, tmp_path: Path) -> None:
    """Left to itself ONNX Runtime writes an identifier and a spool of events below the home folder, then sends them."""
    # Nothing that tells the library of a test or of CI: there it is silent by itself.
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    seen = tmp_path / "calls"
    command = [*_traced(seen), sys.executable, "-c", _READS, runtime]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path != seen] == []
    assert _addresses(seen) == []


@pytest.mark.parametrize("engine", ["rapidocr", pytest.param("paddleocr", marks=pytest.mark.paddle)])
def test_pages_are_read_where_there_is_no_network_at_all(engine: str, tmp_path: Path) -> None:
    """The command, its workers and what they start, cut off by the system where it allows that."""
    file = tmp_path / "001.png"
    Image.fromarray(page((_TITLE,), size=(440, 400), letter=30, left=60)).save(file)
    start = "from cli.main import run; run()"
    command = [*_cut_off(), sys.executable, "-c", start, "ocr", "--json", "--engine", engine, str(file), str(file)]
    home = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    path = f"{os.environ['PYTHONPATH']}{os.pathsep}{ROOT}"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, **home}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == [_TITLE, _TITLE]
    assert {answer["engine"] for answer in answers} == {engine}


def _cut_off() -> list[str]:
    """A network of its own, with nothing in it, for the command that follows; nothing where a container forbids that."""
    command = ["unshare", "--map-root-user", "--net"]
    allowed = shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if allowed and allowed.returncode == 0 else []


def _traced(seen: Path) -> list[str]:
    """strace before the command that follows, where it is installed."""
    told = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(seen)]
    return told if shutil.which("strace") else []


def _addresses(seen: Path) -> list[str]:
    calls = seen.read_text("utf-8").splitlines() if seen.exists() else []
    return [call for call in calls if "AF_INET" in call]
