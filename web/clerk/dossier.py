"""One dossier: its 卷内目录 with corrections, its pages, its acceptance."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive import acceptance, act_history, correction_proposals, corrections, dossiers, page_cards, places, viewing
from web import acts, frame
from web.clerk.blueprint import blueprint
from web.clerk.tabs import tab_values


@blueprint.get("/dossiers/<int:dossier_id>")
def dossier_page(dossier_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        verdicts = dossiers.open_verdicts(session, [dossier_id]).get(dossier_id, {})
        return render_template(
            "clerk/dossier.html",
            **tab_values(session, me, dossier_id),
            materials=dossiers.materials_of(session, me, dossier_id),
            proposals=correction_proposals.proposals_of(session, me, dossier_id),
            may_propose=correction_proposals.works_for_district(session, me),
            sent="sent" in request.args,
            strip=viewing.strip(session, me, dossier_id),
            findings=viewing.dossier_findings(session, me, dossier_id),
            history=act_history.history(session, me, dossier_id),
            corrections=viewing.correction_history(session, me, dossier_id),
            removed=viewing.removed_pages(session, me, dossier_id),
            verdicts=verdicts,
            sheet=page_cards.sheet_held(session, me, dossier_id),
            place=places.place_of(session, me, dossier_id),
        )


@blueprint.post("/dossiers/<int:dossier_id>/place")
@acts.act
def record_place(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        place = places.record(session, frame.viewer(), dossier_id, acts.field("place", required=False))
    flash(_("库位已记为 %(place)s。", place=place) if place else _("库位已清空。"), "done")
    return url_for("clerk.dossier_page", dossier_id=dossier_id)


@blueprint.post("/materials/<int:material_id>/correct")
@acts.act
def correct(material_id: int) -> str:
    field, new, reason = acts.field("field"), acts.field("new", required=False), acts.field("reason", required=False)
    with frame.office().catalogue.write() as session:
        row = corrections.correct(session, frame.viewer(), material_id, field, new, reason)
    flash(_("已更正，移交单位的原目录不变。"), f"undo {url_for('clerk.undo_correction', correction_id=row)}")
    return acts.came_from()


@blueprint.post("/corrections/<int:correction_id>/undo")
@acts.act
def undo_correction(correction_id: int) -> str:
    with frame.office().catalogue.write() as session:
        corrections.undo(session, frame.viewer(), correction_id)
    flash(_("已撤销，恢复为原来的值。"), "done")
    return acts.came_from()


@blueprint.post("/dossiers/<int:dossier_id>/accept")
@acts.act
def accept(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        acceptance.accept_dossier(session, frame.viewer(), dossier_id, open_findings=acts.number("open_findings"))
    flash(_("已验收，窗口可以出具这一卷的复制件。"), f"undo {url_for('clerk.withdraw', dossier_id=dossier_id)}")
    return url_for("clerk.dossier_page", dossier_id=dossier_id)


@blueprint.post("/dossiers/<int:dossier_id>/withdraw")
@acts.act
def withdraw(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        acceptance.withdraw_acceptance(session, frame.viewer(), dossier_id)
    flash(_("已撤回验收，窗口暂不出具这一卷的复制件。"), "done")
    return url_for("clerk.dossier_page", dossier_id=dossier_id)
