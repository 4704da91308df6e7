"""`juanzong export pdf`: its answer, its messages and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.tables import Reading
from cli import main
from tests.archive.factory import add_batch, add_dossier, make_desks


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main.main(arguments)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_dossier_leaves_as_pdf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b1"), "D-1", "张桂兰", pages=2)
    data, out = str(made.office.settings.data_dir), tmp_path / "a.pdf"
    export = ["export", "pdf", "D-1", "--out", str(out), "--data-dir", data]
    status, answer, _ = run([*export, "--json"], capsys)
    assert (status, json.loads(answer)["pages"]) == (0, 2)
    assert out.read_bytes().startswith(b"%PDF")

    with made.office.catalogue.write() as session:
        session.execute(update(Reading).where(Reading.version_id == 2).values(current=False))
    status, answer, said = run(export, capsys)
    assert (status, answer) == (1, "")
    assert "1-2" in said

    status, answer, _ = run(["export", "pdf", "nobody", "--out", str(out), "--data-dir", data, "--json"], capsys)
    assert (status, json.loads(answer)["error"]["code"]) == (2, "dossier.unknown")
    made.office.close()
