"""One dossier's completeness: its key papers, the statements that close what is missing, the list to print for the sender."""

from __future__ import annotations

import io
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, make_response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from archive import audit, batches, completeness, dossiers, missing_papers, page_acts, viewing
from archive.completeness import StatementForm
from base.clock import now
from base.errors import InputError
from base.messages import message
from printing.missing_papers import MissingPerson, MissingSheet, make_missing_list
from standards.profiles import load_profile
from web import acts, frame
from web.clerk.blueprint import blueprint
from web.clerk.tabs import tab_values

# The viewer of Chromium puts a PDF into an element of its own, which the policy of all other answers forbids.
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# What each answer is called, with the state whose icon and colour it takes.
PAPER_STATES = {
    "present": ("pass", _l("已有")), "missing": ("review", _l("缺件")), "closed": ("pass", _l("已说明")),
    "undecided": ("not_measurable", _l("无法判断")), "not_needed": ("plain", _l("不需要")),
}  # fmt: skip


def paper_text(code: str) -> str:
    """The name of a key paper (`key-paper.ID`) or a reason (`key-why.…`) in the account's language."""
    return message(code, frame.language())


@cache
def _scheme_of(profile: str) -> str:
    return load_profile(profile).scheme


def scheme() -> str:
    """The classification scheme of the office's profile."""
    return _scheme_of(frame.office().settings.profile)


@blueprint.context_processor
def _values() -> dict[str, Any]:
    return {"paper_text": paper_text, "PAPER_STATES": PAPER_STATES}


@blueprint.get("/dossiers/<int:dossier_id>/papers")
def dossier_papers(dossier_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        materials = dossiers.materials_of(session, me, dossier_id)
        strip = viewing.strip(session, me, dossier_id)
        return render_template(
            "clerk/papers.html",
            **tab_values(session, me, dossier_id),
            papers=completeness.papers_of(session, me, dossier_id, scheme=scheme()),
            materials=materials,
            strip=strip,
            now=now(),
            numbers={thumb.page_id: thumb.number for thumb in strip},
        )


@blueprint.post("/dossiers/<int:dossier_id>/statements")
@acts.act
def state_missing(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        form = StatementForm(
            paper=acts.field("paper"), reason=acts.field("reason", required=False),
            author=acts.field("author", required=False), written_on=acts.field("written_on", required=False),
            document_no=acts.field("document_no", required=False),
            page_id=_page_at(session, dossier_id, acts.field("page_number", required=False)),
        )  # fmt: skip
        row = completeness.state_missing(session, frame.viewer(), dossier_id, form, scheme=scheme())
    flash(_("已登记缺失材料说明，这一项不再算缺件。"), f"undo {url_for('clerk.withdraw_statement', statement_id=row)}")
    return url_for("clerk.dossier_papers", dossier_id=dossier_id)


def _page_at(session: Any, dossier_id: int, text: str) -> int | None:
    """The page that a person counts as the nth of the dossier; InputError `statement.page`."""
    if not text:
        return None
    dossier = dossiers.find_dossier(session, frame.viewer(), dossier_id)
    pages = page_acts.active_pages(session, dossier.id)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= len(pages)):
        raise InputError("statement.page")
    return pages[int(text) - 1].id


@blueprint.post("/statements/<int:statement_id>/withdraw")
@acts.act
def withdraw_statement(statement_id: int) -> str:
    with frame.office().catalogue.write() as session:
        dossier_id = completeness.withdraw_statement(session, frame.viewer(), statement_id)
    flash(_("说明已撤回，这一项又算缺件；原来的登记留在记录里。"), "done")
    return url_for("clerk.dossier_papers", dossier_id=dossier_id)


@blueprint.get("/batches/<int:batch_id>/missing-papers.pdf")
def missing_list(batch_id: int) -> Response:
    """What is missing for whom, with room for the sender's answer; opened in the browser and printed from there."""
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        row = batches.batch_row(session, me, batch_id)
        found = missing_papers.missing_of_batch(session, me, batch_id, request.args.get("part", 1, int))
        audit.record(session, me, "missing-papers.print", f"batch:{batch_id}", dossiers=len(found))
    sheet = MissingSheet(
        office=frame.services().name, batch=row.name, unit=row.organization, operator=me.name,
        made_at=now().astimezone(ZoneInfo(frame.office().settings.time_zone)).strftime("%Y-%m-%d %H:%M"),
        people=tuple(
            MissingPerson(each.archive_no, each.person, each.id_masked, tuple(_lacking(paper) for paper in each.papers))
            for each in found
        ),
    )  # fmt: skip
    data = io.BytesIO(make_missing_list(sheet))
    answer = make_response(send_file(data, mimetype="application/pdf", download_name=f"missing-papers-{batch_id}.pdf"))
    answer.headers["Content-Security-Policy"] = _PDF_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lacking(paper: missing_papers.Lacking) -> str:
    """The paper's Chinese name, as the sheet is for the sender; how many of several are there."""
    name = message(f"key-paper.{paper.paper}", "zh_CN")
    return f"{name}（应有 {paper.needed} 份，已有 {paper.have} 份）" if paper.have else name
