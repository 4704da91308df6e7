"""The planner's desk in a real browser: from the form to the answer, kept as a site, removed and undone by a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_clerk import faults

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


def test_from_the_form_to_a_site(page: Page, enter: Enter) -> None:
    enter("planner")
    page.wait_for_url("**/planner/")
    page.get_by_role("link", name="新增库房").click()
    for label, value in (("现有卷数", "60,103"), ("每年增加", "1800"), ("测算年数", "10"), ("现有使用面积", "400")):
        page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Enter")
    expect(page.locator(".figure-area_m2")).to_contain_text("468.6")
    expect(page.locator(".figure-full_in_year")).to_contain_text("第 4 年")
    expect(page.locator("svg.plan-chart")).to_be_visible()
    assert faults(page) == []
    page.locator("#name").fill("一号库")
    page.get_by_role("button", name="保存到各处库房").click()
    page.wait_for_url("**/planner/")
    expect(page.locator("tbody tr")).to_contain_text("一号库")
    assert faults(page) == []
    page.get_by_role("button", name="去掉 一号库").click()
    expect(page.locator("tbody tr")).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_it_reads_in_the_dark(page: Page, enter: Enter) -> None:
    enter("planner")
    page.wait_for_url("**/planner/")
    page.locator("details.menu summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="深色").click()
    page.goto("/planner/plan?stock.volumes=100&stock.yearly_growth=0&stock.years=3&norm.id=office-60")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
