"""What holds for every answer: headers, CSRF, acts done once, both languages complete, nothing from another host."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import func, select

import web
from archive.tables import Correction
from base.errors import InputError
from tests.archive.factory import Made
from tests.web.conftest import Browser
from web.once import Once
from web.texts import po_files

_WEB = Path(web.__file__).parent
_PAGES = (
    "/account/sign-in",
    "/account/",
    "/clerk/",
    "/clerk/batches/1",
    "/clerk/dossiers",
    "/clerk/dossiers/1",
    "/clerk/pages/1",
)


@pytest.mark.parametrize("path", _PAGES)
def test_pages_name_no_other_host_and_hold_no_inline_script(sign_in: Callable[[str], Browser], path: str) -> None:
    answer = sign_in("east").get(path, follow_redirects=True)
    page = answer.text
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', page) == []
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []
    assert re.findall(r'\s(?:style|on[a-z]+)="', page) == []
    csp = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "unsafe" not in csp
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_for_this_site_and_no_script(app: Flask) -> None:
    cookie = app.test_client().get("/account/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_form_without_its_token_does_nothing(sign_in: Callable[[str], Browser], made: Made) -> None:
    browser = sign_in("east")
    answer = browser.client.post("/clerk/materials/1/correct", data={"field": "title", "new": "新", "reason": "x"})
    assert answer.status_code == 400
    with made.office.catalogue.read() as session:
        assert session.scalar(select(func.count(Correction.id))) == 0


def test_a_form_sent_twice_is_done_once(sign_in: Callable[[str], Browser], made: Made) -> None:
    browser = sign_in("east")
    form = {
        **browser.tokens("/clerk/dossiers/1"),
        "field": "title",
        "new": "新",
        "reason": "x",
        "back": "/clerk/dossiers/1",
    }
    answers = [browser.client.post("/clerk/materials/1/correct", data=form) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/clerk/dossiers/1"] * 2
    with made.office.catalogue.read() as session:
        assert session.scalar(select(func.count(Correction.id))) == 1


def test_once_makes_a_second_thread_wait_for_the_first() -> None:
    once, began, calls = Once(), threading.Event(), []

    def slow() -> str:
        calls.append(1)
        began.set()
        threading.Event().wait(0.2)
        return "/there"

    answers: list[str] = []
    first = threading.Thread(target=lambda: answers.append(once.run("t", slow)))
    first.start()
    began.wait(5)
    answers.append(once.run("t", slow))
    first.join()
    assert answers == ["/there", "/there"]
    assert len(calls) == 1


def test_an_act_that_failed_may_be_sent_again() -> None:
    once = Once()

    def fails() -> str:
        raise InputError("page-act.nothing")

    with pytest.raises(InputError):
        once.run("t", fails)
    assert once.run("t", lambda: "/there") == "/there"


def test_what_is_not_there_is_said_in_words(sign_in: Callable[[str], Browser]) -> None:
    answer = sign_in("east").get("/clerk/pages/999")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_errors_have_one_json_shape(sign_in: Callable[[str], Browser]) -> None:
    answer = sign_in("east").get("/clerk/batches/999/progress", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["error"].keys() == {"code", "message", "message_zh", "path"}


_PARTS = sorted(each.name for each in _WEB.iterdir() if (each / "templates").is_dir())


def _msgids(part: str | None = None) -> set[str]:
    """The texts of one part of the web; of the frame itself where `part` is empty, of all where it is None."""
    inside = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    methods = [("*.py", "python"), ("templates/**.html", "jinja2")] if part == "" else inside
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
    found = extract_from_dir(_WEB / (part or ""), methods, keywords=keywords)
    return {message for _file, _line, message, _comments, _context in found if isinstance(message, str)}


def _english() -> dict[str, str]:
    texts = {}
    for file in po_files():
        with file.open("rb") as stream:
            texts.update({str(entry.id): str(entry.string) for entry in read_po(stream, locale="en") if entry.id})
    return texts


@pytest.mark.parametrize("part", ["", *_PARTS])
def test_every_text_has_its_english(part: str) -> None:
    english = _english()
    assert sorted(text for text in _msgids(part) if not english.get(text)) == []


def test_no_english_is_left_of_a_text_that_went() -> None:
    assert sorted(set(_english()) - _msgids()) == []


def test_english_keeps_the_placeholders() -> None:
    wrong = [
        text for text, english in _english().items()
        if sorted(re.findall(r"%\((\w+)\)s", text)) != sorted(re.findall(r"%\((\w+)\)s", english))
    ]  # fmt: skip
    assert wrong == []


def test_styles_are_no_newer_than_chromium_109() -> None:
    newer = re.compile(r"color-mix\(|@layer|@scope|text-wrap|&:|oklch|light-dark\(|anchor\(|@starting-style")
    sheets = list(_WEB.rglob("*.css"))
    assert sheets
    assert [sheet.name for sheet in sheets if newer.search(sheet.read_text("utf-8"))] == []


def test_colours_stand_in_the_tokens_only() -> None:
    """Frames and marks drawn on the paper are the exception: paper has no dark theme."""
    for sheet in _WEB.rglob("*.css"):
        if sheet.name.startswith("tokens"):
            continue
        lines = [
            line
            for line in sheet.read_text("utf-8").splitlines()
            if not any(each in line for each in (".frames", "--mark", "#fff"))
        ]
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", "\n".join(lines)) == [], sheet.name
