"""`juanzong audit verify` on an office whose trail is whole, and on one whose trail somebody touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.office import make_office, open_office
from base.settings import load_settings
from cli.main import main


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    make_office(load_settings(tmp_path, {}), "某区人事档案中心", "admin", "correct horse").close()
    return tmp_path


def _verify(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    status = main(["audit", "verify", "--json", "--data-dir", str(data_dir)])
    return status, json.loads(capsys.readouterr().out)


def test_a_whole_trail_is_good(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _verify(data_dir, capsys) == (0, {"checked": 2, "good": 2, "bad": [], "could_not_check": []})


def test_a_changed_line_is_named(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = open_office(load_settings(data_dir, {}))
    with office.catalogue.write() as session:
        session.execute(text("UPDATE audit_entry SET actor = 'account:nobody' WHERE id = 1"))
    office.close()
    assert _verify(data_dir, capsys) == (1, {"checked": 2, "good": 1, "bad": [1], "could_not_check": []})
    assert main(["audit", "verify", "--data-dir", str(data_dir)]) == 1
    assert "1" in capsys.readouterr().err


# On PostgreSQL: tests/archive/test_on_postgres.py.
@pytest.mark.sqlite
def test_no_office_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", "--json", "--data-dir", str(tmp_path)]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "catalogue.missing"
