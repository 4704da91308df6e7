"""The search page over the real index: hits with marks, kinds with counts, paging, what each desk may search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from base.errors import StorageError
from ingest.find import SearchDesk
from tests.archive.factory import Made, add_dossier
from tests.web.conftest import Browser, NothingFound, indexed
from web.app import create_app


@pytest.fixture
def app(made: Made) -> Iterator[Flask]:
    add_dossier(made, made.batches["b-east"], "E-2", "陈秀英", pages=24)
    index = indexed(made.office)
    app = create_app(made.office, SearchDesk(made.office, index))
    app.testing = True
    yield app
    index.close()


def _hits(page: str) -> int:
    return page.count('<li class="hit">')


def test_hits_are_marked_counted_and_lead_to_the_page(sign_in: Callable[[str], Browser]) -> None:
    page = sign_in("east").search("张桂兰").text
    assert "<mark>张桂兰</mark>" in page
    counts = re.findall(r"<span>(全部|人员|材料|页)</span> <b>(\d+)</b>", page)
    assert counts == [("全部", "29"), ("人员", "1"), ("材料", "0"), ("页", "28")]
    assert re.search(r'href="/clerk/pages/\d+\?words=', page)
    assert "110105********" in page


def test_kinds_narrow_and_more_goes_on_without_repeating(sign_in: Callable[[str], Browser]) -> None:
    me = sign_in("east")
    seen: list[str] = []
    address = me.post("/search", {"q": "张桂兰", "kind": "page"}).location
    while address:
        page = me.get(address).text
        seen += re.findall(r"/clerk/pages/(\d+)\?", page)
        more = re.search(r'rel="next" href="([^"]*)"', page)
        address = more.group(1).replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 28


def test_a_unit_finds_only_its_own(sign_in: Callable[[str], Browser]) -> None:
    assert _hits(sign_in("west").search("陈秀英").text) == 0
    assert _hits(sign_in("east").search("陈秀英", "person").text) == 1


def test_the_front_desk_finds_people_and_titles_but_no_page_texts(
    made: Made, sign_in: Callable[[str], Browser]
) -> None:
    from archive.tables import Account

    with made.office.catalogue.write() as session:
        session.get_one(Account, made.accounts["east"]).desks = ["frontdesk"]
    me = sign_in("east")
    page = me.search("张桂兰").text
    assert _hits(page) == 1
    assert "/frontdesk/people/1" in page
    assert _hits(me.search("张桂兰", "page").text) == 1
    assert sign_in("planner").post("/search", {"q": "x"}).status_code == 403


def test_a_query_that_cannot_run_is_said_in_a_sentence(sign_in: Callable[[str], Browser]) -> None:
    me = sign_in("east")
    answer = me.search('"abc')
    assert answer.status_code == 200
    assert "引号没有成对" in answer.text
    assert "没有找到" in me.search("不存在的词").text
    assert "输入姓名" in me.get("/search").text
    assert "<script>" not in me.search("<script>x</script>").text


def test_a_broken_index_is_a_banner_and_the_rest_works(made: Made) -> None:
    def down(*_: Any, **__: Any) -> Any:
        raise StorageError("search.index-broken", path="/somewhere/index", detail="x")

    app = create_app(made.office, NothingFound(down))
    app.testing = True
    me = Browser(app.test_client())
    me.client.post(
        "/account/sign-in", data={"login": "east", "password": "correct horse 9", **me.tokens("/account/sign-in")}
    )
    page = me.search("张").text
    assert "检索暂时不能用，请告诉管理员。其他功能照常" in page
    assert "/somewhere" not in page
    assert me.get("/clerk/dossiers").status_code == 200


def test_it_speaks_english(sign_in: Callable[[str], Browser]) -> None:
    me = sign_in("east")
    me.post("/account/preferences", {"language": "en"})
    assert "<span>People</span> <b>1</b>" in me.search("张桂兰").text
