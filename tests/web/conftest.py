"""An office behind the test client, and accounts signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive import outbox
from archive.office import Office
from archive.tables import Material, Page, Person
from ingest.find import FindAnswer, HitList
from ingest.indexer import drain, open_index
from search.index import IndexState, SearchIndex, Suggestion
from tests.archive.factory import PASSWORD, Made, add_batch, add_dossier, make_desks
from web.app import create_app


class NothingFound:
    """A search desk over an empty index; another answer to searches (`find`) and another state (`now`) where given."""

    def __init__(self, find: Callable[..., FindAnswer] | None = None) -> None:
        self.find, self.now, self.kept_up = find, IndexState("ready"), False

    def __call__(self, *given: Any, **options: Any) -> FindAnswer:
        return self.find(*given, **options) if self.find else FindAnswer(0, 0.1, (), None)

    def hit_list(self, *_: Any, **__: Any) -> HitList:
        return HitList((), 0)

    def suggest(self, *_: Any, **__: Any) -> tuple[Suggestion, ...]:
        return ()

    def state(self) -> IndexState:
        return self.now


find_nothing = NothingFound()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Unit east with dossier 1 (pages 1–4), unit west with dossier 2 (pages 5–6)."""
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b-east"), "E-1", "张桂兰", pages=4)
    add_dossier(made, add_batch(made, "west", "b-west"), "W-1", "李强生", pages=2)
    return made


@pytest.fixture
def app(made: Made) -> Flask:
    app = create_app(made.office, find_nothing)
    app.testing = True
    return app


def indexed(office: Office) -> SearchIndex:
    """The index of an office with all that it holds; the caller closes it."""
    with office.catalogue.write() as session:
        for kind, table in (("person", Person), ("material", Material), ("page", Page)):
            outbox.announce(session, [f"{kind}:{each}" for each in session.scalars(select(table.id))])
    index = open_index(office)
    drain(office, index)
    return index


def link(page: str, pattern: str) -> str:
    """The first address on the page that is as `pattern`."""
    found = re.search(rf'href="({pattern})"', page)
    assert found, pattern
    return unescape(found.group(1))


class Browser:
    """A signed-in client that fills the hidden fields of a form as a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def tokens(self, path: str = "/account/") -> dict[str, str]:
        page = self.client.get(path).text
        return {
            name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1)  # type: ignore[union-attr]
            for name in ("csrf_token", "once")
        }

    def post(self, path: str, data: dict[str, Any] | None = None, *, on: str = "/account/") -> TestResponse:
        """Sends a form that stood on the page `on`."""
        return self.client.post(path, data={**self.tokens(on), "back": on, **(data or {})})

    def search(self, query: str, kind: str = "") -> TestResponse:
        """Types into the box and follows to the answer."""
        return self.get(self.post("/search", {"q": query, "kind": kind}).location)


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], Browser]:
    def sign_in(login: str) -> Browser:
        browser = Browser(app.test_client())
        tokens = browser.tokens("/account/sign-in")
        answer = browser.client.post("/account/sign-in", data={"login": login, "password": PASSWORD, **tokens})
        assert answer.status_code == 303
        return browser

    return sign_in
