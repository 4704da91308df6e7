"""`juanzong plan` from outside: its JSON, its errors, its tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from cli.main import main

EXAMPLE = """
[stock]
volumes = 60103
yearly_growth = 1800
years = 10
[norm]
id = "office-60"
[geometry]
thickness_mm = 20
shelf = "double-sided"
fill = 1.0
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(EXAMPLE, "utf-8")
    return path


@pytest.mark.parametrize("order", [("plan", "{}", "--json"), ("plan", "--json", "{}")])
def test_the_answer(file, capsys, order):
    assert main([part.format(file) for part in order]) == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert err == ""
    assert (answer["volumes"], answer["area_m2"], answer["sections"]) == (78103, 468.618, 155)
    assert answer["linear_metres"] == 1562.06
    assert answer["rule"]["id"] == "office-60" and answer["rule"]["clause"] == "第15条"
    assert (answer["scope"], answer["floor_applied"], answer["full_in_year"]) == ("stack", False, None)
    assert answer["by_year"][0] == {"year": 0, "volumes": 60103, "area_m2": 360.618}
    assert answer["by_year"][10]["year"] == 10
    assert (answer["staff"], answer["storage_tb"]) == (None, None)
    assert all(note["code"] and note["message"] and note["message_zh"] for note in answer["warnings"])


def test_an_error_names_file_and_key(file, capsys):
    file.write_text(EXAMPLE.replace("years = 10", "years = true"), "utf-8")
    assert main(["plan", str(file), "--json"]) == 2
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert err == ""
    assert (error["code"], error["path"]) == ("plan.not-a-number", str(file))
    assert "stock.years" in error["message"] and "stock.years" in error["message_zh"]


def test_without_json_the_error_goes_to_stderr(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("JUANZONG_LANG", "zh_CN")
    assert main(["plan", str(tmp_path / "none.toml")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "找不到" in err and "none.toml" in err


@pytest.mark.parametrize("arguments", [["plan"], ["plan", "--bogus"], ["no-such-verb"]])
def test_a_wrong_call_is_one_error(arguments, capsys):
    assert main([*arguments, "--json"]) == 2
    out, _ = capsys.readouterr()
    assert json.loads(out)["error"]["code"] == "usage"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_CN", ["库房测算", "78,103 卷", "468.6 m²", "155 节", "定额 office-60", "依据", "无法计算人员"]),
        ("en", ["Storage plan", "78,103 volumes", "155 sections", "stack only", "Staff cannot be calculated"]),
    ],
)
def test_the_tables(file, capsys, monkeypatch, language, words):
    monkeypatch.setenv("JUANZONG_LANG", language)
    assert main(["plan", str(file)]) == 0
    out, _ = capsys.readouterr()
    for word in words:
        assert word in out


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_json_is_utf8_whatever_the_terminal_speaks(file, encoding):
    call = [sys.executable, "-c", "from cli.main import run; run()", "plan", str(file)]
    environ = {**os.environ, "PYTHONIOENCODING": encoding}
    as_json = subprocess.run([*call, "--json"], env=environ, capture_output=True, check=True)
    assert json.loads(as_json.stdout.decode("utf-8"))["rule"]["clause"] == "第15条"
    table = subprocess.run(call, env=environ, capture_output=True, check=True)
    assert "78,103" in table.stdout.decode(encoding)
