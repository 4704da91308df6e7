"""Hostile queries at every door of the search screens: an answer or a sentence, never a broken page; what is typed is no code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from archive import outbox
from archive.tables import Material, Page, Person
from ingest.find import SearchDesk
from ingest.indexer import drain, open_index
from tests.archive.factory import Made
from tests.search.hostile import HOSTILE
from tests.web.conftest import Browser
from web.app import create_app

SignIn = Callable[[str], Browser]
_TYPED = {name: query for name, query in HOSTILE.items() if query.strip()}
_FIELDS = ("name", "id_number", "archive_no", "title", "all_words", "any_words", "phrase", "none_words", "class_code", "enterprise",
           "district", "place", "year_first", "year_last", "date", "confidence", "rest")  # fmt: skip


@pytest.fixture
def app(made: Made) -> Iterator[Flask]:
    office = made.office
    with office.catalogue.write() as session:
        for kind, table in (("person", Person), ("material", Material), ("page", Page)):
            outbox.announce(session, [f"{kind}:{each}" for each in session.scalars(select(table.id))])
    index = open_index(office)
    drain(office, index)
    app = create_app(office, SearchDesk(office, index))
    app.testing = True
    yield app
    index.close()


def handle_of(address: str) -> str:
    return urlsplit(address).path.rpartition("/")[2]


def test_every_hostile_query_gets_a_page(sign_in: SignIn) -> None:
    me = sign_in("east")
    tokens = me.tokens("/search")
    for name, query in _TYPED.items():
        asked = me.client.post("/search", data={"q": query.encode("utf-8", "surrogatepass"), **tokens})
        if asked.status_code == 413:
            assert len(query) > 100_000, name  # more than a form may hold
            continue
        assert asked.status_code == 303, name
        answer = me.get(asked.location)
        assert answer.status_code == 200, name
        assert 'role="alert"' in answer.text or "data-hits" in answer.text or "没有找到" in answer.text, name
        assert "\x00" not in answer.text
        exported = me.get(f"/search/{handle_of(asked.location)}/export.csv")
        assert exported.status_code in (200, 400, 422), name


def test_suggesting_forms_and_facets_take_anything(sign_in: SignIn) -> None:
    me = sign_in("east")
    tokens = me.tokens("/search")
    handle = handle_of(me.client.post("/search", data={"q": "张桂兰", **tokens}).location)
    for name, query in _TYPED.items():
        typed = query[:20_000].encode("utf-8", "surrogatepass")
        for path, fields in (("suggest", ["q"]), ("line", _FIELDS)):
            answer = me.client.post(f"/search/{path}", data={**dict.fromkeys(fields, typed), **tokens})
            assert answer.status_code == 200, (name, path)
    for name in (
        "NUL",
        "half a surrogate",
        "quotes",
        "what folds to a book",
        "fields without values",
        "a unit beyond number",
    ):
        query = HOSTILE[name]
        typed = query.encode("utf-8", "surrogatepass")
        answer = me.client.post("/search/advanced", data={**dict.fromkeys(_FIELDS, typed), **tokens})
        assert answer.status_code in (200, 303), name
        narrowed = me.get(f"/search/{handle}/narrow?add={quote(query[:2000], errors='replace')}")
        assert narrowed.status_code == 400, name


def test_a_search_is_saved_and_run_whatever_it_is(sign_in: SignIn) -> None:
    me = sign_in("east")
    tokens = me.tokens("/search")
    for name in ("NUL", "half a surrogate", "what folds to a book", "a statement", "writing from the right"):
        asked = me.client.post("/search", data={"q": HOSTILE[name].encode("utf-8", "surrogatepass"), **tokens})
        me.post("/search/saved", {"handle": handle_of(asked.location), "name": name}, on="/search")
    page = me.get("/search").text
    runs = re.findall(r'action="(/search/saved/\d+/run)"', page)
    assert len(runs) == 5
    for run in runs:
        answer = me.post(run, on="/search")
        assert answer.status_code == 303
        assert me.get(answer.location).status_code == 200


def test_addresses_that_nobody_made_are_no_trouble(sign_in: SignIn) -> None:
    me = sign_in("east")
    address = me.post("/search", {"q": "张桂兰"}).location
    handle = handle_of(address)
    for end in (
        "?more=x",
        f"?more={handle}",
        "?sort=x",
        "?kind=x",
        "?open=first",
        "?open=x&more=",
        "?sort=%00&kind=%ff",
    ):
        assert me.get(address + end).status_code in (200, 303), end
    assert me.get("/search/" + "x" * 5_000).status_code == 200
    assert me.get(f"/search/{handle}/export.exe").status_code in (400, 404, 422)


def test_a_handle_of_a_query_is_no_list_of_hits(sign_in: SignIn) -> None:
    """Handles look alike: the viewer must not take what somebody typed for the list that a search made."""
    me = sign_in("east")
    for typed in ("x", "[1]", "{}", '{"pages":[1]}', '{"pages":{"1":2},"back":3}', "[" * 900, "null", "\nlist:[1]"):
        handle = handle_of(me.post("/search", {"q": typed}).location)
        assert me.get(f"/clerk/pages/1?words={handle}&list={handle}").status_code == 200, typed


def test_what_is_typed_stands_in_no_address(sign_in: SignIn) -> None:
    me = sign_in("east")
    for query in ("张桂兰", "110105194912310021"):
        location = me.post("/search", {"q": query}).location
        assert query not in location
        assert not parse_qs(urlsplit(location).query)
