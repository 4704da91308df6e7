"""A long PDF, interrupted and killed: what was read is kept, and the next run reads the rest and nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli import slow_ocr
from tests.cli.interrupt import HEED_CTRL_C
from tests.house.source import ROOT

_PAGES = 24


@pytest.fixture
def document(tmp_path: Path) -> Path:
    pages = [Image.new("L", (300, 420), 10 * number) for number in range(1, _PAGES + 1)]
    path = tmp_path / "long.pdf"
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=50)
    return path


def _start(document: Path) -> subprocess.Popen[str]:
    script = f"{HEED_CTRL_C}; import runpy; runpy.run_path({slow_ocr.__file__!r}, run_name='__main__')"
    command = [sys.executable, "-c", script, "--json", "--out", "out.jsonl", document.name]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, cwd=document.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _lines(out: Path) -> list[dict[str, Any]]:
    if not out.exists():
        return []
    return [json.loads(line) for line in out.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]


def _end(document: Path, how: signal.Signals, after: int) -> tuple[int, str]:
    """Runs until `after` pages are kept, then ends it."""
    with _start(document) as process:
        deadline = time.monotonic() + 60
        while len(_lines(document.parent / "out.jsonl")) < after and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(how)
        answer, _ = process.communicate(timeout=60)
        return process.returncode, answer


def test_interrupted_killed_and_resumed(document: Path) -> None:
    out = document.parent / "out.jsonl"
    status, answer = _end(document, signal.SIGINT, 4)
    assert (status, json.loads(answer)["error"]["code"]) == (130, "interrupted")
    first = _lines(out)
    assert 4 <= len(first) < _PAGES
    _end(document, signal.SIGKILL, len(first) + 4)
    second = _lines(out)
    assert second[: len(first)] == first
    with _start(document) as process:
        answer, complaints = process.communicate(timeout=120)
    assert (process.returncode, json.loads(answer)) == (
        0, {"out": "out.jsonl", "pages": _PAGES, "read": _PAGES - len(second), "before": len(second), "failed": 0},
    ), complaints  # fmt: skip
    whole = _lines(out)
    assert [line["page"] for line in whole] == list(range(1, _PAGES + 1))
    assert all(line["text"] == f"第{line['page']}页" for line in whole)
    assert [line for line in whole if line in second] == sorted(second, key=lambda line: line["page"])
