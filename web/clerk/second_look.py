"""Corrections of accepted dossiers: proposed by one clerk of the district, confirmed by another."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from archive import correction_proposals
from web import acts, frame
from web.clerk.blueprint import blueprint


@blueprint.get("/corrections")
def corrections_page() -> str:
    """What waits for a second clerk."""
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        rows = correction_proposals.waiting(session, me)
        allowed = correction_proposals.works_for_district(session, me)
    return render_template("clerk/corrections.html", rows=rows, allowed=allowed)


@blueprint.post("/materials/<int:material_id>/propose-correction")
@acts.act
def propose_correction(material_id: int) -> str:
    field, new, reason = acts.field("field"), acts.field("new", required=False), acts.field("reason", required=False)
    with frame.office().catalogue.write() as session:
        row = correction_proposals.propose(session, frame.viewer(), material_id, field, new, reason)
    flash(
        _("更正已提出，等另一位业务员确认；确认前目录不变。"),
        f"undo {url_for('clerk.refuse_correction', proposal_id=row)}",
    )
    return acts.came_from()


@blueprint.post("/correction-proposals/<int:proposal_id>/confirm")
@acts.act
def confirm_correction(proposal_id: int) -> str:
    with frame.office().catalogue.write() as session:
        correction_proposals.confirm(session, frame.viewer(), proposal_id)
    flash(_("已确认，目录已更正，移交单位的原目录不变。"), "done")
    return acts.came_from()


@blueprint.post("/correction-proposals/<int:proposal_id>/refuse")
@acts.act
def refuse_correction(proposal_id: int) -> str:
    with frame.office().catalogue.write() as session:
        correction_proposals.refuse(session, frame.viewer(), proposal_id)
    flash(_("没有更正，目录照旧。"), "done")
    return acts.came_from()
