"""The log of requests: which view and how it ended; nothing that somebody typed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from base import logs


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    said: list[str] = []

    def keep(code: str, level: str = "info", /, **values: Any) -> None:
        said.append(json.dumps({"code": code, "level": level, **values}, ensure_ascii=False))

    monkeypatch.setattr(logs, "event", keep)
    return said


def test_a_request_is_told_by_its_view(app: Flask, told: list[str]) -> None:
    app.test_client().get("/account/sign-in?next=/张桂兰")
    (line,) = [json.loads(each) for each in told]
    assert (line["code"], line["level"], line["method"], line["status"]) == ("request", "info", "GET", 200)
    assert line["view"] == "account.sign_in"
    assert "张" not in str(told)


def test_an_address_that_nobody_knows_is_not_told(app: Flask, told: list[str]) -> None:
    app.test_client().get("/张桂兰/11010519491231002X")
    assert json.loads(told[0])["view"] is None
    assert not any(word in str(told) for word in ("张", "110105"))


def test_monitors_and_files_are_not_told(app: Flask, told: list[str]) -> None:
    client = app.test_client()
    for address in ("/healthz", "/readyz", "/static/nothing.css"):
        client.get(address)
    assert told == []


def test_what_breaks_is_a_warning(app: Flask, told: list[str]) -> None:
    app.testing = False
    app.add_url_rule("/broken", view_func=lambda: {}["张桂兰"], endpoint="broken")
    assert app.test_client().get("/broken").status_code == 500
    assert json.loads(told[-1])["level"] == "warning"
    assert "张" not in str(told)
