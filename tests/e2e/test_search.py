"""Search in a real browser, by keys alone: by initials to a person, through a facet and a sort to a page with its words
marked, kept under a name, taken along as a sheet; and readable for everybody."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select
from waitress.server import create_server

from archive.tables import Material, SavedSearch
from archive.tables import Page as PageRow
from ingest.find import SearchDesk
from tests.archive.factory import Made
from tests.e2e.conftest import run_server
from tests.e2e.test_clerk import faults, ready
from tests.web.conftest import indexed
from web.app import create_app

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def address(made: Made) -> Iterator[str]:
    """The office over its index: pages 3 and 4 are of another class and decade."""
    with made.office.catalogue.write() as session:
        other = session.scalars(select(Material).where(Material.dossier_id == 1, Material.key == "1-2")).one()
        other.class_code, other.year = "9-1", 1986
        for page in session.scalars(select(PageRow).where(PageRow.dossier_id == 1, PageRow.position > 2000)):
            page.material_id = other.id
    index = indexed(made.office)
    app = create_app(made.office, SearchDesk(made.office, index))
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=run_server, args=(server,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)
    index.close()


def _loaded(page: Page, pattern: str) -> None:
    page.wait_for_url(re.compile(pattern))
    page.wait_for_load_state("load")  # its scripts listen to keys from then on


def test_from_initials_to_a_sheet_by_keys_alone(page: Page, enter: Enter, made: Made, tmp_path: Path) -> None:
    enter("east")
    page.keyboard.press("/")
    page.keyboard.type("zgl", delay=20)
    option = page.get_by_role("option").first
    expect(option).to_contain_text("张桂兰")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert page.evaluate("document.activeElement.getAttribute('aria-activedescendant')") == option.get_attribute("id")
    page.keyboard.press("Enter")
    _loaded(page, "/search/[^/]+$")
    assert "%" not in page.url
    expect(page.locator(".search-box [name=q]")).to_have_value("张桂兰")
    expect(page.locator(".hit").first).to_contain_text("人员")

    page.keyboard.press("f")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-facets] a:focus")).to_contain_text("九 ")
    page.keyboard.press("Enter")
    # The address of the page before looks the same: what it shows tells that the next one has come.
    expect(page.locator(".search-box [name=q]")).to_have_value("张桂兰 class:9")
    page.wait_for_load_state("load")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator(".chips a")).to_contain_text("九 ")
    page.keyboard.press("o")
    _loaded(page, "sort=archive_no")
    expect(page.locator(".sorts [aria-current]")).to_have_text("档号")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    _loaded(page, "/clerk/pages/3")
    ready(page)
    expect(page.locator(".marked-now")).to_have_count(1)
    expect(page.locator("[data-hits-line]")).to_contain_text("1 / 2")
    page.keyboard.press("h")
    _loaded(page, "/clerk/pages/4")
    ready(page)
    page.keyboard.press("[")
    _loaded(page, "/clerk/pages/3")
    ready(page)
    page.keyboard.press("s")
    _loaded(page, "/search/")

    page.keyboard.press("s")
    expect(page.locator("#save-name")).to_be_focused()
    page.keyboard.type("张桂兰的工资")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("已保存")
    page.wait_for_load_state("load")
    with made.office.catalogue.read() as session:
        assert session.scalars(select(SavedSearch)).one().query == "张桂兰 class:9"

    page.keyboard.press("e")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "hits.xlsx")
    rows = list(load_workbook(tmp_path / "hits.xlsx").worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["档号", "D-0001", "D-0001"]


def test_suggestions_close_by_escape_and_the_typed_words_are_sent(page: Page, enter: Enter) -> None:
    enter("east")
    page.goto("/search")
    field = page.locator(".search-box [name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("张桂")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    _loaded(page, "/search/[^/]+$")
    expect(page.locator(".search-box [name=q]")).to_have_value("张桂")


def test_the_form_says_its_line_while_it_is_filled_in(page: Page, enter: Enter) -> None:
    enter("east")
    page.goto("/search")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    _loaded(page, "/search/advanced")
    page.fill("#name", "zgl")
    page.select_option("#class_code", "9")
    expect(page.locator("[data-line-text]")).to_have_text("name:zgl class:9")
    page.fill("#rest", "year:19x5")
    expect(page.locator("[data-line-trouble]")).not_to_be_empty()
    page.fill("#rest", "")
    page.fill("#all_words", "张桂兰")
    page.fill("#name", "")
    page.keyboard.press("Enter")
    _loaded(page, "/search/[^/]+$")
    expect(page.locator(".hit")).to_have_count(2)


def test_everybody_can_read_it_in_both_themes(page: Page, enter: Enter) -> None:
    enter("east")
    found: list[str] = []
    for dark in (False, True):
        if dark:
            page.locator(".menu > summary").click()
            page.get_by_role("button", name="深色").click()
        page.goto("/search")
        page.fill(".search-box [name=q]", "张桂兰 class:9")
        page.keyboard.press("Enter")
        _loaded(page, "/search/[^/]+$")
        found += faults(page)
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        _loaded(page, "/clerk/pages/")
        ready(page)
        found += faults(page)
        for screen in ("/search/advanced", "/search/language"):
            page.goto(screen)
            found += faults(page)
    assert found == []
