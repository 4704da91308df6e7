"""Uploading in a real browser: folders chosen, the network gone and back, the page left and come back to, all of it taken in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from archive.tables import ReceivedFile, UploadFile
from archive.upload_area import PART_BYTES, UploadArea
from base.progress import Silent
from ingest.uploaded import claim, take_in
from tests.archive.factory import PASSWORD, Made, page_image
from tests.e2e.conftest import SCREEN

pytestmark = pytest.mark.e2e
Enter = Callable[[str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two dossiers of twelve pages, and one file of two parts and a bit."""
    root = tmp_path / "移交"
    for number in range(24):
        path = root / f"A00{number % 2 + 1}" / "1" / "1" / f"{number // 2 + 1:03}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page_image(f"page {number}"))
    (root / "大.pdf").write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * (PART_BYTES // 128))
    (root / "Thumbs.db").write_bytes(b"x")
    return root


@pytest.fixture
def shaky(browser: Browser, address: str) -> Iterator[Page]:
    """A tab in which requests may fail: unlike `page`, that breaks no test."""
    context = browser.new_context(viewport=SCREEN, base_url=address, locale="zh-CN")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page) -> None:
    page.goto("/")
    page.fill("[name=login]", "east")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/clerk/**")


def begin(page: Page, name: str) -> None:
    page.goto("/intake/")
    page.get_by_role("button", name="新建批次并上传").click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/intake/uploads/*")


def test_a_folder_is_uploaded_called_whole_and_taken_in(page: Page, enter: Enter, made: Made, folder: Path) -> None:
    enter("east")
    begin(page, "2026-05 东城纺织厂")
    page.set_input_files("#folder", folder)
    expect(page.locator("#here")).to_have_text("25")
    expect(page.locator("#says")).to_have_text("选中的文件都到了。")
    page.get_by_role("button", name="收齐了").click()
    expect(page.get_by_role("heading", name="正在接收")).to_be_visible()
    upload_id = claim(made.office.catalogue, "me")
    assert upload_id is not None
    assert take_in(made.office, upload_id, Silent()) is not None
    expect(page.get_by_role("heading", name="接收的结果")).to_be_visible()
    page.get_by_role("link", name="打开批次").click()
    expect(page.get_by_role("heading", name="2026-05 东城纺织厂")).to_be_visible()
    with made.office.catalogue.read() as session:
        received = select(func.count()).select_from(ReceivedFile).where(ReceivedFile.path.endswith(".jpg"))
        assert session.scalar(received.where(ReceivedFile.path.startswith("移交/A00"))) == 24


def test_after_a_broken_network_and_a_closed_page_it_goes_on(shaky: Page, made: Made, folder: Path) -> None:
    sign_in(shaky)
    begin(shaky, "断网的一批")
    sent: list[int] = []

    def fail_some(route: Route) -> None:
        sent.append(len(route.request.post_data_buffer or b""))
        if len(sent) in (2, 3):
            route.abort()
        else:
            route.continue_()

    shaky.route("**/parts", fail_some)
    shaky.set_input_files("#folder", folder)
    expect(shaky.locator("#says")).to_contain_text("网络断了")
    expect(shaky.locator("#here")).to_have_text("25")
    # All but one file, as if the page had been closed before it came.
    with made.office.catalogue.write() as session:
        row = session.scalars(select(UploadFile).where(UploadFile.path.endswith("大.pdf"))).one()
        area = UploadArea(made.office.settings.data_dir)
        whole = area.path(row.upload_id, row.id)
        whole.replace(whole.with_name(f"{row.id}.part"))
        row.state, row.got = "waiting", PART_BYTES
    shaky.reload()
    expect(shaky.locator("#says")).to_contain_text("还有 1 个文件没有传完")
    expect(shaky.get_by_role("button", name="收齐了")).to_be_disabled()
    sent.clear()
    sent.extend([0, 0, 0])
    shaky.set_input_files("#folder", folder)
    expect(shaky.locator("#here")).to_have_text("25")
    # Only what was missing came again.
    assert sum(sent) < 2 * PART_BYTES
    with made.office.catalogue.read() as session:
        row = session.scalars(select(UploadFile).where(UploadFile.path.endswith("大.pdf"))).one()
    assert row.sha256 == hashlib.sha256((folder / "大.pdf").read_bytes()).hexdigest()


def test_our_own_digest_is_the_one_of_the_standard(page: Page, enter: Enter) -> None:
    enter("east")
    lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_003]
    told = page.evaluate(
        """async (lengths) => {
            const { ours } = await import("/intake/static/sha256.js");
            return lengths.map((length) => ours(Uint8Array.from({ length }, (_, at) => at * 7 % 251)));
        }""",
        lengths,
    )
    assert told == [hashlib.sha256(bytes(at * 7 % 251 for at in range(length))).hexdigest() for length in lengths]


def test_another_file_of_the_same_name_waits_for_a_person(page: Page, enter: Enter, made: Made, tmp_path: Path) -> None:
    enter("east")
    begin(page, "同名")
    for text in ("first", "other"):
        (tmp_path / text).mkdir()
        (tmp_path / text / "001.jpg").write_bytes(page_image(text) + text.encode() * len(text))
    page.set_input_files("#files", tmp_path / "first" / "001.jpg")
    expect(page.locator("#here")).to_have_text("1")
    page.set_input_files("#files", tmp_path / "other" / "001.jpg")
    expect(page.get_by_text("已经有同名的另一个文件")).to_be_visible()
    page.get_by_role("button", name="换成新选的").click()
    expect(page.get_by_text("已经有同名的另一个文件")).to_be_hidden()
    expect(page.locator("#says")).to_have_text("选中的文件都到了。")
    with made.office.catalogue.read() as session:
        row = session.scalars(select(UploadFile)).one()
    assert row.sha256 == hashlib.sha256((tmp_path / "other" / "001.jpg").read_bytes()).hexdigest()
