"""姓名图 in a real browser: framed by keys alone, framed by mouse, shown beside the name, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive.page_fields import keep_fields
from archive.tables import NameImage
from tests.archive.factory import Made
from tests.e2e.test_clerk import faults, ready
from tests.web.test_fields import value

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def made(made: Made) -> Made:
    with made.office.catalogue.write() as session:
        keep_fields(session, 1, [value("name", "张桂兰", 100)])
    return made


def kept(made: Made) -> list[tuple[list[int], str, bool]]:
    with made.office.catalogue.read() as session:
        return [(row.box, row.reading, row.withdrawn_at is not None) for row in session.scalars(select(NameImage))]


def test_a_name_is_framed_by_keys_from_the_value_it_stands_in(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/pages/1")
    ready(page)
    page.keyboard.press("3")
    expect(page.locator(".value.on")).to_have_count(1)
    page.keyboard.press("m")
    expect(page.locator(".frames .draft")).to_have_attribute("points", "60,100 240,100 240,124 60,124")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Control+Shift+ArrowDown")
    page.keyboard.press("Enter")
    reading = page.locator("#name-reading")
    expect(reading).to_be_focused()
    assert faults(page) == []
    page.keyboard.type("张□兰")
    page.keyboard.press("Enter")
    expect(page.locator(".name-line b")).to_have_text("张□兰")
    assert kept(made) == [([62, 100, 242, 126], "张□兰", False)]
    picture = page.locator(".tools-where .name-image")
    expect(picture).to_have_js_property("naturalWidth", 184)
    assert faults(page) == []
    page.locator(".name-line button").click()
    expect(page.locator(".tools-where .name-image")).to_have_count(0)
    assert kept(made) == [([62, 100, 242, 126], "张□兰", True)]


def test_a_name_is_framed_by_mouse_and_dropped_by_escape(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/pages/1")
    ready(page)
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    expect(page.locator(".frames .draft")).to_have_count(0)
    expect(page.locator("[data-name-form]")).to_be_hidden()
    page.keyboard.press("m")
    corner = page.locator(".sheet-image").bounding_box()
    assert corner is not None
    scale = corner["width"] / 420
    page.mouse.move(corner["x"] + 60 * scale, corner["y"] + 100 * scale)
    page.mouse.down()
    page.mouse.move(corner["x"] + 150 * scale, corner["y"] + 110 * scale)
    page.mouse.move(corner["x"] + 200 * scale, corner["y"] + 120 * scale)
    page.mouse.up()
    page.locator("#name-reading").fill("张桂□")
    page.locator("[data-name-form] .main").click()
    expect(page.locator(".name-line b")).to_have_text("张桂□")
    (box, _, _) = kept(made)[0]
    assert [abs(one - other) <= 3 for one, other in zip(box, [60, 100, 200, 120], strict=True)] == [True] * 4
