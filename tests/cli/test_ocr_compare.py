"""`juanzong ocr --compare`: two result files, or two engines on a file; differences in JSON and as a page to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli import ocr_compare
from cli.main import main
from tests.ingest import engines
from tests.ocr.drawn import TEXT, page


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two result files of one page: the second has read one character otherwise."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(page((TEXT[0],), size=(900, 300))).save("001.jpg", quality=90)
    box = [[10.0, 10.0], [10.0 + 30 * len(TEXT[0]), 10.0], [10.0 + 30 * len(TEXT[0]), 40.0], [10.0, 40.0]]
    # As little as the contract promises.
    line = {
        "file": "001.jpg", "page": 1, "engine": "one", "width": 900, "height": 300, "rotation": 0, "seconds": 1.0,
        "text": TEXT[0], "lines": [{"text": TEXT[0], "box": box, "confidence": 0.9}],
    }  # fmt: skip
    other = line | {"lines": [{"text": "未" + TEXT[0][1:], "box": box, "confidence": 0.9}]}
    failed = {"file": "002.jpg", "page": 1, "error": {"code": "image.truncated"}}
    _write(tmp_path / "a.jsonl", line, failed)
    _write(tmp_path / "b.jsonl", other, other | {"file": "003.jpg"})
    return tmp_path


def _write(path: Path, *lines: dict[str, Any]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def test_two_result_files(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ocr", "--compare", "a.jsonl", "b.jsonl", "--json", "--out", "seen.html"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["summary"] == {
        "pages": 1, "same": 0, "places": 1, "different": 1, "characters_a": 1, "characters_b": 1,
    }  # fmt: skip
    assert answer["only_b"] == [{"file": "003.jpg", "page": 1}]
    (difference,) = answer["pages"][0]["differences"][0]["differences"]
    assert (difference["a"], difference["b"]) == (TEXT[0][0], "未")
    seen = Path("seen.html").read_text("utf-8")
    assert "data:image/jpeg;base64," in seen
    assert '<mark class="b">未</mark>' in seen


def test_two_engines_on_a_file(
    results: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr_compare, "engine_factory", engines.find_told)
    assert main(["ocr", "--compare", "甲", "乙", "001.jpg"]) == 0
    said = capsys.readouterr().out
    assert said == "< 甲所读\n> 乙所读\n\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["rapidocr", "none.jsonl"], "ocr.compare-no-files"),
        (["rapidocr", "tesseract", "001.jpg"], "ocr.engine-unknown"),
        (["a.jsonl", "001.jpg"], "ocr.out-not-results"),
    ],
)
def test_what_cannot_be_compared_is_said(
    results: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    assert main(["ocr", "--json", "--compare", *arguments]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
