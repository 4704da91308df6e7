"""The front desk behind the test client: the walk from the box to the register, errors at their field, units apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archive.office import open_office
from archive.tables import AuditEntry, Copy, Request
from base.errors import StorageError
from ingest.find import FindAnswer
from tests.archive.factory import make_settings
from tests.databases import copy_office
from tests.frontdesk.desk import GOOD_ID, Desk, make_desk
from tests.web.conftest import Browser, NothingFound, find_nothing
from web.app import create_app

FORM = {
    "asker_kind": "self", "asker_name": "张桂兰", "asker_id": GOOD_ID, "purpose": "retirement", "wanted": "职工登记表",
    "evidence-self": "id-card",
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Desk]:
    folder = tmp_path_factory.mktemp("desk")
    made = make_desk(folder)
    made.made.office.close()
    return folder, made


@pytest.fixture
def desk(template: tuple[Path, Desk], tmp_path: Path) -> Iterator[Desk]:
    copy_office(template[0] / "data", tmp_path / "data")
    office = open_office(make_settings(tmp_path))
    yield replace(template[1], made=replace(template[1].made, office=office))
    office.close()


@pytest.fixture
def finder() -> dict[str, Callable[..., FindAnswer]]:
    return {"find": find_nothing}


def _late(finder: dict[str, Callable[..., FindAnswer]]) -> Callable[..., FindAnswer]:
    """Asks the finder that is set when the search is made: a test may take the index away."""

    def find(*args: Any, **options: Any) -> FindAnswer:
        return finder["find"](*args, **options)

    return find


@pytest.fixture
def app(desk: Desk, finder: dict[str, Callable[..., FindAnswer]]) -> Flask:
    app = create_app(desk.made.office, NothingFound(_late(finder)))
    app.testing = True
    return app


@pytest.fixture
def me(sign_in: Callable[[str], Browser]) -> Browser:
    return sign_in("desk1")


def _count(desk: Desk, table: type[Any]) -> int:
    with desk.made.office.catalogue.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _register(me: Browser, desk: Desk, **changes: str) -> TestResponse:
    return me.post(f"/frontdesk/people/{desk.person(desk.accepted)}/request", {**FORM, **changes})


def test_the_desk_opens_on_its_box_and_says_why_it_is_empty(me: Browser) -> None:
    page = me.get("/frontdesk/").text
    assert "autofocus" in page
    assert "今天还没有人来查档" in page


def test_one_person_opens_at_once_and_the_name_is_in_no_address(me: Browser, desk: Desk) -> None:
    answer = me.post("/frontdesk/find", {"q": "李建国"})
    assert answer.location == f"/frontdesk/people/{desk.person(desk.waiting)}"
    several = me.get(me.post("/frontdesk/find", {"q": GOOD_ID}).location)
    assert "找到 2 人" in several.text
    assert GOOD_ID not in re.sub(r'value="[^"]*"', "", several.text)
    assert "没有找到这个人" in me.get(me.post("/frontdesk/find", {"q": "无名"}).location).text


def test_while_the_index_is_away_the_catalogue_answers_and_that_is_said(
    me: Browser, desk: Desk, finder: dict[str, Callable[..., FindAnswer]]
) -> None:
    def down(*_: Any, **__: Any) -> FindAnswer:
        raise StorageError("search.index-missing", path="index")

    finder["find"] = down
    page = me.get(me.post("/frontdesk/find", {"q": "李建国"}).location).text
    assert "检索暂不可用" in page
    assert "DA-0002" in page


def test_the_person_shows_papers_by_class_and_where_they_stand(me: Browser, desk: Desk) -> None:
    page = me.get(f"/frontdesk/people/{desk.person(desk.accepted)}").text
    assert all(
        word in page for word in ("110105********002X", "一 履历类", "职工登记表", "1966", "库位未登记", "可复制")
    )
    assert GOOD_ID not in page
    assert "数字化成果未验收，请调原件" in me.get(f"/frontdesk/people/{desk.person(desk.waiting)}").text


def test_a_mistake_comes_back_at_its_field_with_all_that_was_typed(me: Browser, desk: Desk) -> None:
    answer = _register(me, desk, asker_id="110105194912310021", wanted="招工审批表")
    assert answer.status_code == 400
    assert 'id="asker_id-wrong"' in answer.text
    assert "招工审批表" in answer.text
    assert re.search(r'value="id-card" checked', answer.text)
    assert 'aria-invalid="true"' in _register(me, desk, asker_name="").text
    assert _count(desk, Request) == 0


def test_from_the_counter_to_the_register(me: Browser, desk: Desk) -> None:
    place = _register(me, desk).location
    assert me.get(f"/frontdesk/people/{desk.person(desk.accepted)}").status_code == 200
    assert "待审批" in me.get(place).text
    assert me.post(f"{place}/approve").location == place
    pages = desk.pages(desk.accepted)
    chosen = "&".join(f"page={page}" for page in pages[:2])
    preview = me.get(f"{place}/preview?{chosen}")
    assert "共 3 页，其中材料 2 页" in preview.text
    picture = me.get(f"{place}/sheets/2.png?{chosen}")
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert me.get(f"{place}/pages/{pages[0]}.jpg").mimetype == "image/jpeg"
    assert me.post(f"{place}/copies", {"page": [str(page) for page in pages[:2]]}).location == f"{place}#copies"
    copy = me.get("/frontdesk/copies/1.pdf")
    assert (copy.mimetype, copy.data[:5]) == ("application/pdf", b"%PDF-")
    assert "object-src 'self'" in copy.headers["Content-Security-Policy"]
    copy.close()
    assert me.post(f"{place}/finish").location == "/frontdesk/"
    register = me.get("/frontdesk/register?state=done").text
    assert "已办结" in register
    assert "L-20" in register
    rows = me.get("/frontdesk/register.csv").data.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert me.get("/frontdesk/register.xlsx").data[:2] == b"PK"
    with desk.made.office.catalogue.read() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"person.view", "page.view", "page.print", "copy.make", "register.export"} <= actions


def test_a_double_click_registers_and_copies_once(me: Browser, desk: Desk) -> None:
    path = f"/frontdesk/people/{desk.person(desk.accepted)}/request"
    tokens = me.tokens()
    places = {me.client.post(path, data={**FORM, **tokens}).location for _ in range(2)}
    assert len(places) == 1
    assert _count(desk, Request) == 1
    place = places.pop()
    me.post(f"{place}/approve")
    tokens = me.tokens()
    for _ in range(2):
        me.client.post(f"{place}/copies", data={**tokens, "page": desk.pages(desk.accepted)[:1]})
    assert _count(desk, Copy) == 1


def test_a_refusal_without_its_reason_is_not_taken(me: Browser, desk: Desk) -> None:
    place = _register(me, desk).location
    me.post(f"{place}/refuse", {"reason": " "}, on="/frontdesk/")
    assert "必须说明理由" in me.get("/frontdesk/").text
    me.post(f"{place}/refuse", {"reason": "证件过期"})
    assert "证件过期" in me.get(place).text
    me.post(f"{place}/reopen")
    assert "批准" in me.get(place).text


def test_who_may_not_decide_is_told_who_does(me: Browser, desk: Desk) -> None:
    family = {
        "asker_kind": "relative",
        "asker_name": "张小明",
        "evidence-relative": ["id-card", "death-certificate", "kinship-proof"],
    }
    place = me.post(f"/frontdesk/people/{desk.person(desk.accepted)}/request", {**FORM, **family}).location
    page = me.get(place).text
    assert "管档负责人或另一名窗口人员" in page
    assert f'action="{place}/approve"' not in page


def test_another_unit_gets_404_for_everything(me: Browser, desk: Desk, sign_in: Callable[[str], Browser]) -> None:
    place = _register(me, desk).location
    me.post(f"{place}/approve")
    page = desk.pages(desk.accepted)[0]
    me.post(f"{place}/copies", {"page": str(page)})
    other = sign_in("desk3")
    person = desk.person(desk.accepted)
    for path in (
        f"/frontdesk/people/{person}", f"/frontdesk/people/{person}/request", place, f"{place}/preview?page={page}",
        f"{place}/sheets/1.png?page={page}", f"{place}/pages/{page}.jpg", "/frontdesk/copies/1.pdf",
    ):  # fmt: skip
        assert other.get(path).status_code == 404, path
    for act in ("approve", "refuse", "reopen", "finish", "copies"):
        assert other.post(f"{place}/{act}", {"reason": "x", "page": str(page)}).status_code == 404, act
    assert other.post(f"/frontdesk/people/{person}/request", FORM).status_code == 404
    assert "L-20" not in other.get("/frontdesk/register").text
    assert len(other.get("/frontdesk/register.csv").data.splitlines()) == 1


def test_other_desks_do_not_get_in(sign_in: Callable[[str], Browser]) -> None:
    for login in ("east", "planner"):
        assert sign_in(login).get("/frontdesk/").status_code == 403


def test_what_is_typed_is_never_markup(me: Browser, desk: Desk) -> None:
    place = _register(me, desk, wanted="<script>alert(1)</script>").location
    assert "<script>alert" not in me.get(place).text
    found = me.post("/frontdesk/find", {"q": "<script>alert(1)</script>"}).location
    assert "<script>alert" not in me.get(found).text


def test_every_screen_speaks_english(me: Browser, desk: Desk) -> None:
    me.post("/account/preferences", {"language": "en"})
    place = _register(me, desk).location
    assert "to be decided" in me.get(place).text
    page = me.get(f"/frontdesk/people/{desk.person(desk.accepted)}/request").text
    assert "relative of the dead" in page
    assert "death certificate" in page
