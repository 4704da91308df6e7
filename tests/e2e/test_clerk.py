"""The clerk's desk in a real browser: by keyboard, in both themes, with large type, and readable for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from archive.tables import AuditEntry, Correction, Material
from archive.tables import Page as PageRow
from tests.archive.factory import Made

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]")


def faults(page: Page) -> list[str]:
    """What axe finds that keeps somebody out (serious and critical)."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for each in found if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]  # fmt: skip


def test_from_the_door_to_a_page_by_keyboard(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/clerk/batches/1")
    page.get_by_role("link", name="2", exact=True).first.click()
    page.wait_for_url("**/clerk/dossiers?batch=1")
    first = page.get_by_role("link", name="D-0001")
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clerk/dossiers/1")
    page.locator(".thumb").first.click()
    ready(page)
    with made.office.catalogue.read() as session:
        views = session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "page.view"))
    assert views == 1


def test_keys_of_the_viewer(page: Page, enter: Enter) -> None:
    enter("east")
    page.goto("/clerk/pages/1")
    ready(page)
    image = page.locator(".sheet-image").first
    fitted = image.evaluate("e => e.style.transform")
    page.keyboard.press("+")
    assert image.evaluate("e => e.style.transform") != fitted
    page.keyboard.press("0")
    assert image.evaluate("e => e.style.transform") == fitted
    page.keyboard.press("r")
    assert "rotate(90deg)" in image.evaluate("e => e.style.transform")
    page.keyboard.press("j")
    expect(page.locator("[data-finding]").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".fault-fail")).to_have_count(1)
    page.keyboard.press("j")
    page.wait_for_url("**/clerk/pages/3?finding=0")
    ready(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/clerk/pages/4")
    ready(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/clerk/pages/3")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.wait_for_url("**/clerk/dossiers/1")


def test_the_top_bar_stays_where_it_is(page: Page, enter: Enter) -> None:
    enter("east")
    for address in ("/clerk/pages/1?finding=0", "/clerk/pages/4", "/clerk/dossiers/1"):
        page.goto(address)
        page.evaluate(
            "document.querySelector('#main').append(Object.assign(document.createElement('p'), {style: 'height: 3000px'}))"
        )
        page.evaluate(
            "for (const e of [document.scrollingElement, document.body, ...document.querySelectorAll('.thumb, .body')])"
            " { e.scrollTop = 50; e.scrollIntoView({block: 'end'}); }"
        )
        box = page.locator(".top").bounding_box()
        assert box is not None
        assert box["y"] == 0, address


def test_the_next_page_is_there_before_it_is_asked_for(page: Page, enter: Enter) -> None:
    enter("east")
    page.goto("/clerk/pages/1")
    ready(page)
    with page.expect_response(re.compile("/clerk/pages/2/image.*size=view")):
        page.reload()
    page.goto("/clerk/pages/2")
    ready(page)
    size = page.evaluate(
        "performance.getEntriesByType('resource').find(e => /pages.2.image.*size=view/.test(e.name)).transferSize"
    )
    assert size == 0  # from the browser's own keeping


def test_words_and_their_frames_belong_together(page: Page, enter: Enter) -> None:
    enter("east")
    page.keyboard.press("/")
    page.keyboard.type("桂兰")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/*")
    page.goto(f"/clerk/pages/1?words={page.url.rpartition('/')[2]}")
    ready(page)
    marked = page.locator(".marked").bounding_box()
    word = page.locator(".word").nth(1).bounding_box()
    assert marked is not None
    assert word is not None
    assert word["x"] < marked["x"]
    assert marked["width"] < word["width"]
    page.locator("[data-line='1']").click()
    expect(page.locator(".chosen")).to_have_count(1)
    box = page.locator(".word").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-line='0']")).to_have_attribute("aria-pressed", "true")


def test_the_wheel_zooms_where_the_pointer_is_and_drag_moves(page: Page, enter: Enter) -> None:
    enter("east")
    page.goto("/clerk/pages/1")
    ready(page)
    stage = page.locator(".stage").bounding_box()
    assert stage is not None
    x, y = stage["x"] + 300, stage["y"] + 200
    before = page.locator(".sheet-image").bounding_box()
    assert before is not None
    page.mouse.move(x, y)
    page.mouse.wheel(0, -120)
    page.wait_for_timeout(100)
    after = page.locator(".sheet-image").bounding_box()
    assert after is not None
    assert after["width"] > before["width"]
    assert abs((x - before["x"]) / before["width"] - (x - after["x"]) / after["width"]) < 0.01
    page.mouse.down()
    page.mouse.move(x + 60, y + 40)
    page.mouse.up()
    moved = page.locator(".sheet-image").bounding_box()
    assert moved is not None
    assert abs(moved["x"] - after["x"] - 60) < 2


def test_a_correction_and_its_undo_by_keyboard(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/dossiers/1")
    page.locator("[data-set-field=title]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#correct")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("职工履历表")
    page.keyboard.press("Enter")
    expect(page.locator(".catalogue")).to_contain_text("职工履历表")
    expect(page.locator(".catalogue del")).to_have_text("职工登记表")
    page.wait_for_load_state("load")  # its scripts listen to keys from then on
    page.keyboard.press("z")
    expect(page.locator(".notice")).to_contain_text("已撤销")
    with made.office.catalogue.read() as session:
        assert session.get_one(Material, 1).title == "职工登记表"
        assert session.scalars(select(Correction)).one().undone_at is not None


def test_a_double_click_corrects_once(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/dossiers/1")
    page.locator("[data-set-field=remark]").first.click()
    page.locator("#correct [name=new]").fill("复印件")
    page.locator("#correct .main").dblclick()
    expect(page.locator(".notice")).to_be_visible()
    with made.office.catalogue.read() as session:
        assert session.scalar(select(func.count(Correction.id))) == 1


def test_what_was_typed_survives_the_end_of_the_session(page: Page, enter: Enter, address: str) -> None:
    enter("east")
    page.goto("/clerk/dossiers/1")
    page.locator("[data-set-field=remark]").first.click()
    page.locator("#correct [name=new]").fill("复印件")
    page.context.clear_cookies()
    page.locator("#correct .main").click()
    page.wait_for_url(re.compile("/account/sign-in.next="))
    page.locator("#login").fill("east")
    page.locator("#password").fill("correct horse 9")
    page.keyboard.press("Enter")
    # The address of the sign-in ends in that of the page as well: only the page itself has its scripts.
    page.wait_for_url(re.compile(r"//[^/]+/clerk/dossiers/1$"))
    page.locator("[data-set-field=remark]").first.click()
    expect(page.locator("#correct [name=new]")).to_have_value("复印件")
    page.locator("#correct .main").click()
    expect(page.locator(".catalogue")).to_contain_text("复印件")
    page.locator("[data-set-field=remark]").last.click()
    expect(page.locator("#correct [name=new]")).to_have_value("")


def test_splitting_by_keyboard(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/dossiers/2/split")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    page.wait_for_url("**/clerk/dossiers/2")
    with made.office.catalogue.read() as session:
        materials = [session.get_one(PageRow, number).material_id for number in range(5, 11)]
    assert materials == [3, 3, 3, 3, 4, 4]


def test_a_page_is_moved_and_moved_back(page: Page, enter: Enter) -> None:
    enter("east")
    page.goto("/clerk/pages/1")
    ready(page)
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".tools-count")).to_have_text("2 / 4")
    ready(page)
    page.keyboard.press("z")
    expect(page.locator(".tools-count")).to_have_text("1 / 4")


def test_dark_and_large_are_kept(page: Page, enter: Enter) -> None:
    enter("east")
    small = page.locator("h1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="大字").click()
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.locator("h1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") == pytest.approx(small * 1.25)
    dark = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert all(int(part) < 60 for part in re.findall(r"\d+", dark)[:3])
    page.context.clear_cookies()
    enter("east")
    expect(page.locator("html")).to_have_attribute("data-type", "large")


_SCREENS = (
    "/clerk/",
    "/clerk/batches/1",
    "/clerk/dossiers",
    "/clerk/dossiers/1",
    "/clerk/dossiers/2/split",
    "/clerk/pages/1",
    "/account/",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out(page: Page, enter: Enter, theme: str) -> None:
    """axe finds nothing serious on any screen, and no screen scrolls sideways."""
    page.goto("/account/sign-in")
    assert faults(page) == []
    enter("east")
    if theme == "dark":
        page.locator(".menu > summary").click()
        page.get_by_role("button", name="深色").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    for screen in _SCREENS:
        page.goto(screen)
        assert faults(page) == [], screen
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, screen
