"""The matching desk and the arranging of pages in a real browser, by keys and by mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from archive.page_acts import active_pages
from archive.tables import Dossier
from tests.archive.factory import Made
from tests.ingest.matching.office import add_matching

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def ids(made: Made) -> dict[str, int]:
    return add_matching(made)


def person_of(made: Made, dossier_id: int) -> str:
    with made.office.catalogue.read() as session:
        person = session.get_one(Dossier, dossier_id).person
        return person.name if person else ""


def order(made: Made, dossier_id: int) -> list[int]:
    with made.office.catalogue.read() as session:
        return [page.id for page in active_pages(session, dossier_id)]


def told(page: Page, text: str) -> None:
    """The page that says `text` is there, and its scripts hear keys."""
    expect(page.get_by_text(text)).to_be_visible()
    page.wait_for_load_state("load")


def test_matched_by_keys_undone_and_by_drag(page: Page, enter: Enter, made: Made, ids: dict[str, int]) -> None:
    enter("east")
    page.goto(f"/intake/batches/{ids['batch']}/match")
    # The first one shows an ID number of the list: its person is chosen by itself.
    expect(page.locator("#awaited .here b")).to_have_text("王秀兰")
    expect(page.locator("#look")).to_be_visible()
    page.keyboard.press("Enter")
    told(page, "已配上。")
    assert person_of(made, ids["read"]) == "王秀兰"
    page.keyboard.press("z")
    told(page, "已撤销，恢复原样。")
    assert person_of(made, ids["read"]) == ""
    # The twin goes to the second of two people of one name, chosen by hand.
    page.locator(f'[data-key="d{ids["twin"]}"]').drag_to(page.locator("#awaited [data-to]").nth(3))
    told(page, "已配上。")
    assert person_of(made, ids["twin"]) == "张伟"
    # Loose pages: both marked, to the dossier that a box names; keys are heard once the new page shows where it stands.
    expect(page.locator(f'[data-key="d{ids["read"]}"].here')).to_be_visible()
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("#told")).to_contain_text("选中 2 个")
    page.fill("#target", "H-1")
    page.keyboard.press("Enter")
    told(page, "已归到那一卷的末尾。")
    assert len(order(made, ids["held"])) == 4


def test_pages_are_put_elsewhere_by_keys_and_drag(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/intake/dossiers/1/arrange")
    pages = order(made, 1)
    page.locator(f'[data-page="{pages[0]}"]').click()
    page.keyboard.press("Shift+ArrowRight")
    told(page, "已调整顺序。")
    assert order(made, 1) == [pages[1], pages[0], pages[2], pages[3]]
    page.keyboard.press("z")
    told(page, "已撤销，恢复原样。")
    page.locator(f'[data-page="{pages[3]}"]').drag_to(page.locator(f'[data-page="{pages[0]}"]'))
    told(page, "已调整顺序。")
    assert order(made, 1) == [pages[3], pages[0], pages[1], pages[2]]
    page.locator(f'[data-page="{pages[1]}"]').click()
    page.locator(f'[data-page="{pages[2]}"]').click(modifiers=["Shift"])
    page.keyboard.press("n")
    page.get_by_label("材料名称").fill("转正审批表")
    page.keyboard.press("Enter")
    told(page, "已分出为一份材料。")
    expect(page.locator(".arrange-title", has_text="转正审批表")).to_be_visible()
