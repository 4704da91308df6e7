"""`juanzong watch`: one line a delivery, the exit status of what was found, and the signals given back."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from cli.main import main
from tests.ingest.delivery.trees import JPEG, tree


def test_what_lies_there_is_taken_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree(tmp_path / "in" / "三月", ["A001/1/1/001.jpg", "A001/1/1/002.jpg"], JPEG)
    before = signal.getsignal(signal.SIGTERM)
    verb = ["watch", str(tmp_path / "in"), "--once", "--settle", "1", "--json", "--data-dir", str(tmp_path / "data")]
    assert main(verb) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["batch"], answer["received"], answer["new"]) == ("三月", 2, 2)
    assert main(verb) == 0
    assert capsys.readouterr().out == ""
    assert signal.getsignal(signal.SIGTERM) == before
    assert main(["watch", str(tmp_path / "none"), "--data-dir", str(tmp_path / "data")]) == 2
