"""`juanzong rules`: what there is, and what a profile makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from standards.registry import registry


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["rules", *arguments])
    return status, capsys.readouterr().out


def test_all_rules_with_their_marks(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = answer(capsys, "--json")
    told = json.loads(out)
    assert status == 0
    assert [rule["id"] for rule in told["rules"]] == list(registry())
    assert told["scheme"] == "cadre-2018"
    for rule in told["rules"]:
        assert rule["title_zh"]
        assert rule["mark"] == {"text": "T", "secondary": "S", "practice": "C", "project": "P"}[rule["certainty"]]
        assert rule["verdict"] == "review" or rule["mark"] == "T"


def test_a_citys_profile_shows_in_the_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text('scheme = "retiree-4"\n[rules."page.skew"]\nverdict = "fail"\nlimit = 2', "utf-8")
    _, out = answer(capsys, "--json", "--profile", str(file))
    told = json.loads(out)
    skew = next(rule for rule in told["rules"] if rule["id"] == "page.skew")
    assert (told["scheme"], skew["verdict"], skew["limit"], skew["mark"]) == ("retiree-4", "fail", 2, "P")


def test_a_bad_profile_is_one_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text('[rules."page.skews"]\nlimit = 2', "utf-8")
    status, out = answer(capsys, "--json", "--profile", str(file))
    error = json.loads(out)["error"]
    assert status == 2
    assert (error["code"], error["path"]) == ("profile.unknown-rule", str(file))
    assert "page.skew" in error["message_zh"]


def test_the_table_names_every_rule_whole(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = answer(capsys)
    assert status == 0
    assert all(rule in out for rule in registry())
