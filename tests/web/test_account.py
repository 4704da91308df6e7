"""Signing in and out, the time-out that brings back, what an account prefers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from archive.tables import Account, AuditEntry
from tests.archive.factory import PASSWORD, Made
from tests.web.conftest import Browser


def test_a_stranger_is_led_to_the_door_and_back(app: Flask) -> None:
    browser = Browser(app.test_client())
    answer = browser.get("/clerk/dossiers?state=checked")
    assert answer.status_code == 302
    assert "next=" in answer.location
    tokens = browser.tokens(answer.location)
    inside = browser.client.post(
        "/account/sign-in",
        data={"login": "east", "password": PASSWORD, "next": "/clerk/dossiers?state=checked", **tokens},
    )
    assert inside.location == "/clerk/dossiers?state=checked"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"],
)
def test_the_way_back_never_leads_away(app: Flask, target: str) -> None:
    browser = Browser(app.test_client())
    tokens = browser.tokens("/account/sign-in")
    inside = browser.client.post(
        "/account/sign-in", data={"login": "east", "password": PASSWORD, "next": target, **tokens}
    )
    assert inside.location == "/account/start"


def test_a_wrong_password_says_so_and_no_more(app: Flask) -> None:
    browser = Browser(app.test_client())
    texts = set()
    for login, password in (("east", "wrong password"), ("nobody", "wrong password")):
        tokens = browser.tokens("/account/sign-in")
        answer = browser.client.post("/account/sign-in", data={"login": login, "password": password, **tokens})
        assert answer.status_code == 401
        texts.add("登录名或密码不对" in answer.text)
    assert texts == {True}


def test_an_idle_session_ends_and_comes_back_to_the_same_place(
    sign_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("east")
    assert browser.get("/clerk/").status_code == 200
    import time

    later = time.time() + 31 * 60
    monkeypatch.setattr("web.security.time.time", lambda: later)
    answer = browser.get("/clerk/pages/1")
    assert answer.location == "/account/sign-in?next=/clerk/pages/1"


def test_an_act_after_the_time_out_is_not_done_and_leads_back(
    sign_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch, made: Made
) -> None:
    browser = sign_in("east")
    tokens = browser.tokens("/clerk/dossiers/1")
    import time

    later = time.time() + 31 * 60
    monkeypatch.setattr("web.security.time.time", lambda: later)
    answer = browser.client.post(
        "/clerk/materials/1/correct",
        data={"field": "title", "new": "新", "reason": "x", **tokens},
        headers={"Referer": "http://localhost/clerk/dossiers/1"},
    )
    assert answer.location == "/account/sign-in?next=/clerk/dossiers/1"


def test_progress_asked_for_by_the_page_keeps_no_session_alive(
    sign_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("east")
    import time

    start = time.time()
    monkeypatch.setattr("web.security.time.time", lambda: start + 20 * 60)
    asked = browser.get("/clerk/batches/1/progress", headers={"X-Background": "1"})
    assert asked.json["received"] == 4
    monkeypatch.setattr("web.security.time.time", lambda: start + 40 * 60)
    assert browser.get("/clerk/batches/1/progress", headers={"X-Background": "1"}).status_code == 401


def test_preferences_are_kept_with_the_account(sign_in: Callable[[str], Browser], made: Made) -> None:
    browser = sign_in("east")
    browser.post("/account/preferences", {"theme": "dark"})
    browser.post("/account/preferences", {"large_type": "1"})
    browser.post("/account/preferences", {"theme": "neon"})
    again = sign_in("east").get("/clerk/").text
    assert 'data-theme="dark"' in again
    assert 'data-type="large"' in again
    assert 'data-theme="light"' in sign_in("west").get("/clerk/").text


def test_english_is_a_preference(sign_in: Callable[[str], Browser]) -> None:
    browser = sign_in("east")
    browser.post("/account/preferences", {"language": "en"})
    page = browser.get("/clerk/").text
    assert '<html lang="en"' in page
    assert "Batches" in page


def test_a_changed_password_ends_other_sessions(sign_in: Callable[[str], Browser]) -> None:
    other, browser = sign_in("east"), sign_in("east")
    answer = browser.post("/account/password", {"old": PASSWORD, "new": "another long one"})
    assert answer.status_code == 303
    assert browser.get("/clerk/").status_code == 200
    assert other.get("/clerk/").status_code == 302


def test_a_wrong_old_password_changes_nothing(sign_in: Callable[[str], Browser], made: Made) -> None:
    browser = sign_in("east")
    browser.post("/account/password", {"old": "not mine at all", "new": "another long one"})
    assert "登录名或密码不对" in browser.get("/account/").text
    sign_in("east")


def test_a_closed_account_is_out_at_once(sign_in: Callable[[str], Browser], made: Made) -> None:
    browser = sign_in("east")
    with made.office.catalogue.write() as session:
        session.get_one(Account, made.accounts["east"]).active = False
    assert browser.get("/clerk/").status_code == 302


def test_signing_in_and_out_is_in_the_trail(sign_in: Callable[[str], Browser], made: Made) -> None:
    browser = sign_in("east")
    browser.post("/account/sign-out")
    assert browser.get("/clerk/").status_code == 302
    with made.office.catalogue.read() as session:
        actions = [
            row.action
            for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            if row.actor == "account:east"
        ]
    assert actions == ["sign-in", "sign-out"]


@pytest.mark.parametrize("login", ["planner", "desk"])
def test_a_desk_is_for_those_who_work_at_it(sign_in: Callable[[str], Browser], login: str) -> None:
    assert sign_in(login).get("/clerk/").status_code == 403
