"""The correction desk in a real browser: fifty lines by keys alone, and then search and the exported PDF have the words."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive.jobs import LocalQueue, enqueue
from archive.tables import LineCorrection
from archive.tables import Page as PageRow
from ingest.export import export_dossier
from ingest.find import find
from ingest.indexer import drain, open_index
from ingest.workers import run_job
from ingest.workshop import Workshop
from tests.archive.factory import Made
from tests.e2e.reading_office import LINES, add_pages, misread
from tests.e2e.test_clerk import faults, ready

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def pages(made: Made) -> list[int]:
    return add_pages(made)


# The line that is shown, its doubtful character chosen, and how many are settled: asked for at every frame, not by polling.
_SHOWN = """([text, at, settled]) => { const field = document.getElementById("line-text");
  return field.value === text && field.selectionStart === at && document.querySelectorAll(".line-state.settled").length === settled; }"""


def settle(page: Page, text: str, number: int) -> None:
    """One line: the doubtful character has the caret already; every other line is typed anew instead of picked."""
    read, at, candidate = misread(text)
    page.wait_for_function(_SHOWN, arg=[read, at, number % 25])
    if number % 2:
        page.keyboard.press(f"Alt+{candidate}")
    else:
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def test_fifty_lines_by_keys_alone(page: Page, enter: Enter, made: Made, pages: list[int], tmp_path: Path) -> None:
    bound_as_read(made, pages)
    enter("east")
    page.goto("/clerk/correct")
    page.get_by_role("link", name="从第一页开始").focus()
    page.keyboard.press("Enter")
    for number, text in enumerate(LINES):
        if number % 25 == 0:
            page.wait_for_url(f"**/clerk/pages/{pages[number // 25]}/correct")
            ready(page)
        settle(page, text, number)
        if number == 24:
            expect(page.locator("#line-note")).to_contain_text("按 Enter 到下一页")
            page.keyboard.press("Enter")
    expect(page.locator("#line-note")).to_contain_text("按 Enter 到下一页")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clerk/correct")
    expect(page.locator(".notices")).to_contain_text("没有等着校对的页了")
    with made.office.catalogue.read() as session:
        kept = session.scalars(select(LineCorrection.text).order_by(LineCorrection.id)).all()
    assert tuple(kept) == LINES
    searched(made)
    exported(made, tmp_path / "out.pdf")


def bound_as_read(made: Made, pages: list[int]) -> None:
    queue, workshop = LocalQueue(made.office.catalogue), Workshop(made.office)
    with made.office.catalogue.write() as session:
        for page_id in pages:
            material = session.get_one(PageRow, page_id).material_id
            assert material is not None
            enqueue(session, "bind", material, batch_id=None)
    while (job := queue.claim("test", ["bind"])) is not None:
        run_job(workshop, queue, job)


def searched(made: Made) -> None:
    """Every corrected line is found as it is right, none as it was read."""
    index = open_index(made.office)
    drain(made.office, index)
    for text in (LINES[0], LINES[30], LINES[49]):
        found = find(made.office, index, made.viewer("east"), f'"{text[2:]}"', kinds=("page",))
        assert found.total == 2  # the sentence stands on both pages
        assert find(made.office, index, made.viewer("east"), f'"{misread(text)[0]}"', kinds=("page",)).total == 0


def exported(made: Made, out: Path) -> None:
    """The next export has every line as it is right, though no worker made the PDF anew yet."""
    export_dossier(made.office, made.viewer("east"), "D-0009", out)
    text = subprocess.run(["pdftotext", "-raw", out, "-"], capture_output=True, check=True).stdout.decode()
    assert [line for line in text.split() if line in LINES] == list(LINES)


def test_nothing_typed_is_lost_and_two_clerks_are_told(page: Page, enter: Enter, made: Made, pages: list[int]) -> None:
    from ingest.correction_desk import Ask, desk_page, say

    enter("east")
    page.goto(f"/clerk/pages/{pages[0]}/correct")
    ready(page)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("我写的一行")
    page.reload()
    ready(page)
    field = page.locator("#line-text")
    expect(field).to_have_value("我写的一行")
    expect(page.locator("#line-note")).to_contain_text("没有保存")
    admin = made.viewer("admin")
    with made.office.catalogue.read() as session:
        seen = desk_page(made.office, session, admin, pages[0])
    first = seen.lines[0].line
    say(made.office, admin, seen.version_id, Ask("correct", LINES[0], first.box, first.text))
    page.keyboard.press("Enter")
    expect(page.locator("#line-note")).to_contain_text("刚刚有人改过")
    expect(field).to_have_value("我写的一行")
    page.keyboard.press("Escape")
    expect(field).to_have_value(LINES[0])


def test_noise_unreadable_missed_lines_undo_and_history(page: Page, enter: Enter, made: Made, pages: list[int]) -> None:
    enter("east")
    page.goto(f"/clerk/pages/{pages[0]}/correct")
    ready(page)
    counts, note = page.locator("#counts"), page.locator("#line-note")
    page.keyboard.press("F2")
    expect(counts).to_contain_text("共 24 行")
    page.keyboard.press("F9")
    expect(counts).to_contain_text("共 25 行")
    expect(note).to_contain_text("已撤销")
    page.keyboard.press("F4")
    expect(page.locator("#lines li").first).to_contain_text("□□□□□□□□□□")
    page.locator("#lines button").last.click()
    page.keyboard.press("F7")  # under the last line, where nothing was read
    for key in ("ArrowDown", "ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.keyboard.insert_text("补上的一行")
    page.keyboard.press("Enter")
    expect(counts).to_contain_text("共 26 行")
    page.locator("#lines li", has_text="补上的一行").locator("button").click()
    page.keyboard.press("F8")
    expect(page.locator("#history")).to_contain_text("王静")
    page.keyboard.press("Escape")
    with made.office.catalogue.read() as session:
        kinds = session.scalars(select(LineCorrection.kind).order_by(LineCorrection.id)).all()
    assert list(kinds) == ["noise", "unreadable", "add"]


def test_keys_of_an_input_method_are_its_own_and_everybody_can_read_the_desk(
    page: Page, enter: Enter, pages: list[int]
) -> None:
    enter("east")
    page.goto(f"/clerk/pages/{pages[0]}/correct")
    ready(page)
    page.locator("#line-text").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.locator("#line-text").dispatch_event("keydown", {"key": "Process", "keyCode": 229, "bubbles": True})
    expect(page.locator("#counts")).to_contain_text("已核 0 行")
    assert faults(page) == []
    page.goto("/clerk/correct")
    assert faults(page) == []
