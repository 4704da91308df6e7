"""`juanzong samples` answers with paths inside OUT and leaves a folder in use alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main


def test_json_names_the_delivery_and_the_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["samples", str(out), "--seed", "1", "--dossiers", "1", "--dpi", "72", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["dossiers"] == 1
    assert answer["pages"] == len(list((out / answer["truth"] / "pages").rglob("*.json"))) > 0
    assert all((out / batch / "移交案卷目录.xlsx").exists() for batch in answer["batches"])


def test_a_folder_in_use_is_an_error_with_its_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    assert main(["samples", str(tmp_path), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["path"]) == ("samples.not-empty", str(tmp_path))
