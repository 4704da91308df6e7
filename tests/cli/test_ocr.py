"""`juanzong ocr`: one JSON line a page in the order of the arguments; a bad file stops no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli.main import main
from tests.ocr.drawn import TEXT, page


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    first, second = (Image.fromarray(page((text,), size=(900, 300))) for text in TEXT[:2])
    first.save("a.jpg", quality=90)
    first.save("two.tif", save_all=True, append_images=[second])
    first.save("two.pdf", save_all=True, append_images=[second])
    Path("text.jpg").write_text("no image", "utf-8")
    Path("cut.jpg").write_bytes(Path("a.jpg").read_bytes()[:4000])
    return tmp_path


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    status = main(["ocr", "--json", *arguments])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_a_page_in_order_and_neighbours_go_on(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = _run(capsys, "text.jpg", "two.tif", "cut.jpg", "two.pdf", "a.jpg")
    assert status == 1
    assert [(line["file"], line["page"]) for line in lines] == [
        ("text.jpg", 1), ("two.tif", 1), ("two.tif", 2), ("cut.jpg", 1), ("two.pdf", 1), ("two.pdf", 2), ("a.jpg", 1),
    ]  # fmt: skip
    assert [line.get("text") for line in lines] == [None, TEXT[0], TEXT[1], None, TEXT[0], TEXT[1], TEXT[0]]
    assert lines[0]["error"]["code"] == "image.unreadable"
    assert lines[3]["error"]["code"] == "image.truncated"
    assert set(lines[0]["error"]) == {"code", "message", "message_zh", "path"}


def test_the_promised_keys(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, (line,) = _run(capsys, "a.jpg")
    assert status == 0
    promised = {"file", "page", "engine", "width", "height", "rotation", "seconds", "text", "lines"}
    assert promised <= set(line)
    assert (line["width"], line["height"], line["rotation"], line["engine"]) == (900, 300, 0, "rapidocr")
    assert [len(corner) for corner in line["lines"][0]["box"]] == [2, 2, 2, 2]
    assert 0.5 < line["lines"][0]["confidence"] <= 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["none.jpg"], "path.missing"),
        (["a.jpg", "none.jpg"], "path.missing"),
        (["."], "ocr.not-a-file"),
        (["a.jpg", "--engine", "tesseract"], "ocr.engine-unknown"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_read(
    scans: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    status, lines = _run(capsys, *arguments)
    assert status == 2
    assert [line["error"]["code"] for line in lines] == [code]


def test_plain_text_for_a_person(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ocr", "a.jpg"]) == 0
    assert capsys.readouterr().out.strip() == TEXT[0]
