"""Completeness over HTTP: key papers and statements, blank sides, corrections by two clerks, the list to print."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from sqlalchemy import select

from archive import accounts
from archive.tables import AuditEntry, BlankAnswer, Dossier, FindingRow, Material, MissingStatement, PageVersion
from base.clock import now
from tests.archive.factory import PASSWORD, Made, add_finding
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]
STATEMENT = {"paper": "retirement", "reason": "原单位破产", "author": "东城纺织厂", "written_on": "2026年3月18日"}


@pytest.fixture
def made(made: Made) -> Made:
    """Dossier 1 lacks its retirement form; its pages 2 and 4 are taken for blank. A second clerk at the district."""
    with made.office.catalogue.write() as session:
        dossier = session.get_one(Dossier, 1)
        session.add(
            FindingRow(
                batch_id=dossier.batch_id, dossier_id=1, scope="dossier", rule="dossier.key-paper", verdict="review",
                severity="major", measured="retirement", certainty="practice", params={"needed": 1, "have": 0},
                found_at=now(),
            )
        )  # fmt: skip
        for page in (2, 4):
            add_finding(session, session.get_one(PageVersion, page), "page.blank", "review")
        root = accounts.root_organization(session)
        accounts.make_account(session, "second", "刘芳", PASSWORD, desks=["clerk"], organization=root)
    return made


OTHERS: tuple[tuple[str, dict[str, str] | None], ...] = (
    ("/clerk/dossiers/2/papers", None),
    ("/clerk/dossiers/2/blanks", None),
    ("/clerk/batches/2/missing-papers.pdf", None),
    ("/clerk/dossiers/2/statements", STATEMENT),
    ("/clerk/dossiers/2/blanks", {"seen": "5"}),
    ("/clerk/statements/9/withdraw", {}),
    ("/clerk/blanks/9/undo", {}),
    ("/clerk/correction-proposals/9/confirm", {}),
    ("/clerk/correction-proposals/9/refuse", {}),
    ("/clerk/materials/3/propose-correction", {"field": "title", "new": "x", "reason": "x"}),
    ("/clerk/files/9/accept-move", {}),
    ("/clerk/batches/2/accept-moves", {}),
)


def test_what_is_another_units_is_not_found(sign_in: SignIn) -> None:
    east = sign_in("east")
    answers = [east.get(path) if form is None else east.post(path, form) for path, form in OTHERS]
    assert [answer.status_code for answer in answers] == [404] * len(OTHERS)


def test_a_statement_is_entered_once_and_withdrawn(sign_in: SignIn, made: Made) -> None:
    east = sign_in("east")
    page = east.get("/clerk/dossiers/1/papers").text
    assert "退休审批表" in page
    assert "登记缺失材料说明" in page
    tokens = east.tokens()
    data = {**tokens, "back": "/clerk/dossiers/1/papers", **STATEMENT, "page_number": "3"}
    for _click in range(2):
        assert east.client.post("/clerk/dossiers/1/statements", data=data).location == "/clerk/dossiers/1/papers"
    with made.office.catalogue.read() as session:
        row = session.scalars(select(MissingStatement)).one()
        assert (str(row.written_on), row.page_id, row.document_no) == ("2026-03-18", 3, "")
    page = east.get("/clerk/dossiers/1/papers").text
    assert "已说明" in page
    assert "看第 3 页的说明" in page
    assert "缺 1" not in page
    east.post(f"/clerk/statements/{row.id}/withdraw", {})
    assert "撤回过的说明" in east.get("/clerk/dossiers/1/papers").text


def test_a_statement_that_cannot_be_says_why(sign_in: SignIn) -> None:
    east = sign_in("east")
    told = {
        "written_on": ("去年", "写全年、月、日"),
        "page_number": ("5", "不在这一卷里"),
        "paper": ("register", "不在缺件之列"),
    }
    for name, (value, text) in told.items():
        answer = east.post("/clerk/dossiers/1/statements", {**STATEMENT, name: value}, on="/clerk/dossiers/1/papers")
        assert text in east.get(answer.location).text


def test_blank_sides_are_answered_together_and_undone(sign_in: SignIn, made: Made) -> None:
    east = sign_in("east")
    page = east.get("/clerk/dossiers/1/blanks").text
    assert re.findall(r'name="seen" value="(\d+)"', page) == ["2", "4"]
    assert "前一页 3" in page
    east.post("/clerk/dossiers/1/blanks", {"seen": ["2", "4"], "written": ["4"]})
    with made.office.catalogue.read() as session:
        assert session.scalars(select(BlankAnswer.blank).order_by(BlankAnswer.version_id)).all() == [True, False]
    page = east.get("/clerk/dossiers/1/blanks").text
    assert "确认空白 1 页" in page
    east.post("/clerk/blanks/1/undo", {})
    assert 'name="seen"' in east.get("/clerk/dossiers/1/blanks").text
    answer = east.post("/clerk/dossiers/1/blanks", {"seen": ["2", "x"]}, on="/clerk/dossiers/1/blanks")
    assert "重新看一遍" in east.get(answer.location).text


def test_a_correction_after_acceptance_waits_for_the_second_clerk(sign_in: SignIn, made: Made) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Dossier, 1).state = "accepted"
    first, second, east = sign_in("admin"), sign_in("second"), sign_in("east")
    asked = {"field": "title", "new": "职工登记表（一）", "reason": "按原件更正"}
    assert east.post("/clerk/materials/1/propose-correction", asked).status_code == 403
    first.post("/clerk/materials/1/propose-correction", asked, on="/clerk/dossiers/1")
    assert "等另一位确认" in first.get("/clerk/corrections").text
    assert "1 条目录更正等您确认" in second.get("/clerk/").text
    assert "1 条目录更正等您确认" not in first.get("/clerk/").text
    refused = first.post("/clerk/correction-proposals/1/confirm", {}, on="/clerk/corrections")
    assert "要由另一位业务员确认" in first.get(refused.location).text
    assert "确认更正" in second.get("/clerk/dossiers/1").text
    second.post("/clerk/correction-proposals/1/confirm", {}, on="/clerk/corrections")
    with made.office.catalogue.read() as session:
        assert session.get_one(Material, 1).title == "职工登记表（一）"
    page = second.get("/clerk/dossiers/1?sent=1").text
    assert 'class="sent-row"' in page
    assert "刘芳 确认" in page


def test_the_list_for_the_sender_masks_numbers_and_is_logged(sign_in: SignIn, made: Made) -> None:
    east = sign_in("east")
    assert "打印缺失材料清单" in east.get("/clerk/batches/1").text
    answer = east.get("/clerk/batches/1/missing-papers.pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) == 1
    with made.office.catalogue.read() as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1] == "missing-papers.print"


def test_screens_in_english_have_no_chinese_left(sign_in: SignIn) -> None:
    east = sign_in("east")
    east.post("/account/preferences", {"language": "en"})
    for path in ("/clerk/dossiers/1/papers", "/clerk/dossiers/1/blanks", "/clerk/corrections"):
        page = east.get(path).text
        texts = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
        known = r"中文|张桂兰|东城纺织厂|城东区档案所|王静|职工登记表|履历表|年|月|日|[0-9]"
        assert re.findall(r"[\u4e00-\u9fff]+", re.sub(known, "", texts)) == [], path
