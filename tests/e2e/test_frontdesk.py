"""The front desk in a real browser: from the card on the reader to the line in the register, mostly by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive.tables import AuditEntry, Copy, Person
from tests.archive.factory import Made
from tests.e2e.test_clerk import faults
from tests.frontdesk.desk import GOOD_ID, Desk, make_desk

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path)
    with desk.made.office.catalogue.write() as session:
        other = session.get_one(Person, desk.person(desk.waiting))
        other.id_number, other.id_raw = None, ""
    return desk


@pytest.fixture
def made(desk: Desk) -> Made:
    return desk.made


def test_from_the_card_to_the_register(page: Page, enter: Enter, desk: Desk) -> None:
    enter("desk1")
    page.wait_for_url("**/frontdesk/")
    page.keyboard.type(GOOD_ID)
    page.keyboard.press("Enter")
    page.wait_for_url("**/frontdesk/people/*")
    assert faults(page) == []
    page.keyboard.press("n")
    page.wait_for_url("**/request")
    page.locator(".kind-self input").check()
    page.locator("#asker_id").focus()
    page.keyboard.type(GOOD_ID)
    page.keyboard.press("Enter")
    expect(page.locator("#asker_name")).to_be_focused()
    page.locator("#wanted").fill("职工登记表")
    assert faults(page) == []
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url("**/frontdesk/requests/1")
    assert faults(page) == []
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.locator("[data-go]")).to_be_disabled()
    page.locator("[data-all]").first.check()
    expect(page.locator("[data-count]")).to_have_text("已选 1 份材料 2 页")
    page.locator("[data-look]").first.click()
    expect(page.locator("[data-look-image]")).to_have_js_property("complete", True)
    page.keyboard.press("Escape")
    assert faults(page) == []
    page.keyboard.press("p")
    page.wait_for_url("**/preview?*")
    for sheet in page.locator(".sheets img").all():
        sheet.scroll_into_view_if_needed()
        expect(sheet).to_have_js_property("complete", True)
        assert sheet.evaluate("e => e.naturalWidth") > 500
    assert faults(page) == []
    page.get_by_role("button", name="制作复制件").dblclick()
    page.wait_for_url("**/frontdesk/requests/1#copies")
    address = page.get_by_role("link", name="打印").get_attribute("href") or ""
    assert page.request.get(address).body()[:5] == b"%PDF-"
    page.get_by_role("button", name="办结").click()
    page.wait_for_url("**/frontdesk/")
    page.get_by_role("link", name="利用登记簿").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("已办结")
    assert faults(page) == []
    with desk.made.office.catalogue.read() as session:
        assert len(session.scalars(select(Copy)).all()) == 1
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"page.view", "page.print", "copy.make"} <= actions


def test_what_is_typed_survives_a_look_elsewhere(page: Page, enter: Enter, desk: Desk) -> None:
    enter("desk1")
    page.wait_for_url("**/frontdesk/")
    address = f"/frontdesk/people/{desk.person(desk.accepted)}/request"
    page.goto(address)
    page.locator("#wanted").fill("历次工资表")
    page.goto("/frontdesk/register")
    page.goto(address)
    expect(page.locator("#wanted")).to_have_value("历次工资表")


def test_somebody_else_is_asked_for_other_papers(page: Page, enter: Enter, desk: Desk) -> None:
    enter("desk1")
    page.wait_for_url("**/frontdesk/")
    page.goto(f"/frontdesk/people/{desk.person(desk.accepted)}/request")
    expect(page.get_by_label("死亡证明")).to_be_hidden()
    page.locator("label[for=kind-relative]").click()
    expect(page.get_by_label("死亡证明")).to_be_visible()
    expect(page.locator("#asker_name")).to_have_value("")


def test_it_reads_in_the_dark_and_large(page: Page, enter: Enter, desk: Desk) -> None:
    enter("desk1")
    page.wait_for_url("**/frontdesk/")
    for name in ("深色", "大字"):
        page.locator("details.menu summary").click()
        with page.expect_navigation():
            page.get_by_role("button", name=name).click()
    for address in (
        "/frontdesk/",
        f"/frontdesk/people/{desk.person(desk.accepted)}",
        f"/frontdesk/people/{desk.person(desk.waiting)}/request",
    ):
        page.goto(address)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
