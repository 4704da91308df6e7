"""Results on disk: what a broken-off run leaves is a beginning, and what is not ours is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from base.errors import BusyError, JuanzongError
from ocr.result_file import ResultFile


def _line(page: int, sha256: str = "aa", **more: Any) -> dict[str, Any]:
    return {"file": "a.pdf", "page": page, "sha256": sha256, "engine": "rapidocr", "text": "字"} | more


def _pages(path: Path) -> list[int]:
    return [json.loads(line)["page"] for line in path.read_text("utf-8").splitlines()]


def test_finished_pages_are_known_to_the_next_run_and_come_out_in_order(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with ResultFile(out, "rapidocr") as kept:
        for page in (3, 1):
            kept.add(_line(page))
    assert _pages(out) == [3, 1]
    with ResultFile(out, "rapidocr") as kept:
        assert [kept.has("a.pdf", page, "aa") for page in (1, 2, 3)] == [True, False, True]
        assert not kept.has("a.pdf", 1, "another file in its place")
        kept.add(_line(2))
        kept.finish([("a.pdf", page) for page in (1, 2, 3)])
    assert _pages(out) == [1, 2, 3]
    assert [file.name for file in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_line_that_was_cut_short_is_read_again(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with ResultFile(out, "rapidocr") as kept:
        kept.add(_line(1))
        kept.add(_line(2))
    for lost in range(1, 20):
        out.write_bytes(out.read_bytes()[: -1 if lost == 1 else -2])
        with ResultFile(out, "rapidocr") as kept:
            assert (kept.has("a.pdf", 1, "aa"), kept.has("a.pdf", 2, "aa")) == (True, False)
            kept.add(_line(2))
        assert _pages(out) == [1, 2]


def test_a_page_that_failed_or_whose_file_changed_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with ResultFile(out, "rapidocr") as kept:
        kept.add({"file": "a.pdf", "page": 1, "sha256": "aa", "error": {"code": "ocr.failed"}})
        kept.add(_line(2))
    with ResultFile(out, "rapidocr") as kept:
        assert not kept.has("a.pdf", 1, "aa")
        kept.add(_line(1))
        kept.add(_line(2, "bb"))
        kept.finish([("a.pdf", 1), ("a.pdf", 2)])
        assert len(kept) == 2
    assert [json.loads(line).get("sha256") for line in out.read_text("utf-8").splitlines()] == ["aa", "bb"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("姓名,出生日期\n", "ocr.out-not-results"),
        ('["file", "page"]\n', "ocr.out-not-results"),
        (json.dumps(_line(1, engine="paddleocr")) + "\n", "ocr.out-other-engine"),
    ],
)
def test_what_is_not_ours_is_left_as_it_is(tmp_path: Path, content: str, code: str) -> None:
    out = tmp_path / "list.csv"
    out.write_text(content, "utf-8")
    with pytest.raises(JuanzongError) as caught, ResultFile(out, "rapidocr"):
        pass
    assert (caught.value.code, out.read_text("utf-8")) == (code, content)


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    with ResultFile(tmp_path / "out.jsonl", "rapidocr") as first:
        with pytest.raises(BusyError), ResultFile(tmp_path / "out.jsonl", "rapidocr"):
            pass
        first.add(_line(1))
    with pytest.raises(JuanzongError) as caught:
        ResultFile(tmp_path / "none" / "out.jsonl", "rapidocr")
    assert caught.value.code == "ocr.out-unwritable"
