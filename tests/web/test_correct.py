"""校对 at the clerk's desk: the queue, the page with its doubts, a word said once, told to the next clerk, in the audit trail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from archive import page_needs
from archive.tables import AuditEntry, LineCorrection
from tests.archive.factory import Made
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]
BOX = [[60, 100], [240, 100], [240, 124], [60, 124]]
READ = "姓名 张桂兰"


def data_of(browser: Browser, page_id: int = 1) -> dict[str, Any]:
    text = browser.get(f"/clerk/pages/{page_id}/correct").text
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return dict(json.loads(found.group(1)))


def said(browser: Browser, address: str = "/clerk/pages/1/lines", **values: Any) -> dict[str, Any]:
    token = browser.tokens()["csrf_token"]
    body = {"version": 1, "kind": "correct", "text": "姓名 张桂蘭", "box": BOX, "read": READ, **values}
    answer = browser.client.post(address, json=body, headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    return dict(answer.get_json())


def test_the_page_brings_all_that_a_key_press_needs(sign_in: SignIn, made: Made) -> None:
    data = data_of(sign_in("east"))
    assert [line["text"] for line in data["lines"]] == ["职工登记表", READ]
    assert data["lines"][1]["doubtful"]
    assert data["glyphs"]["兰"] == ["lán", 5, "三蓝"]
    with made.office.catalogue.read() as session:
        assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "page.view")) == 1


def test_a_word_is_kept_once_however_often_the_key_is_hit(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    first, second = (said(browser, once="one") for _ in range(2))
    assert first == second
    assert (first["lines"][1]["text"], first["lines"][1]["by"]) == ("姓名 张桂蘭", "王静")
    with made.office.catalogue.read() as session:
        assert session.scalar(select(func.count(LineCorrection.id))) == 1


def test_the_second_clerk_is_told_in_words(sign_in: SignIn) -> None:
    said(sign_in("east"), once="a")
    answer = said(sign_in("admin"), once="b", text="姓名 张佳兰")
    assert answer["error"]["code"] == "line.changed"
    assert "王静" in answer["text"]
    assert "没有覆盖" in answer["text"]


def test_undoing_and_the_history_of_a_line(sign_in: SignIn) -> None:
    browser = sign_in("east")
    row = said(browser, once="a")["row"]
    answer = said(browser, f"/clerk/pages/1/lines/{row}/undo", once="b")
    assert answer["lines"][1]["text"] == READ
    told = browser.get(f"/clerk/lines/{row}/history").text
    assert READ in told
    assert "姓名 张桂蘭" in told
    assert "王静 撤销于" in told


@pytest.mark.parametrize(
    ("values", "code"),
    [({"kind": "burn"}, "line.box"), ({"box": "x"}, "line.box"), ({"box": [[1]]}, "line.box"), ({"line": "x"}, "form.number"), ({"version": -1}, "form.number")],
)  # fmt: skip
def test_nonsense_is_answered_in_the_one_shape(sign_in: SignIn, values: dict[str, Any], code: str) -> None:
    assert said(sign_in("east"), **values)["error"]["code"] == code


def test_other_units_and_desks_are_kept_out(sign_in: SignIn) -> None:
    west, planner = sign_in("west"), sign_in("planner")
    assert west.get("/clerk/pages/1/correct").status_code == 404
    assert west.get("/clerk/pages/1/lines").status_code == 404
    assert planner.get("/clerk/correct").status_code == 403
    token = west.tokens()["csrf_token"]
    body = {"version": 1, "kind": "confirm", "text": READ, "box": BOX, "read": READ}
    assert west.client.post("/clerk/pages/1/lines", json=body, headers={"X-CSRFToken": token}).status_code == 404
    assert west.client.post("/clerk/pages/5/lines", json=body, headers={"X-CSRFToken": token}).status_code == 404
    assert west.client.post("/clerk/pages/5/lines", json=body).status_code == 400


def test_the_queue_leads_from_page_to_page(sign_in: SignIn, made: Made) -> None:
    browser = sign_in("east")
    assert "没有等着校对的页" in browser.get("/clerk/correct").text
    with made.office.catalogue.write() as session:
        for version_id, need in ((1, 2.0), (3, 9.0), (5, 50.0)):
            page_needs.keep_need(session, version_id, version_id, page_needs.Need(need, 2, 0))
    listed = browser.get("/clerk/correct").text
    assert re.findall(r"/clerk/pages/(\d+)/correct", listed) == ["3", "3", "1"]
    assert browser.get("/clerk/correct/next?page=3").location == "/clerk/pages/1/correct"
    assert browser.get("/clerk/correct?batch=999").text.count("data-open") == 0


def test_the_viewer_shows_locked_lines_and_leads_to_the_desk(sign_in: SignIn) -> None:
    browser = sign_in("east")
    said(browser, once="a")
    shown = browser.get("/clerk/pages/1").text
    assert "姓名 张桂蘭" in shown
    assert 'class="line-settled"' in shown
    assert "/clerk/pages/1/correct" in shown


def test_a_typed_characters_look_alikes_are_told(sign_in: SignIn) -> None:
    assert sign_in("east").get("/clerk/characters?of=巳x").get_json() == {"巳": ["sì", 3, "己已"]}
