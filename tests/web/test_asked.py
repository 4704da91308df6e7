"""What is typed to find somebody stays out of addresses and logs, and finds its way back."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote

import pytest
from flask import Flask, Response, request

from archive.tables import Account
from tests.archive.factory import Made, add_dossier
from tests.web.conftest import Browser
from web.asked import Asked

SignIn = Callable[[str], Browser]
NAME, NUMBER = "张桂兰", "110105194912310021"


@pytest.fixture
def addresses(app: Flask) -> list[str]:
    """Every address that a log of accesses, a history or the next request would show."""
    seen: list[str] = []

    @app.after_request
    def note(response: Response) -> Response:
        seen.extend([request.full_path, request.referrer or "", response.location or ""])
        if response.mimetype == "text/html":
            seen.extend(re.findall(r'(?:href|action|src|value)="(/[^"]*)"', response.get_data(as_text=True)))
        return response

    return seen


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler, root = Keep(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("typed", [NAME, NUMBER])
def test_no_address_and_no_log_holds_what_was_typed(
    typed: str, made: Made, sign_in: SignIn, addresses: list[str], logged: list[str]
) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Account, made.accounts["east"]).desks = ["clerk", "frontdesk"]
    for number in range(51):  # two slices of the list, whose dossiers are called by the person's number
        add_dossier(made, made.batches["b-east"], f"{NUMBER}-{number:02}", NAME, pages=0)
    me = sign_in("east")
    places = [
        me.post("/search", {"q": typed, "kind": "page"}).location,
        me.post("/clerk/dossiers", {"text": typed, "state": "checked"}).location,
        me.post("/frontdesk/find", {"q": typed}).location,
        me.post("/frontdesk/register", {"text": typed, "first": "2026-01-01"}).location,
    ]
    for place in places:
        page = me.get(place, headers={"Referer": f"http://localhost{places[0]}"})
        assert page.status_code == 200
        assert f'value="{typed}"' in page.text
        links = set(re.findall(r'href="(/[^"]*)"', page.text))
        for link in (each for each in links if not re.fullmatch(r"/clerk/dossiers/(?!1$)\d+", each)):
            me.get(link.replace("&amp;", "&")).close()
    assert any("after=" in each for each in addresses)
    assert any("register.csv" in each for each in addresses)
    shown = [unquote(each) for each in (*addresses, *logged)]
    for secret in (NAME, NUMBER):
        assert [each for each in shown if secret in each] == []
        assert [each for each in addresses if quote(secret) in each] == []


def test_the_same_place_is_there_after_the_session_ended(sign_in: SignIn) -> None:
    place = sign_in("east").post("/clerk/dossiers", {"text": NAME}).location
    again = sign_in("east").get(place)
    assert f'value="{NAME}"' in again.text
    assert "E-1" in again.text


def test_paging_keeps_the_filter(made: Made, sign_in: SignIn) -> None:
    for number in range(60):
        add_dossier(made, made.batches["b-east"], f"N-{number:02}", "赵明", pages=0)
    me = sign_in("east")
    page = me.get(me.post("/clerk/dossiers", {"text": "赵"}).location).text
    more = re.search(r'rel="next" href="([^"]*)"', page)
    assert more is not None
    second = me.get(more.group(1).replace("&amp;", "&")).text
    assert re.findall(r">(N-\d\d)<", page + second) == [f"N-{number:02}" for number in range(60)]
    assert "E-1" not in second


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("/search/unknown", "这次搜索已经过去太久"),
        ("/clerk/dossiers?words=unknown", "先前输入的姓名或号码已经过去太久"),
        ("/frontdesk/found/unknown", "这次查找已经过去太久"),
        ("/frontdesk/register?words=unknown&state=done", "先前输入的姓名或登记号已经过去太久"),
        ("/frontdesk/register.csv?words=unknown", "先前输入的姓名或登记号已经过去太久"),
    ],
)
def test_what_is_too_old_is_asked_for_again(made: Made, sign_in: SignIn, place: str, says: str) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Account, made.accounts["east"]).desks = ["clerk", "frontdesk"]
    answer = sign_in("east").get(place, follow_redirects=True)
    assert answer.status_code == 200
    assert says in answer.text


def test_a_page_with_words_that_are_too_old_is_shown_without_marks(sign_in: SignIn) -> None:
    assert '"hits": null' in sign_in("east").get("/clerk/pages/1?words=unknown").text


def test_a_handle_is_of_one_account_only() -> None:
    asked = Asked()
    handle = asked.keep(1, NAME)
    assert asked.text(1, handle) == NAME
    assert asked.text(2, handle) is None
    assert asked.keep(1, NAME) == handle
    assert asked.keep(2, NAME) != handle


def test_texts_are_bounded_and_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    first, second = asked.keep(1, "a"), asked.keep(1, "b")
    assert asked.text(1, first) == "a"
    for number in range(199):
        asked.keep(1, str(number))
    assert asked.text(1, second) is None
    assert asked.text(1, first) == "a"
    import time

    later = time.monotonic() + 13 * 3600
    monkeypatch.setattr("web.asked.time.monotonic", lambda: later)
    assert asked.text(1, first) is None
