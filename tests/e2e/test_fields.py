"""字段 and 分件 suggestions in a real browser, by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive.page_fields import keep_fields
from archive.tables import Material, PageField
from archive.tables import Page as PageRow
from tests.archive.factory import Made
from tests.e2e.test_clerk import faults, ready
from tests.web.test_fields import RIGHT, WRONG, value
from tests.web.test_split import card

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def made(made: Made) -> Made:
    with made.office.catalogue.write() as session:
        keep_fields(
            session, 1,
            [
                value("name", "张桂兰", 100), value("id_number", WRONG, 140, marks=["checksum"], candidates=[RIGHT]),
                value("sex", "女", 180),
            ],
        )  # fmt: skip
        keep_fields(session, 3, [value("name", "张佳兰", 400)])
    return made


def states(made: Made) -> list[tuple[str, str | None]]:
    with made.office.catalogue.read() as session:
        return [(row.state, row.settled) for row in session.scalars(select(PageField).order_by(PageField.id))]


def test_the_fields_of_a_page_are_settled_by_keys_and_framed(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/pages/1")
    ready(page)
    page.keyboard.press("3")
    chosen = page.locator(".frames .chosen")
    expect(chosen).to_have_attribute("points", "60,100 240,100 240,124 60,124")
    page.keyboard.press("y")
    expect(page.locator(".value.on .value-name")).to_have_text("身份证号")
    expect(chosen).to_have_attribute("points", "60,140 240,140 240,164 60,164")
    page.keyboard.press("e")
    expect(page.locator(".value-edit:visible [name=value]").first).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("[data-candidate]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".value.on .value-name")).to_have_text("性别")
    page.keyboard.press("x")
    expect(page.locator(".value-rejected")).to_have_count(1)
    page.keyboard.press("z")
    expect(page.locator(".value-rejected")).to_have_count(0)
    assert states(made) == [("confirmed", "张桂兰"), ("confirmed", RIGHT), ("suggested", None), ("suggested", None)]


def test_a_dossiers_values_stand_beside_their_paper(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/dossiers/1/fields")
    ready(page)
    expect(page.locator(".value.on .value-text")).to_have_text("张桂兰")
    page.keyboard.press("j")
    expect(page.locator("[data-where]")).to_contain_text("3")
    expect(page.locator(".frames .chosen")).to_have_attribute("points", "60,400 240,400 240,424 60,424")
    assert faults(page) == []
    page.keyboard.press("e")
    page.keyboard.type("张桂兰")
    page.keyboard.press("Enter")
    expect(page.locator(".value-note")).to_have_text("机读：张佳兰")
    expect(page.locator(".state-review")).to_have_count(0)
    assert states(made)[3] == ("confirmed", "张桂兰")


def test_suggestions_of_splitting_are_taken_by_keys_and_taken_back(page: Page, enter: Enter, made: Made) -> None:
    for page_id, title in ((5, "职工登记表"), (6, ""), (7, "自传"), (8, ""), (9, "履历表"), (10, "")):
        card(made, page_id, title)
    enter("east")
    page.goto("/clerk/dossiers/2/split")
    hints = page.locator(".split-hint")
    expect(hints).to_have_text([re.compile("^与建议一致"), re.compile("^建议从第 5 页开始")])
    expect(page.locator(".split-page.extra .split-found")).to_have_text("2 自传")
    assert faults(page) == []
    page.keyboard.press("a")
    expect(hints.nth(1)).not_to_have_class("split-hint differs")
    page.keyboard.press("u")
    expect(hints.nth(1)).to_have_class("split-hint differs")
    page.keyboard.press("Shift+A")
    expect(page.locator(".split-told")).to_contain_text("0 处与现在的分法不同")
    page.keyboard.press("n")
    expect(page.locator("#add-name")).to_have_value("自传")
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#materials li")).to_have_count(3)
    page.keyboard.press("s")
    page.wait_for_url("**/clerk/dossiers/2")
    with made.office.catalogue.read() as session:
        held = session.scalars(select(PageRow.material_id).where(PageRow.dossier_id == 2).order_by(PageRow.position))
        titles = [session.get_one(Material, each).title for each in held]
    assert titles == ["职工登记表", "职工登记表", "自传", "自传", "履历表", "履历表"]
    page.keyboard.press("z")
    expect(page.locator(".catalogue")).not_to_contain_text("自传")
