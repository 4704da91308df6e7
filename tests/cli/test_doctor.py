"""`juanzong doctor`: what the machine can do, told to people and to scripts, and nothing changed by looking."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from archive.office import make_office
from base.settings import Settings
from cli.main import main
from ingest.doctor import house, reading
from ocr import paddle_process, runtimes
from ocr.paddle_process import PaddlePlace
from ocr.runtimes import Choice, Trial

TRIALS = (
    Trial("openvino", "bf16", 0.1),
    Trial("openvino-f32", "f32", 0.2),
    Trial("onnxruntime", reason="ImportError: libx"),
)


@pytest.fixture(autouse=True)
def tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runtimes were tested before: `tests/ocr/test_runtimes` does it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    runtimes.keep(Choice("openvino", TRIALS))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    make_office(Settings(data_dir=folder), "档案中心", "admin", "a long password").close()
    return folder


def _doctor(capsys: pytest.CaptureFixture[str], data_dir: Path) -> tuple[int, dict[str, Any]]:
    status = main(["doctor", "--json", "--data-dir", str(data_dir)])
    answer = json.loads(capsys.readouterr().out)
    assert sum(answer["summary"].values()) == len(answer["checks"])
    return status, {check["name"]: check for check in answer["checks"]}


def test_it_says_what_reads_and_why(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, checks = _doctor(capsys, data_dir)
    assert status == 0
    runtime = checks["runtime"]
    assert (runtime["status"], runtime["data"]["runtime"], runtime["data"]["chosen_by"]) == (
        "ok",
        "openvino",
        "self-test",
    )
    assert "0.10 s" in runtime["message"] and "ImportError: libx" in runtime["message"]
    assert [trial["runtime"] for trial in runtime["data"]["trials"]] == [trial.runtime for trial in TRIALS]
    assert len(checks["models"]["data"]["sha256"]["PP-OCRv6_rec_small.onnx"]) == 64
    assert checks["packages"]["data"]["rapidocr"].startswith("3.10")
    assert checks["poppler"]["data"]["version"][:1].isdigit()
    assert checks["data-folder"]["data"]["newest_schema"] is True


def test_people_get_a_table(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUANZONG_LANG", "zh_CN")
    assert main(["doctor", "--data-dir", str(data_dir)]) == 0
    shown = capsys.readouterr()
    for word in ("识别运行库", "处理器", "识别模型", "PaddleOCR", "数据目录", "正常"):
        assert word in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(("runtime", "status"), [("openvino-f32", "ok"), ("onnxruntime", "fail")])
def test_a_runtime_set_by_hand_is_shown_as_such(
    data_dir: Path, runtime: str, status: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUANZONG_OCR_RUNTIME", runtime)
    code, checks = _doctor(capsys, data_dir)
    assert (checks["runtime"]["status"], checks["runtime"]["data"]["chosen_by"]) == (status, "settings")
    assert code == (1 if status == "fail" else 0)


def test_no_runtime_at_all_is_a_failure(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.self_test, "choice", lambda again: None)
    check = reading.runtime(Settings(data_dir=data_dir), again=False)
    assert (check.status, check.code) == ("fail", "doctor.runtime.none")


@pytest.mark.sqlite
def test_looking_changes_nothing(tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, checks = _doctor(capsys, tmp_path / "nowhere")
    assert (checks["data-folder"]["status"], checks["data-folder"]["data"]["office"]) == ("warn", False)
    assert not (tmp_path / "nowhere").exists()
    with sqlite3.connect(data_dir / "catalogue.sqlite") as catalogue:
        catalogue.execute("UPDATE alembic_version SET version_num = '0001'")
    catalogue.close()
    status, checks = _doctor(capsys, data_dir)
    assert (status, checks["data-folder"]["data"]["newest_schema"]) == (0, False)
    _, again = _doctor(capsys, data_dir)
    assert again["data-folder"]["data"]["newest_schema"] is False


def test_a_catalogue_without_its_objects_is_a_failure(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir / "objects").rename(data_dir / "gone")
    status, checks = _doctor(capsys, data_dir)
    assert (status, checks["data-folder"]["status"]) == (1, "fail")


def test_what_is_missing_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "_FONTS", ("no-such-font.ttc",))
    assert house.fonts().data == {"missing": ["no-such-font.ttc"]}
    monkeypatch.setenv("PATH", str(data_dir))
    assert house.poppler().status == "fail"
    monkeypatch.setattr(reading, "machine_bytes", lambda: 1 << 30)
    assert reading.memory(Settings(data_dir=data_dir, workers=2)).code == "doctor.memory.short"


def test_the_second_engine_is_needed_only_where_it_is_chosen(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paddle_process, "PaddlePlace", lambda: PaddlePlace(tmp_path / "none"))
    assert reading.second_engine(Settings(data_dir=data_dir)).status == "ok"
    assert reading.second_engine(Settings(data_dir=data_dir, ocr_engine="paddleocr")).status == "fail"
