"""The verbs of custody keep their promises: one JSON document, 0 for good, 1 for bad or unsure, 2 for what could not be done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from ingest.custody import again
from tests.ingest.custody.holdings import Holdings, make_holdings

pytestmark = pytest.mark.sqlite


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    monkeypatch.setattr(again, "_PATIENCE_S", 0.05)
    made = make_holdings(tmp_path / "office")
    made.office.close()
    return made


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = main([str(each) for each in arguments] + ["--json"])
    return status, json.loads(capsys.readouterr().out)


def test_from_a_flipped_bit_to_an_office_that_is_well_again(
    held: Holdings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data-dir", held.office.settings.data_dir)
    status, answer = asked(capsys, "fsck", "--no-index", *data)
    assert (status, answer["bad"], answer["could_not_check"]) == (0, [], [])
    assert answer["checked"] == answer["good"] > 0
    status, answer = asked(capsys, "backup", tmp_path / "backup", *data)
    assert (status, answer["bad"]) == (0, [])
    held.flip(held.keys["original"], 1)
    status, answer = asked(capsys, "fsck", "--no-index", *data)
    assert status == 1
    (bad,) = answer["bad"]
    assert (bad["id"], bad["problem"], bad["kind"]) == (held.keys["original"], "changed", "original")
    assert bad["message"] and "内容有变" in bad["message_zh"]
    assert asked(capsys, "backup", tmp_path / "backup", *data)[0] == 0  # the good bytes are there already
    status, answer = asked(capsys, "fsck", "--no-index", "--repair-from", tmp_path / "backup", *data)
    assert (status, answer["mended"], answer["clean"]) == (0, 1, True)
    assert asked(capsys, "fsck", "--no-index", *data)[0] == 0
    status, answer = asked(capsys, "restore", tmp_path / "backup", "--data-dir", tmp_path / "new")
    assert (status, answer["fsck"]["clean"], answer["missing"]) == (0, True, [])
    status, answer = asked(capsys, "restore", tmp_path / "backup", *data)
    assert (status, answer["error"]["code"]) == (2, "restore.not-empty")
    assert len(asked(capsys, "backup", tmp_path / "backup", "--list", *data)[1]["snapshots"]) == 2


def test_fixity_reads_what_is_due_and_says_what_is_left(held: Holdings, capsys: pytest.CaptureFixture[str]) -> None:
    data = ("--data-dir", held.office.settings.data_dir)
    held.flip(held.keys["original"], 1)
    status, answer = asked(capsys, "fixity", *data)
    assert (status, answer["due"], [each["id"] for each in answer["bad"]]) == (1, 0, [held.keys["original"]])
    assert answer["checked"] == answer["good"] + 1 > 1
    status, answer = asked(capsys, "fixity", "--minutes", 1, *data)
    assert (status, answer["checked"], answer["good"]) == (1, 1, 0)


def test_a_store_that_is_away_is_exit_2_and_says_so(held: Holdings, capsys: pytest.CaptureFixture[str]) -> None:
    held.objects.rename(held.objects.with_name("elsewhere"))
    status, answer = asked(capsys, "fsck", "--data-dir", held.office.settings.data_dir)
    assert (status, answer["error"]["code"]) == (2, "store.marker-missing")


def test_copies_are_written_verified_and_counted(
    held: Holdings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ("--data-dir", held.office.settings.data_dir)
    assert asked(capsys, "copies", "write", *data)[1]["error"]["code"] == "custody.no-second"
    monkeypatch.setenv("JUANZONG_SECOND_STORE", "folder")
    monkeypatch.setenv("JUANZONG_SECOND_PATH", str(tmp_path / "second"))
    status, answer = asked(capsys, "copies", "write", "--create", *data)
    assert (status, answer["bad"], answer["failed"]) == (0, [], [])
    (due,) = asked(capsys, "copies", "status", *data)[1]["due"]
    assert (due["copy"], due["code"], due["count"]) == ("offline", "copies.due-offline", answer["copied"])
    (tmp_path / "disk").mkdir()
    status, answer = asked(capsys, "copies", "write", tmp_path / "disk", *data)
    assert (status, answer["left"], answer["same_disk"]) == (0, 0, True)
    status, answer = asked(capsys, "copies", "status", *data)
    assert answer["all_three"] == answer["objects"] > 0
    assert answer["due"] == []
    for place in ((), (tmp_path / "disk",)):
        status, answer = asked(capsys, "copies", "verify", *place, *data)
        assert (status, answer["bad"], answer["could_not_check"]) == (0, [], [])
        assert answer["good"] == answer["checked"] > 0


def test_a_hold_is_placed_listed_and_lifted(held: Holdings, capsys: pytest.CaptureFixture[str]) -> None:
    data = ("--data-dir", held.office.settings.data_dir)
    arguments = ("hold", "add", "--dossier", held.dossier_id, "--reason", "诉讼", "--until", "2999-12-31", *data)
    status, answer = asked(capsys, *arguments)
    assert (status, answer["in_force"], answer["reason"]) == (0, True, "诉讼")
    assert [each["id"] for each in asked(capsys, "hold", "list", *data)[1]["holds"]] == [answer["id"]]
    assert asked(capsys, "hold", "lift", answer["id"], "--reason", "已结案", *data)[1]["in_force"] is False
    assert asked(capsys, "hold", "list", *data)[1]["holds"] == []
    assert asked(capsys, "hold", "add", "--reason", "x", "--until", "soon", *data)[0] == 2
