"""`juanzong index` and `verify-index`: their JSON, their exit status, and what a person reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive import index_life, outbox
from archive.tables import Material, OutboxRow
from cli.main import main
from ingest.indexer import drain, open_index
from search.embedded import EmbeddedIndex
from tests.archive.factory import Made, add_batch, add_dossier, make_desks
from tests.search.failing import FailingIndex


@pytest.fixture
def made(tmp_path: Path) -> Made:
    office = make_desks(tmp_path)
    add_dossier(office, add_batch(office, "east", "b1"), "D-1", "张桂兰", pages=2)
    return office


def _run(made: Made, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main([*arguments, "--json", "--data-dir", str(made.office.settings.data_dir)])
    return status, json.loads(capsys.readouterr().out)


def test_from_a_lost_index_to_a_good_one(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = _run(made, capsys, "index", "status")
    assert code == 0
    assert (answer["engine"], answer["state"], answer["documents"], answer["waiting"]) == (
        "embedded",
        "rebuild",
        None,
        5,
    )
    code, answer = _run(made, capsys, "verify-index")
    assert (code, answer["error"]["code"]) == (2, "search.index-missing")
    code, answer = _run(made, capsys, "index", "rebuild")
    assert (code, answer) == (0, {"documents": 5, "refused": []})
    code, answer = _run(made, capsys, "index", "status")
    assert (answer["state"], answer["documents"], answer["waiting"], answer["rejected"]) == ("ready", 5, 0, 0)
    assert answer["rebuild"]["state"] == "done"
    assert _run(made, capsys, "verify-index") == (
        0,
        {"checked": 5, "good": 5, "bad": [], "could_not_check": []},
    )


def test_verify_finds_and_repairs(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    _run(made, capsys, "index", "rebuild")
    EmbeddedIndex(made.office.index_path).write([], ["page:1"])
    code, answer = _run(made, capsys, "verify-index")
    assert (code, answer["bad"]) == (1, [{"id": "page:1", "problem": "missing"}])
    code, answer = _run(made, capsys, "verify-index", "--repair")
    assert (code, answer["announced"]) == (0, 1)
    code, answer = _run(made, capsys, "verify-index")
    assert (code, answer["good"]) == (0, 5)


def test_verify_finds_damage_and_rebuilds(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    _run(made, capsys, "index", "rebuild")
    (path,) = made.office.index_path.glob("g*/*.pos")
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    damaged = [{"id": f"index:{path.parent.name}/{path.name}", "problem": "damaged"}]
    code, answer = _run(made, capsys, "verify-index")
    assert (code, answer["bad"], answer["could_not_check"]) == (1, damaged, ["index:documents"])
    assert main(["verify-index", "--data-dir", str(made.office.settings.data_dir)]) == 1
    assert path.name in capsys.readouterr().err
    code, answer = _run(made, capsys, "verify-index", "--repair")
    assert (code, answer["bad"], answer["rebuilt"], answer["refused"]) == (0, damaged, 5, [])
    code, answer = _run(made, capsys, "verify-index")
    assert (code, answer["good"]) == (0, 5)


def test_a_person_reads_what_is_wrong_and_no_name_of_anybody(
    made: Made, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUANZONG_LANG", "zh_CN")
    index = EmbeddedIndex.create(made.office.index_path)
    drain(made.office, FailingIndex(index, rejected=["person:1"]))
    with made.office.catalogue.write() as session:
        index_life.begin_rebuild(session, "elsewhere:1", 9)
        session.get_one(Material, 1).title = "自传"
    assert main(["index", "status", "--data-dir", str(made.office.settings.data_dir)]) == 0
    told = capsys.readouterr().out
    for part in ("正常", "正在重建（0/9）", "1 条内容未能建立检索", "person:1"):
        assert part in told
    assert "张桂兰" not in told


def test_a_rebuild_that_refuses_some_says_which(
    made: Made, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.index.open_index", lambda office: FailingIndex(open_index(office), rejected=["page:2"]))
    assert _run(made, capsys, "index", "rebuild") == (1, {"documents": 4, "refused": ["page:2"]})


def test_doctor_tells_how_the_index_is(made: Made) -> None:
    from ingest.doctor.house import search_index

    settings = made.office.settings
    lost = search_index(settings)
    assert (lost.status, lost.code) == ("fail", "search.index-missing")
    assert not made.office.index_path.exists()
    index = EmbeddedIndex.create(made.office.index_path)
    drain(made.office, FailingIndex(index, rejected=["page:1"]))
    refused = search_index(settings)
    assert (refused.status, refused.code, refused.data["rejected"]) == ("warn", "doctor.index.rejected", 1)
    with made.office.catalogue.write() as session:
        outbox.announce(session, ["page:1"])
    drain(made.office, index)
    assert search_index(settings).status == "ok"
    with made.office.catalogue.write() as session:
        outbox.announce(session, ["page:1"])
        row = session.query(OutboxRow).order_by(OutboxRow.id.desc()).first()
        assert row is not None
        row.created_at = row.created_at.replace(year=row.created_at.year - 1)
    assert search_index(settings).code == "index.late"
