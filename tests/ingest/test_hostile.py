"""Hostile deliveries through `juanzong check --json`: a finding or a clear error for each file, and its neighbours are checked."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.ingest.hostile import DAMAGED, FILES, IGNORED, LIST, MEASURED, good, odd_name, write_all

Captured = pytest.CaptureFixture[str]


def check(path: Path, captured: Captured) -> tuple[int, dict[str, Any]]:
    """Exit code and the one JSON document on stdout; an exception here is a crash."""
    status = main(["check", str(path), "--json"])
    out, err = captured.readouterr()
    assert "Traceback" not in err
    return status, json.loads(out)


def outcome(name: str, answer: dict[str, Any]) -> str:
    """What became of the file `name`, in the words of `hostile.FILES`."""
    if name in answer["ignored"]:
        return IGNORED
    rules = {finding["rule"] for finding in answer["findings"] if finding["file"] == name}
    if DAMAGED in rules:
        return DAMAGED
    if LIST in rules:
        return LIST
    pages = [page for page in answer["pages"] if page["file"] == name]
    return MEASURED if pages and all("value" in page["measures"]["bit_depth"] for page in pages) else "lost"


def assert_neighbour(answer: dict[str, Any], name: str = "good.jpg") -> None:
    measures = next(page["measures"] for page in answer["pages"] if page["file"] == name)
    assert measures["blank"]["value"] < 0.5
    assert abs(measures["skew_deg"]["value"]) < 0.3


def test_all_at_once(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    write_all(folder)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "self.jpg").symlink_to(folder / "self.jpg")
    os.mkfifo(folder / "pipe.jpg")
    status, answer = check(folder, capsys)
    assert status == 1
    assert {name: outcome(name, answer) for name in FILES} == {name: wanted for name, (_, wanted) in FILES.items()}
    assert {"loop", "self.jpg", "pipe.jpg"} <= set(answer["ignored"])
    assert_neighbour(answer)
    summary = answer["summary"]
    verdicts = ("fail", "review", "pass", "not_measurable")
    assert sum(summary[verdict] for verdict in verdicts) == summary["pages"] == len(answer["pages"])


@pytest.mark.parametrize("name", FILES)
def test_one_alone(name: str, tmp_path: Path, capsys: Captured) -> None:
    make, wanted = FILES[name]
    file = tmp_path / name
    file.write_bytes(make())
    status, answer = check(file, capsys)
    if "error" in answer:
        assert status == 2
        assert set(answer["error"]) >= {"code", "message", "message_zh", "path"}
        assert name in answer["error"]["path"]
        assert wanted in (IGNORED, LIST)
    else:
        assert outcome(name, answer) == wanted
        assert status == (1 if any(finding["verdict"] == "fail" for finding in answer["findings"]) else 0)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("huge.png", "too-large"), ("huge.jpg", "too-large"), ("huge.tif", "too-large"), ("bomb.png", "too-large"),
        ("endless.pdf", "too-large"), ("locked.pdf", "locked"), ("empty.jpg", "empty"), ("truncated.jpg", "damaged"),
    ],
)  # fmt: skip
def test_the_reason_is_named(name: str, reason: str, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / name
    file.write_bytes(FILES[name][0]())
    _, answer = check(file, capsys)
    assert {page["measures"]["blank"]["reason"] for page in answer["pages"]} == {f"reason.{reason}"}
    assert any(finding["measured"] == reason for finding in answer["findings"] if finding["rule"] == DAMAGED)


def test_every_frame_of_a_tiff_is_a_page(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "frames.tif").write_bytes(FILES["frames.tif"][0]())
    _, answer = check(tmp_path / "frames.tif", capsys)
    assert [page["page"] for page in answer["pages"]] == [1, 2, 3]


@pytest.mark.parametrize("name", ["grey16.png", "grey16.tif", "cmyk.jpg", "colour16.png"])
def test_deep_and_printed_colours_are_read_as_they_look(name: str, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / name).write_bytes(FILES[name][0]())
    _, answer = check(tmp_path / name, capsys)
    measures = answer["pages"][0]["measures"]
    assert measures["contrast"]["value"] > 0.5
    assert measures["clipped"]["value"] < 0.1


def test_a_name_of_odd_bytes(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / odd_name()).write_bytes(good())
    (tmp_path / "02\n.jpg").write_bytes(good())
    (tmp_path / "good.jpg").write_bytes(good())
    _, answer = check(tmp_path, capsys)
    assert len(answer["pages"]) == 3
    assert_neighbour(answer)
    # Printable: the answer is read by other programs.
    json.dumps(answer, ensure_ascii=False).encode("utf-8")


def test_a_folder_that_may_not_be_read(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused here by hand: whoever runs the tests as root may read everything."""
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "001.jpg").write_bytes(good())
    (tmp_path / "good.jpg").write_bytes(good())
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    status, answer = check(tmp_path, capsys)
    assert status == 1
    assert_neighbour(answer)
    assert any(finding["file"] == "closed" and finding["verdict"] == "fail" for finding in answer["findings"])


def test_nothing_but_a_loop(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    status, answer = check(tmp_path, capsys)
    assert status == 2
    assert answer["error"]["code"] == "path.empty"


def test_a_link_to_itself_is_no_path(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "self").symlink_to(tmp_path / "self")
    status, answer = check(tmp_path / "self", capsys)
    assert status == 2
    assert answer["error"]["message_zh"]
