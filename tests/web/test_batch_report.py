"""A batch's report from the screens: as a file, of the own unit only, and in the audit trail."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from archive.access import machine_viewer
from archive.tables import AuditEntry, FindingRow, PageVersion
from ingest.reports.catalogue import batch_report
from tests.archive.factory import Made, add_finding
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]
NUMBER = "110105194912310021"


@pytest.fixture
def found(made: Made) -> Made:
    """Page 1 has two findings (one names a place), page 2 one."""
    with made.office.catalogue.write() as session:
        first, second = session.scalars(select(PageVersion).order_by(PageVersion.id).limit(2))
        low = add_finding(session, first)
        low.params = {**low.params, "boxes": [[5, 6, 70, 80]]}
        add_finding(session, first, "page.skew", "review")
        add_finding(session, second)
    return made


@pytest.mark.parametrize("form", ["html", "pdf", "xlsx"])
def test_each_form_is_a_file_and_leaves_a_trace(form: str, sign_in: SignIn, found: Made) -> None:
    answer = sign_in("east").get(f"/clerk/batches/{found.batches['b-east']}/report.{form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    if form == "pdf":
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        text = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
        assert book["检测结果"].max_row == 4
    else:
        text = answer.text
        assert 'x="5" y="6" width="65" height="74"' in text
    assert "E-1" in text
    assert "198" in text
    assert NUMBER not in text
    with found.office.catalogue.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "batch.report")).one()
    assert entry.subject == f"batch:{found.batches['b-east']}"
    assert entry.detail == {"form": form}


def test_another_units_batch_is_not_found_and_leaves_no_trace(sign_in: SignIn, found: Made) -> None:
    assert sign_in("west").get(f"/clerk/batches/{found.batches['b-east']}/report.html").status_code == 404
    assert sign_in("east").get(f"/clerk/batches/{found.batches['b-east']}/report.docx").status_code == 404
    with found.office.catalogue.read() as session:
        assert not session.scalars(select(AuditEntry).where(AuditEntry.action == "batch.report")).all()


def test_the_batch_page_links_to_them(sign_in: SignIn, found: Made) -> None:
    text = sign_in("east").get(f"/clerk/batches/{found.batches['b-east']}").text
    for form in ("html", "pdf", "xlsx"):
        assert f"/clerk/batches/{found.batches['b-east']}/report.{form}" in text


def test_counts_agree_with_the_screens(found: Made) -> None:
    with found.office.catalogue.read() as session:
        report = batch_report(session, found.office.store, machine_viewer("root"), found.batches["b-east"], 10)
        rows = session.scalars(select(FindingRow).where(FindingRow.batch_id == found.batches["b-east"])).all()
    assert sum(cause.count for cause in report.causes) == len(rows) == 3
    assert [(cause.rule, cause.pages) for cause in report.causes] == [("page.dpi", 2), ("page.skew", 1)]
    (dossier,) = report.dossiers
    assert (dossier.pages, dossier.verdicts[0], dossier.findings) == (4, 2, 3)
    assert sum(report.counts[verdict] for verdict in ("fail", "review", "pass", "not_measurable")) == 4
    assert [sight.page for sight in report.sights] == [1, 2]
    assert report.people[0].number == "110105********0021"
    assert len(list(report.pages())) == 4
