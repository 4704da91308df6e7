"""Completeness in a real browser: the contact sheet by keyboard, a statement, and what axe says of these screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive.tables import BlankAnswer, Dossier, FindingRow, MissingStatement, PageVersion
from base.clock import now
from tests.archive.factory import Made, add_finding
from tests.e2e.test_clerk import faults, ready

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def made(made: Made) -> Made:
    """Dossier 1 lacks its retirement form, and its four pages are taken for blank."""
    with made.office.catalogue.write() as session:
        batch_id = session.get_one(Dossier, 1).batch_id
        session.add(
            FindingRow(
                batch_id=batch_id, dossier_id=1, scope="dossier", rule="dossier.key-paper", verdict="review",
                severity="major", measured="retirement", certainty="practice", params={"needed": 1, "have": 0},
                found_at=now(),
            )
        )  # fmt: skip
        for version in range(1, 5):
            add_finding(session, session.get_one(PageVersion, version), "page.blank", "review")
    return made


def test_blank_sides_are_confirmed_without_a_mouse(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/dossiers/1/blanks")
    ready(page)
    expect(page.locator("[name=written]").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=written]").nth(1)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_contain_text("1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert faults(page) == []
    page.keyboard.press("s")
    page.wait_for_url("**/clerk/dossiers/1")
    with made.office.catalogue.read() as session:
        answers = session.scalars(select(BlankAnswer.blank).order_by(BlankAnswer.version_id)).all()
    assert answers == [True, False, True, True]
    page.keyboard.press("z")
    page.wait_for_url("**/clerk/dossiers/1/blanks")
    expect(page.locator("[name=written]")).to_have_count(4)


def test_a_missing_paper_is_stated_by_keyboard(page: Page, enter: Enter, made: Made) -> None:
    enter("east")
    page.goto("/clerk/dossiers/1/papers")
    assert faults(page) == []
    page.locator("#paper-retirement button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#statement-reason")).to_be_focused()
    page.keyboard.type("原单位破产，材料遗失")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-retirement")).to_contain_text("已说明")
    assert faults(page) == []
    with made.office.catalogue.read() as session:
        assert session.scalars(select(MissingStatement.author)).all() == ["东城纺织厂"]
    page.keyboard.press("z")
    expect(page.locator("#paper-retirement")).to_contain_text("缺件")
