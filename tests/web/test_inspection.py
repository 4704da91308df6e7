"""抽检验收 over HTTP: made with its size in sight, looked at by key, concluded, sent back, printed, signed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from archive.tables import AuditEntry, Batch, Dossier, InspectionDefect, InspectionLot
from tests.archive.factory import Made, add_dossier
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


@pytest.fixture
def east(sign_in: SignIn, made: Made) -> Browser:
    """b-east has dossiers 1 and 3, drawn by papers: four papers, of which one is drawn."""
    add_dossier(made, 1, "E-2", "陈秀英")
    with made.office.catalogue.write() as session:
        session.get_one(Batch, 1).profile, session.get_one(Batch, 1).state = "personnel-300dpi-colour", "ready"
    return sign_in("east")


def make_lot(browser: Browser, *dossiers: int) -> str:
    """Makes a lot and answers its address."""
    answer = browser.post("/clerk/batches/1/lot", {"dossier": list(dossiers or (1, 3))}, on="/clerk/batches/1/lot")
    return urlsplit(answer.location).path


def test_the_size_of_the_sample_stands_before_it_is_drawn(east: Browser) -> None:
    whole = east.get("/clerk/batches/1/lot").text
    assert "2 卷，4 份，8 页" in whole
    assert re.search(r'lot-size">1</b> / 4 份', whole)
    part = east.get("/clerk/batches/1/lot?dossier=3").text
    assert re.search(r'lot-size">1</b> / 2 份', part)
    assert "72 个没有缺陷的" in whole


def test_a_lot_from_making_to_both_signatures(east: Browser, made: Made) -> None:
    lot = make_lot(east)
    assert "开始看" in east.get(lot).text
    assert "机器全检" in east.get(lot).text
    assert "看过，下一页" in east.get("/clerk/units/1").text
    assert "合格，看完了" in last_page(east)
    done = east.post("/clerk/units/1/finish", on="/clerk/units/1")
    assert urlsplit(done.location).path == lot
    assert "出结论：合格" in east.get(lot).text
    east.post("/clerk/rounds/1/conclude", on=lot)
    east.post("/clerk/rounds/1/sign", {"side": "processor", "name": "周扫描"}, on=lot)
    east.post("/clerk/rounds/1/sign", {"side": "district", "name": "周扫描"}, on=lot)
    assert "不能由同一人签字" in east.get(lot).text
    east.post("/clerk/rounds/1/sign", {"side": "district", "name": "王静"}, on=lot)
    assert "已验收" in east.get(lot).text
    with made.office.catalogue.read() as session:
        assert [session.get_one(Dossier, each).state for each in (1, 3)] == ["accepted", "accepted"]
        seen = set(session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "page.view")))
        assert len(seen) == 2  # both pages of the drawn paper


def test_a_defect_by_its_key_and_back(east: Browser, made: Made) -> None:
    make_lot(east)
    first = re.search(r'name="page" value="(\d+)"', east.get("/clerk/units/1").text)
    assert first is not None
    for _ in range(2):
        east.post("/clerk/units/1/mark", {"code": "page.skewed", "page": first.group(1)}, on="/clerk/units/1")
    shown = east.get("/clerk/units/1").text
    assert "已记下：偏斜" in shown
    assert "有缺陷，看完了" in last_page(east)
    with made.office.catalogue.read() as session:
        (row,) = session.scalars(select(InspectionDefect))
        assert (row.page_id, row.severity) == (int(first.group(1)), "minor")
    east.post("/clerk/defects/1/undo", on="/clerk/units/1")
    assert "合格，看完了" in last_page(east)
    assert "没有这样的缺陷代码" in follow(east, "/clerk/units/1/mark", {"code": "x"}, "/clerk/units/1")


def last_page(browser: Browser) -> str:
    """Unit 1 at the last of its pages."""
    pages = re.findall(r"/clerk/units/1\?page=(\d+)", browser.get("/clerk/units/1").text)
    return browser.get(f"/clerk/units/1?page={max(map(int, pages))}").text


def follow(browser: Browser, path: str, form: dict[str, str], on: str) -> str:
    browser.post(path, form, on=on)
    return browser.get(on).text


def test_what_goes_back_has_a_list_to_print_and_to_answer(east: Browser) -> None:
    lot = make_lot(east)
    east.post("/clerk/units/1/mark", {"code": "page.missing", "note": "=背面"}, on="/clerk/units/1")
    east.post("/clerk/units/1/finish", on="/clerk/units/1")
    east.post("/clerk/rounds/1/conclude", on=lot)
    assert "退回返工" in east.get(lot).text
    shown = east.get(f"{lot}/rework").text
    assert "漏页" in shown
    assert "开始复检" not in shown
    sheet = openpyxl.load_workbook(io.BytesIO(east.get(f"{lot}/rework.xlsx").data)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:5] == ["轮次", "档号", "姓名", "页", "哪里不对"]
    assert (sheet["E2"].value, sheet["H2"].value, sheet["H2"].data_type) == ("漏页", "=背面", "s")
    east.post("/clerk/rework/1/answer", {"answer": "原件缺页，已附说明"}, on=f"{lot}/rework")
    assert "开始复检" in east.get(f"{lot}/rework").text
    east.post(f"{lot}/again", on=f"{lot}/rework")
    again = east.get(lot).text
    assert "第 2 轮" in again
    assert "第 1 轮" in east.get(f"{lot}?round=1").text


def test_the_sheet_says_who_what_and_how_sure(east: Browser, made: Made) -> None:
    lot = make_lot(east)
    east.post("/clerk/units/1/finish", on="/clerk/units/1")
    east.post("/clerk/rounds/1/conclude", on=lot)
    answer = east.get(f"{lot}/1.pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert answer.mimetype == "application/pdf"
    assert all(
        word in text
        for word in ("东城纺织厂", "b-east", "2 卷，4 份，8 页", "全批 4 份，抽 1 份", "第 1 页 共 1 页", "合格，验收")
    )
    with made.office.catalogue.read() as session:
        lot_row = session.get_one(InspectionLot, 1)
        assert lot_row.serial in text
        assert lot_row.seed in text
        assert session.scalar(select(func.count()).where(AuditEntry.action == "inspection.print")) == 1
    assert east.get(f"{lot}/2.pdf").status_code == 404


def test_another_unit_sees_and_does_nothing(east: Browser, sign_in: SignIn) -> None:
    lot, west = make_lot(east), sign_in("west")
    for path in ("/clerk/batches/1/lot", lot, f"{lot}/rework", f"{lot}/rework.xlsx", f"{lot}/1.pdf", "/clerk/units/1"):
        assert west.get(path).status_code == 404, path
    for path, form in (
        ("/clerk/batches/1/lot", {"dossier": "1"}), ("/clerk/units/1/finish", {}), ("/clerk/units/1/mark", {"code": "other"}),
        ("/clerk/rounds/1/conclude", {}), ("/clerk/rounds/1/sign", {"side": "district", "name": "x"}), (f"{lot}/again", {}),
        ("/clerk/rounds/1/reopen", {}), ("/clerk/rounds/1/unsign", {"side": "district"}),
    ):  # fmt: skip
        assert west.post(path, form).status_code == 404, path
    assert "YS-" not in west.get("/clerk/lots").text
    assert "YS-" in east.get("/clerk/lots").text


def test_english_screens_stand(east: Browser) -> None:
    lot = make_lot(east)
    east.post("/account/preferences", {"language": "en"})
    for path in ("/clerk/lots", "/clerk/batches/1", lot, "/clerk/units/1", f"{lot}/rework", f"{lot}/1.pdf"):
        assert east.get(path).status_code == 200, path
    assert "Catalogue and image" in east.get(lot).text


def test_a_dossier_accepted_alone_has_its_sheet_too(east: Browser) -> None:
    assert east.get("/clerk/dossiers/1/acceptance").status_code == 404
    east.post("/clerk/dossiers/1/accept", {"open_findings": "0"}, on="/clerk/dossiers/1")
    assert "验收单" in east.get("/clerk/dossiers/1").text
    answer = east.get("/clerk/dossiers/1/acceptance", follow_redirects=True)
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert "按现状验收" in text
    assert "签字：王静" in text
