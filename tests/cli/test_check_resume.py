"""A check that is killed or interrupted goes on where it stopped."""

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

from cli.main import main
from tests.cli.interrupt import HEED_CTRL_C
from tests.cli.test_check import scan

PAGES = 10


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "B01" / "LT-001" / "1" / "1"
    folder.mkdir(parents=True)
    data = [scan(seed=seed) for seed in (1, 2)]
    for number in range(1, PAGES + 1):
        # A byte behind the image's end makes each file another one.
        (folder / f"{number:03}.jpg").write_bytes(data[number % 2] + bytes([number]))
    return tmp_path / "B01"


def started(delivery: Path, report: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", f"{HEED_CTRL_C}; from cli.main import run; run()"]
    command += ["check", str(delivery), "--report", str(report)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines_of(journal: Path) -> list[dict[str, Any]]:
    if not journal.exists():
        return []
    return [json.loads(line) for line in journal.read_bytes().splitlines(keepends=True)[1:] if line.endswith(b"\n")]


def wait_for_pages(journal: Path, process: subprocess.Popen[str], least: int) -> None:
    until = time.monotonic() + 240
    while len(lines_of(journal)) < least:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)


def alive(child: int) -> bool:
    try:
        return Path(f"/proc/{child}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children_of(process: subprocess.Popen[str]) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()]


def test_killed_it_goes_on_and_measures_nothing_twice(
    delivery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, journal = tmp_path / "r.json", tmp_path / "r.json.journal"
    process = started(delivery, report)
    wait_for_pages(journal, process, 2)
    helpers = children_of(process)
    process.kill()
    process.communicate()
    assert not report.exists()
    known = lines_of(journal)
    assert 2 <= len(known) < PAGES
    # A value that only the journal can know shows that its page is not measured again.
    head, *rest = journal.read_bytes().splitlines(keepends=True)
    marked = rest[0].replace(b'"name":"sharpness","value":', b'"name":"sharpness","value":7777', 1)
    assert marked != rest[0]
    journal.write_bytes(b"".join([head, marked, *rest[1:], b'{"file":"LT-001/1']))
    assert main(["check", str(delivery), "--report", str(report)]) in (0, 1)
    captured = capsys.readouterr()
    assert str(journal) in captured.err
    answer = json.loads(report.read_text("utf-8"))
    assert answer["summary"]["pages"] == PAGES
    sharp = {page["file"]: page["measures"]["sharpness"].get("value") for page in answer["pages"]}
    assert [file for file, value in sharp.items() if str(value).startswith("7777")] == [known[0]["file"]]
    assert not journal.exists()
    until = time.monotonic() + 20
    while any(map(alive, helpers)):
        assert time.monotonic() < until, "helpers outlive the killed command"
        time.sleep(0.05)


def test_interrupted_it_says_what_was_kept(delivery: Path, tmp_path: Path) -> None:
    journal = tmp_path / "r.html.journal"
    process = started(delivery, tmp_path / "r.html")
    wait_for_pages(journal, process, 1)
    os.kill(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert str(journal) in told
    assert "Traceback" not in told
    assert lines_of(journal)
    assert not (tmp_path / "r.html").exists()


def test_what_never_began_leaves_no_journal(tmp_path: Path) -> None:
    assert main(["check", str(tmp_path / "missing"), "--report", str(tmp_path / "r.html")]) == 2
    assert list(tmp_path.iterdir()) == []
