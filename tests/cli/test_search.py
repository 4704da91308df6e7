"""`juanzong search` with what nobody should type: one clear answer on the right stream, and the right exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.office import make_office
from base.settings import load_settings
from cli.main import main
from ingest.find import FindAnswer
from tests.search.hostile import HOSTILE

_FEW = (
    "ten thousand words", "a megabyte of brackets", "asterisks between", "NUL", "all controls", "half a surrogate",
    "a byte that is no UTF-8, from the command line", "what is no character", "writing from the right", "everything at once",
    "what folds to a book", "a unit beyond number", "a statement", "quotes",
)  # fmt: skip


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("office")
    make_office(load_settings(folder, {}), "某区人事档案中心", "admin", "correct horse").close()
    yield folder


@pytest.mark.parametrize("name", _FEW)
def test_a_hostile_query_is_one_answer_or_one_coded_error(
    data_dir: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    status = main(["search", "--json", "--data-dir", str(data_dir), "--", HOSTILE[name]])
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert "Traceback" not in told.err
    if status == 0:
        assert (answer["total"], answer["hits"]) == (0, [])
    else:
        assert status == 2
        assert answer["error"]["code"].startswith("search.query-")
        assert answer["error"]["message"].isprintable()
        assert answer["error"]["message_zh"].isprintable()
        assert len(answer["error"]["message"]) < 300


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["王", "--limit", "0"], "usage"),
        (["王", "--limit", "9" * 400], "usage"),
        (["王", "--limit", "x"], "usage"),
        (["王", "--kind", "\x00"], "search.kind-unknown"),
        (["王", "--kind", ",,,"], "search.kind-unknown"),
        (["王", "--kind", "page" * 10_000], "search.kind-unknown"),
        (["-王"], "search.query-only-not"),
        (["-王", "李"], "usage"),
        (["-n", "5"], "usage"),
        (["-王 李", "--limt", "5"], "usage"),
        (["--limt=5", "王"], "usage"),
        (["--limt"], "usage"),
        ([], "usage"),
        ([""], "search.query-empty"),
    ],
)
def test_arguments_that_cannot_be_are_said(
    data_dir: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    assert main(["search", *arguments, "--json", "--data-dir", str(data_dir)]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


@pytest.mark.parametrize("query", ["-职工 登记表", "-class:9 登记表", '-"职 工" a=b', "-jh 王", "-- x"])
def test_a_query_that_begins_with_a_minus_is_taken_as_it_is_typed(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    asked: list[str] = []

    def found(_office: object, _index: object, _viewer: object, typed: str, **_: object) -> FindAnswer:
        asked.append(typed)
        return FindAnswer(0, 0.1, (), None)

    monkeypatch.setattr("cli.search.find", found)
    between = ["--"] if query.startswith("--") else []
    assert main(["search", "--data-dir", str(data_dir), "--json", *between, query]) == 0
    if not between:
        assert main(["--data-dir", str(data_dir), "search", query, "--limit", "3", "--json"]) == 0
    assert set(asked) == {query}
    assert "usage" not in capsys.readouterr().out


def test_a_mistyped_option_is_named(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "-王 李", "--limt", "5", "--data-dir", str(data_dir)]) == 2
    assert "--limt" in capsys.readouterr().err


def test_a_terminal_is_told_in_a_sentence(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--data-dir", str(data_dir), "--", "\u202e\x1b[2J张*"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip().isprintable()
