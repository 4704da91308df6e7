"""抽检 in a real browser, by keyboard alone: made, looked at by one key a defect, sent back; and readable for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive.tables import Batch, InspectionDefect, InspectionUnit
from tests.archive.factory import Made, add_dossier
from tests.e2e.test_clerk import faults, ready

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def by_pages(made: Made) -> Made:
    """Dossiers 1 and 3, one unit a page, a tenth of them drawn: one of each dossier and kind of page."""
    add_dossier(made, 1, "D-0003", "王建国", pages=4)
    with made.office.catalogue.write() as session:
        session.get_one(Batch, 1).profile, session.get_one(Batch, 1).state = "strict", "ready"
    return made


def test_a_lot_by_keyboard(page: Page, enter: Enter, by_pages: Made) -> None:
    enter("east")
    page.goto("/clerk/batches/1/lot")
    expect(page.locator(".lot-size")).to_have_text("2")
    page.get_by_role("button", name="建立检验批并抽样").press("Enter")
    page.wait_for_url("**/clerk/lots/1")
    page.get_by_role("link", name="开始看").press("Enter")
    page.wait_for_url("**/clerk/units/1")
    ready(page)
    page.keyboard.press("6")
    expect(page.locator(".notice")).to_contain_text("已记下")
    ready(page)
    page.keyboard.press("z")
    expect(page.locator(".notice")).to_contain_text("已撤回")
    ready(page)
    page.keyboard.press("w")
    expect(page.locator(".inspect .acts")).to_contain_text("偏斜")
    ready(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/clerk/units/2")
    ready(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/clerk/lots/1")
    expect(page.locator(".bar-fail")).not_to_have_count(0)
    page.get_by_role("button", name="出结论：退回返工").dblclick()
    expect(page.get_by_role("link", name="返工清单")).to_be_visible()
    page.get_by_role("link", name="返工清单").press("Enter")
    page.wait_for_url("**/clerk/lots/1/rework")
    expect(page.locator("tbody")).to_contain_text("偏斜")
    with by_pages.office.catalogue.read() as session:
        rows = session.scalars(select(InspectionDefect).order_by(InspectionDefect.id)).all()
        assert [(row.code, row.removed_at is None) for row in rows] == [("page.cut-off", False), ("page.skewed", True)]
        assert session.get_one(InspectionUnit, 2).result == "ok"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out(page: Page, enter: Enter, by_pages: Made, theme: str) -> None:
    enter("east")
    if theme == "dark":
        page.locator(".menu > summary").click()
        page.get_by_role("button", name="深色").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/clerk/batches/1/lot")
    assert faults(page) == []
    page.get_by_role("button", name="建立检验批并抽样").click()
    page.goto("/clerk/units/1")
    ready(page)
    page.keyboard.press("1")
    expect(page.locator(".inspect .acts")).to_be_visible()
    ready(page)
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/clerk/units/2")
    page.goto("/clerk/lots/1")
    page.get_by_role("button", name="出结论：退回返工").click()
    expect(page.get_by_role("link", name="返工清单")).to_be_visible()
    for screen in ("/clerk/lots", "/clerk/lots/1", "/clerk/lots/1/rework"):
        page.goto(screen)
        assert faults(page) == [], screen
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, screen
