"""`juanzong check` and `juanzong rules` as cli.md promises them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from cli.main import main

FONT = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 26)


def scan(dpi: int = 200, header: int | None = None, seed: int = 1, kind: str = "JPEG") -> bytes:
    """An A4 page of print at `dpi`, whose header says `header`."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (round(210 / 25.4 * dpi), round(297 / 25.4 * dpi)), (246, 240, 226))
    draw = ImageDraw.Draw(image)
    for y in range(160, image.height - 160, 60):
        text = "".join(chr(0x4E00 + int(code)) for code in rng.integers(0, 2000, 24))
        draw.text((150, y), text, font=FONT, fill=(30, 30, 30))
    buffer = io.BytesIO()
    said = header or dpi
    image.save(buffer, kind, dpi=(said, said))
    return buffer.getvalue()


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    root = tmp_path / "delivery"
    material = root / "LT-001" / "1" / "1"
    material.mkdir(parents=True)
    (material / "001.jpg").write_bytes(scan(seed=1))
    (material / "002.jpg").write_bytes(scan(dpi=150, seed=2))
    (material / "004.jpg").write_bytes(scan(seed=4)[:30000])
    (material / "005.jpg").write_bytes(b"this is no picture")
    (root / "notes.txt").write_text("read me", "utf-8")
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_the_answer_is_as_promised(delivery: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = run(capsys, "check", str(delivery))
    assert status == 1
    summary = answer["summary"]
    assert (summary["files"], summary["pages"], summary["dossiers"]) == (4, 4, 1)
    assert sum(summary[verdict] for verdict in ("fail", "review", "pass", "not_measurable")) == 4
    assert (summary["fail"], summary["pass"]) == (3, 1)
    assert answer["ignored"] == ["notes.txt"]
    found = {(finding["rule"], finding["file"]): finding for finding in answer["findings"]}
    low = found["page.dpi", "LT-001/1/1/002.jpg"]
    assert {**low, "message": "", "message_zh": ""} == {
        "rule": "page.dpi", "file": "LT-001/1/1/002.jpg", "page": 1, "subject": None, "verdict": "fail",
        "severity": "major", "measured": 150, "limit": 200, "unit": "dpi", "clause": "DA/T 31-2017 9.4",
        "certainty": "text", "message": "", "message_zh": "",
    }  # fmt: skip
    assert "150 dpi" in low["message_zh"]
    assert "DA/T 31-2017 9.4" in low["message_zh"]
    assert found["page.damaged", "LT-001/1/1/004.jpg"]["severity"] == "critical"
    assert ("page.damaged", "LT-001/1/1/005.jpg") in found
    assert found["number.gap", "LT-001/1/1/004.jpg"]["measured"] == "3"
    pages = {page["file"]: page["measures"] for page in answer["pages"]}
    assert pages["LT-001/1/1/001.jpg"]["dpi"]["value"] == pytest.approx(200, rel=0.02)
    assert pages["LT-001/1/1/005.jpg"]["dpi"] == {"reason": "reason.damaged"}
    assert all(
        set(measure) in ({"reason"}, {"value", "unit", "confidence"}) for m in pages.values() for measure in m.values()
    )


def test_a_page_scanned_twice_is_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    material = tmp_path / "LT-001" / "1" / "1"
    material.mkdir(parents=True)
    (material / "001.jpg").write_bytes(scan(seed=1))
    (material / "002.jpg").write_bytes(scan(seed=1))
    (material / "003.jpg").write_bytes(scan(seed=3))
    status, answer = run(capsys, "check", str(tmp_path))
    assert status == 0
    assert [(each["rule"], each["file"], each["measured"]) for each in answer["findings"]] == [
        ("page.duplicate", "LT-001/1/1/002.jpg", "LT-001/1/1/001.jpg")
    ]
    assert answer["pages"][1]["measures"]["duplicate_of"]["value"] == "LT-001/1/1/001.jpg"


def test_a_single_file_and_named_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "image0001.jpg").write_bytes(scan(dpi=150, header=300))
    status, answer = run(capsys, "check", "--rules", "page.dpi,page.dpi-header", str(tmp_path / "image0001.jpg"))
    assert status == 1
    assert {finding["rule"] for finding in answer["findings"]} == {"page.dpi", "page.dpi-header"}


@pytest.mark.parametrize("kind", ["missing", "empty"])
def test_what_cannot_be_checked_is_an_error(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / kind
    if kind == "empty":
        path.mkdir()
    status, answer = run(capsys, "check", str(path))
    assert status == 2
    assert answer["error"]["code"] == f"path.{kind}"
    assert answer["error"]["path"] == str(path)


def test_unknown_profile_and_rule(delivery: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", str(delivery), "--profile", "nowhere")[1]["error"]["code"] == "profile.unknown"
    assert run(capsys, "check", str(delivery), "--rules", "page.nothing")[1]["error"]["code"] == "rules.unknown"


def test_reports(delivery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (delivery / "LT-001" / "1" / "1" / "<b>.jpg").write_bytes(b"x")
    reports = ["--report", str(tmp_path / "r.html"), "--report", str(tmp_path / "r.json")]
    assert main(["check", str(delivery), *reports]) == 1
    text = (tmp_path / "r.html").read_text("utf-8")
    assert "页号缺漏" in text
    assert "<b>.jpg" not in text
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["summary"]["pages"] == 5
    capsys.readouterr()
    assert not [file.name for file in tmp_path.iterdir() if file.name not in ("delivery", "r.html", "r.json")]


@pytest.mark.parametrize(
    ("name", "code"),
    [("r.docx", "report.unknown-form"), ("no/r.html", "report.no-folder"), ("folder.pdf", "check.no-report")],
)
def test_a_report_that_cannot_be_written_is_said_before_any_work(
    name: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.pdf").mkdir()
    # What is to be checked is not there either: the report's place is looked at first.
    status, answer = run(capsys, "check", str(tmp_path / "missing"), "--report", str(tmp_path / name))
    assert status == 2
    assert answer["error"]["code"] == code
    assert answer["error"]["path"] == str(tmp_path / name)


def test_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = run(capsys, "rules", "--profile", "strict")
    assert status == 0
    rules = {rule["id"]: rule for rule in answer["rules"]}
    assert rules["page.dpi"]["limit"] == 300
    assert main(["rules"]) == 0
    assert "page.skew" in capsys.readouterr().out
