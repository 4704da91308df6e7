"""Search where things change under it: a desk that sees no pages, pages that left, numbers in texts, an index that is away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from archive import index_life
from archive.tables import Account, Material, Page
from base.errors import StorageError
from ingest.find import FindAnswer, SearchDesk
from ingest.indexer import drain
from search.index import IndexState, SearchIndex
from tests.archive.factory import PASSWORD, Made
from tests.web.conftest import Browser, NothingFound, indexed, link
from web.app import create_app

SignIn = Callable[[str], Browser]


@pytest.fixture
def index(made: Made) -> Iterator[SearchIndex]:
    index = indexed(made.office)
    yield index
    index.close()


@pytest.fixture
def app(made: Made, index: SearchIndex) -> Flask:
    app = create_app(made.office, SearchDesk(made.office, index))
    app.testing = True
    return app


def test_the_front_desk_takes_no_pages_with_it(sign_in: SignIn, made: Made) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Account, made.accounts["east"]).desks = ["frontdesk"]
    me = sign_in("east")
    page = me.search("张桂兰").text
    assert 'class="hit-picture"' not in page
    text = me.get(link(page, r"/search/[^\"]*/export\.csv") + "?kind=page").data.decode("utf-8-sig")
    assert {line[4] for line in csv.reader(io.StringIO(text))} == {"种类", "人员"}


def test_what_left_the_dossier_since_is_not_shown(sign_in: SignIn, made: Made) -> None:
    with made.office.catalogue.write() as session:
        for page in session.scalars(select(Page).where(Page.dossier_id == 1)):
            page.state = "removed"
    assert "E-1" not in re.findall(r"<span>(E-\d)</span>", sign_in("east").search("张桂兰", "page").text)


def test_an_id_number_in_a_text_is_masked_in_the_list(sign_in: SignIn, made: Made, index: SearchIndex) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Material, 1).remark = "证号110105194912310021附后"
    drain(made.office, index)
    page = sign_in("east").search("证号110105194912310021附后").text
    assert "<mark>证号110105********0021附后</mark>" in page
    assert "110105194912310021" not in re.sub(r'value="[^"]*"', "", page)


def test_what_is_said_while_search_is_away_or_lacks_something(made: Made) -> None:
    def away(*_: object, **__: object) -> FindAnswer:
        raise StorageError("search.index-missing", path="index")

    desk = NothingFound()
    app = create_app(made.office, desk)
    app.testing = True
    me = Browser(app.test_client())
    tokens = me.tokens("/account/sign-in")
    me.client.post("/account/sign-in", data={"login": "east", "password": PASSWORD, **tokens})
    for state, said in (
        ("full", "检索的磁盘已满"),
        ("degraded", "检索的一部分没有响应"),
        ("rebuild", "检索的文件有损坏，结果可能不全"),
    ):
        desk.now = IndexState(state)
        assert said in me.search("张").text
    desk.find = away
    for state, said in (
        ("rebuild", "检索需要重建"),
        ("wrong-version", "检索服务器的版本不对"),
        ("down", "检索暂时不能用"),
    ):
        desk.now = IndexState(state)
        page = me.search("张").text
        assert said in page
        assert "没有找到" not in page
    desk.now, desk.kept_up = IndexState("rebuild"), True
    assert "系统正在自动修复" in me.search("张").text
    assert "请告诉管理员" not in me.search("张").text
    with made.office.catalogue.write() as session:
        index_life.note_health(session, StorageError("disk.full", path="index"))
    assert "检索需要重建，请告诉管理员" in me.search("张").text
    with made.office.catalogue.write() as session:
        index_life.begin_rebuild(session, "here", 40)
    desk.now = IndexState("rebuild")
    assert "检索正在重建（0 / 40）" in me.search("张").text
