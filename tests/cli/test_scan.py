"""`juanzong scan` where nothing can be scanned: one coded error, and nothing is left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--device", "test:0"], "scanner.no-program"),
        ([], "scanner.no-program"),
        (["--device", "http://127.0.0.1:9/eSCL"], "scanner.no-program"),
        (["--mode", "sepia"], "usage"),
        (["--source", "drawer"], "usage"),
        (["--paper", "letter"], "usage"),
        (["--format", "bmp"], "usage"),
        (["--set", "brightness"], "scanner.setting"),
        (["--set", "--batch=/etc"], "scanner.setting"),
    ],
)
def test_without_a_scanner_or_with_a_wrong_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = tmp_path / "stack"
    assert main(["scan", str(folder), *arguments, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
    assert not folder.exists()


def test_listing_without_the_program_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JUANZONG_LANG", "en")
    assert main(["scanners"]) == 2
    assert "sane-utils" in capsys.readouterr().err
