"""`juanzong account`: made with a password from stdin, listed, switched off; each act in the trail, no password anywhere."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive import accounts
from archive.office import make_office, open_office
from archive.tables import AuditEntry
from base.errors import AccessError
from base.settings import load_settings
from cli.main import main

PASSWORD = "correct horse 9"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    office = make_office(load_settings(tmp_path, {}), "某区人事档案中心", "admin", PASSWORD)
    with office.catalogue.write() as session:
        root = accounts.root_organization(session)
        for name in ("东城纺织厂", "同名厂", "同名厂"):
            accounts.make_organization(session, name, "enterprise", root)
    office.close()
    return tmp_path


@pytest.fixture
def run(data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*arguments: str, password: str = PASSWORD) -> tuple[int, Any]:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        status = main(["account", *arguments, "--json", "--data-dir", str(data_dir)])
        return status, json.loads(capsys.readouterr().out)

    return run


def _add(run: Any, login: str = "wang", *more: str, desk: str = "clerk", password: str = PASSWORD) -> tuple[int, Any]:
    answer: tuple[int, Any] = run(
        "add", "--login", login, "--name", "王静", "--desk", desk, "--password-stdin", *more, password=password
    )
    return answer


def test_an_account_is_made_and_signs_in(run: Any, data_dir: Path) -> None:
    status, made = _add(run, "wang", "--unit", "东城纺织厂", "--desk", "frontdesk")
    assert status == 0
    assert made == {
        "login": "wang", "name": "王静", "desks": ["clerk", "frontdesk"], "unit": "东城纺织厂", "active": True,
    }  # fmt: skip
    office = open_office(load_settings(data_dir, {}))
    with office.catalogue.write() as session:
        assert not isinstance(accounts.sign_in(session, "wang", PASSWORD), AccessError)
        lines = [(row.action, row.detail) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    office.close()
    assert lines[-1][0] == "account.make"
    assert lines[-1][1]["desks"] == ["clerk", "frontdesk"]
    assert PASSWORD not in str(lines)
    assert "王静" not in str(lines)


def test_the_list_shows_those_that_are_off(run: Any) -> None:
    _add(run)
    assert run("off", "--login", "wang") == (0, {"login": "wang", "active": False})
    assert run("off", "--login", "wang")[0] == 0
    listed = run("list")[1]["accounts"]
    assert [(row["login"], row["active"], row["unit"]) for row in listed] == [
        ("admin", True, "某区人事档案中心"), ("wang", False, "某区人事档案中心"),
    ]  # fmt: skip


def test_what_is_off_signs_in_no_more_and_leaves_one_line(run: Any, data_dir: Path) -> None:
    _add(run)
    run("off", "--login", "wang")
    run("off", "--login", "wang")
    office = open_office(load_settings(data_dir, {}))
    with office.catalogue.write() as session:
        assert isinstance(accounts.sign_in(session, "wang", PASSWORD), AccessError)
        actions = list(session.scalars(select(AuditEntry.action)))
    office.close()
    assert actions.count("account.off") == 1


@pytest.mark.parametrize(
    ("more", "options", "code"),
    [
        (("--unit", "没有的厂"), {}, "account.no-unit"),
        (("--unit", "同名厂"), {}, "account.several-units"),
        ((), {"desk": "boss"}, "account.no-desk"),
        ((), {"password": "short"}, "account.weak-password"),
        (("--name", " "), {}, "account.no-name"),
    ],
)
def test_what_cannot_be_made_is_said_and_not_made(
    run: Any, more: tuple[str, ...], options: dict[str, str], code: str
) -> None:
    status, answer = _add(run, "wang", *more, **options)
    assert status == 2
    assert answer["error"]["code"] == code
    assert [row["login"] for row in run("list")[1]["accounts"]] == ["admin"]


def test_a_login_is_given_once(run: Any) -> None:
    assert _add(run, "admin")[1]["error"]["code"] == "account.exists"


def test_the_last_administrator_stays(run: Any) -> None:
    assert run("off", "--login", "admin")[1]["error"]["code"] == "account.last-admin"
    assert run("off", "--login", "nobody")[1]["error"]["code"] == "account.unknown"
    _add(run, "second", desk="admin")
    assert run("off", "--login", "admin")[0] == 0


def test_the_list_is_a_table_for_people(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "list", "--data-dir", str(data_dir)]) == 0
    assert "admin" in capsys.readouterr().out
