"""The verbs around a batch, from outside: their JSON, their exit status, wrong input, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.interrupt import HEED_CTRL_C
from tests.ingest.conftest import MakePage, page

__all__ = ["page"]
ROOT = Path(__file__).parents[2]
_RUN = f"{HEED_CTRL_C}; from cli.main import run; run()"


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {_RUN}", *map(str, arguments)]


def _juanzong(*arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments),
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def _json(*arguments: object) -> tuple[int, Any]:
    done = _juanzong(*arguments, "--json")
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "office"
    done = _juanzong("init", "--data-dir", folder, "--office", "测试区", stdin="password-1\n")
    assert done.returncode == 0, done.stderr
    return folder


def test_a_delivery_is_counted_read_and_found(data_dir: Path, tmp_path: Path, page: MakePage) -> None:
    root = tmp_path / "delivery"
    page(root / "A1" / "1" / "1" / "001.jpg", "Zhang San 1965")
    (root / "A1" / "1" / "1" / "002.jpg").write_text("no image")
    (root / "A1" / "Thumbs.db").write_bytes(b"x")
    status, answer = _json("ingest", root, "--data-dir", data_dir)
    assert status == 1
    assert answer["received"] == 2 == answer["new"] + answer["known"] + len(answer["quarantined"])
    assert answer["quarantined"][0]["file"] == "A1/1/1/002.jpg"
    assert answer["ignored"] == ["A1/Thumbs.db"]
    assert (answer["pages"], answer["dossiers"]) == (1, 1)
    assert set(answer["findings"]) >= {"fail", "review", "pass", "not_measurable"}
    # Options may stand before the verb as well.
    done = _juanzong("--json", "--data-dir", data_dir, "search", "zhang")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert [hit["file"] for hit in found["hits"] if hit["kind"] == "page"] == ["A1/1/1/001.jpg"]
    assert found["hits"][0]["boxes"]
    assert _json("verify-index", "--data-dir", data_dir)[1]["bad"] == []


def test_export_writes_the_dossier_as_one_pdf(data_dir: Path, tmp_path: Path, page: MakePage) -> None:
    root = tmp_path / "export-me"
    page(root / "B7" / "1" / "1" / "001.jpg", "first")
    page(root / "B7" / "9-1" / "1" / "001.jpg", "second")
    assert _json("ingest", root, "--data-dir", data_dir)[0] in (0, 1)
    out = tmp_path / "b7.pdf"
    status, answer = _json("export", "pdf", "B7", "--out", out, "--data-dir", data_dir)
    assert (status, answer["pages"], answer["materials"]) == (0, 2, 2)
    assert out.read_bytes().startswith(b"%PDF")
    assert (
        _json("export", "pdf", "nobody", "--out", out, "--data-dir", data_dir)[1]["error"]["code"] == "dossier.unknown"
    )


@pytest.mark.parametrize(("name", "code"), [("missing", "path.missing"), ("empty", "path.empty")])
def test_wrong_paths_are_errors_in_both_languages(data_dir: Path, tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty").mkdir()
    status, answer = _json("ingest", tmp_path / name, "--data-dir", data_dir)
    assert status == 2
    error = answer["error"]
    assert error["code"] == code
    assert error["path"] == str(tmp_path / name)
    assert error["message"] != error["message_zh"]
    done = _juanzong("ingest", tmp_path / name, "--data-dir", data_dir, JUANZONG_LANG="zh_CN")
    assert done.stdout == ""
    assert error["message_zh"] in done.stderr


def test_there_is_no_office_until_one_is_made(tmp_path: Path) -> None:
    status, answer = _json("search", "王", "--data-dir", tmp_path / "none")
    assert (status, answer["error"]["code"]) == (2, "catalogue.missing")
    assert not (tmp_path / "none").exists()


def test_an_office_is_not_made_twice_and_not_with_a_weak_password(data_dir: Path, tmp_path: Path) -> None:
    assert _juanzong("init", "--data-dir", data_dir, stdin="password-1\n").returncode == 2
    assert _juanzong("init", "--data-dir", tmp_path / "new", stdin="short\n").returncode == 2
    assert _juanzong("init", "--data-dir", tmp_path / "new", stdin="long-enough\n").returncode == 0


def test_a_delivery_may_come_before_the_first_administrator(tmp_path: Path, page: MakePage) -> None:
    page(tmp_path / "in" / "A1" / "1" / "1" / "001.jpg", "x")
    status, answer = _json("ingest", tmp_path / "in", "--data-dir", tmp_path / "new", "--no-wait")
    assert (status, answer["new"]) == (0, 1)
    done = _juanzong("init", "--data-dir", tmp_path / "new", "--json")
    drawn = json.loads(done.stdout)
    assert len(drawn["password"]) >= 8
    assert _juanzong("init", "--data-dir", tmp_path / "new", "--json").returncode == 2


def test_a_mistyped_setting_stops_everything(tmp_path: Path) -> None:
    done = _juanzong("search", "x", "--data-dir", tmp_path, "--json", JUANZONG_WORKRES="2")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "settings.unknown-key"


def _objects(data_dir: Path) -> int:
    return sum(each.is_file() for each in data_dir.rglob("*"))


def test_ctrl_c_ends_at_once_and_the_next_run_finishes(data_dir: Path, tmp_path: Path, page: MakePage) -> None:
    root = tmp_path / "long"
    for number in range(1, 9):
        page(root / "C1" / "1" / "1" / f"{number:03}.jpg", f"page {number}")
    before = _objects(data_dir)
    process = subprocess.Popen(
        _command("ingest", root, "--data-dir", data_dir, "--json"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    # In the middle: the first pages are kept, the last are not read yet. A fixed time is too long for a fast machine.
    while _objects(data_dir) < before + 2 and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(stdout)["error"]["code"] == "interrupted"
    answer = _json("ingest", root, "--data-dir", data_dir)[1]
    assert answer["pages"] == answer["new"] + answer["known"] == 8
    assert answer["failed_jobs"] == 0
    assert _json("verify-index", "--data-dir", data_dir)[1]["bad"] == []
