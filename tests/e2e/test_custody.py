"""保管 and 处理进度 in a real browser: by keyboard, in both themes, and readable for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from archive.custody.ledger import enrol
from archive.jobs import LocalQueue, enqueue
from archive.tables import Hold, JobRow, PageVersion, StoredObject
from base.errors import JuanzongError
from ingest.custody.second import copy_new, open_second
from tests.archive.factory import Made, add_batch, add_dossier, make_desks
from tests.e2e.test_clerk import faults
from tests.e2e.test_matching import told

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Dossier D-0001 of unit east, all of it in the second store; page 2 is known to be bad, page 3 could not be read."""
    made = make_desks(tmp_path, second_store="folder", second_path=str(tmp_path / "second"))
    add_dossier(made, add_batch(made, "east", "2026-03 东城纺织厂"), "D-0001", "张桂兰", pages=4)
    enrol(made.office.catalogue)
    copy_new(made.office, open_second(made.office.settings, create=True))
    with made.office.catalogue.write() as session:
        session.execute(update(StoredObject).values(state="good"))
        for number, state, code in ((2, "bad", "store.damaged"), (3, "could_not_check", "store.failed")):
            key = session.get_one(PageVersion, number).object_key
            session.execute(update(StoredObject).where(StoredObject.key == key).values(state=state, code=code))
    yield made
    made.office.close()


def dark(page: Page) -> None:
    page.locator(".menu > summary").press("Enter")
    page.get_by_role("button", name="深色").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_from_a_bad_page_to_a_hold_by_keyboard(page: Page, enter: Enter, made: Made) -> None:
    enter("admin")
    page.locator(".desks").get_by_role("link", name="保管").press("Enter")
    page.wait_for_url("**/custody/")
    bad = page.locator("tbody tr", has_text="内容有变")
    expect(bad.get_by_role("link", name="D-0001")).to_have_attribute("href", "/clerk/pages/2")
    assert faults(page) == []
    bad.get_by_role("button", name="从第二份修复").press("Enter")
    told(page, "已从第二份修复")
    page.get_by_role("button", name="再读一次").press("Enter")
    told(page, "重新读过，完好。")
    expect(page.get_by_text("没有要处理的对象。")).to_be_visible()
    page.locator(".rail").get_by_role("link", name="三份保存").press("Enter")
    expect(page.locator(".notice")).to_contain_text("没有离线副本")
    assert faults(page) == []
    page.locator(".rail").get_by_role("link", name="保全冻结").press("Enter")
    page.get_by_label("档号或身份证号").fill("D-0001")
    page.get_by_label("冻结").check()
    page.get_by_label("理由").fill("诉讼")
    page.keyboard.press("Enter")
    told(page, "已下达，立即生效。")
    dark(page)
    assert faults(page) == []
    row = page.locator("tbody tr")
    row.locator("summary").press("Enter")
    row.get_by_label("解除的理由").fill("已结案")
    page.keyboard.press("Enter")
    told(page, "已解除")
    expect(page.get_by_text("没有保全。")).to_be_visible()
    with made.office.catalogue.read() as session:
        hold = session.scalars(select(Hold)).one()
        assert (hold.kind, hold.reason, hold.actor, hold.lift_reason) == ("freeze", "诉讼", "account:admin", "已结案")


@pytest.fixture
def queued(made: Made) -> Made:
    """Four pages to read: the first failed, the others wait."""
    with made.office.catalogue.write() as session:
        for version in session.scalars(select(PageVersion).order_by(PageVersion.id)).all():
            enqueue(session, "read", version.id, batch_id=version.page.dossier.batch_id)
    queue = LocalQueue(made.office.catalogue)
    job = queue.claim("a")
    assert job is not None
    queue.fail(job, JuanzongError("job.timeout", seconds=300))
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_work_in_progress_by_keyboard_and_by_itself(page: Page, enter: Enter, queued: Made, theme: str) -> None:
    enter("east")
    page.locator(".rail").get_by_role("link", name="处理进度").press("Enter")
    page.wait_for_url("**/jobs/")
    if theme == "dark":
        dark(page)
    expect(page.locator("#list tbody tr")).to_contain_text("超过 300 秒")
    assert faults(page) == []
    page.get_by_role("button", name="暂停").press("Enter")
    told(page, "已暂停，3 项")
    expect(page.locator(".work")).to_contain_text("已暂停")
    page.locator(".work").get_by_role("button", name="继续").press("Enter")
    told(page, "已继续，3 项")
    page.locator("#list").get_by_role("button", name="重新处理").press("Enter")
    told(page, "1 项重新排队。")
    expect(page.locator("#list")).to_contain_text("没有。")
    # Nobody touches the page: what a worker did stands on it by itself.
    page.locator("h1").click()
    with queued.office.catalogue.write() as session:
        session.execute(update(JobRow).values(state="done"))
    expect(page.get_by_text("没有等着做的事。")).to_be_visible()
    assert faults(page) == []
