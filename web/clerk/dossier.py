"""One dossier: its 卷内目录 with corrections, its pages, its acceptance, and 分件."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from archive import acceptance, correction_proposals, corrections, dossiers, page_acts, viewing
from base.errors import InputError
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
            history=viewing.history(session, me, dossier_id),
            corrections=viewing.correction_history(session, me, dossier_id),
            removed=viewing.removed_pages(session, me, dossier_id),
            verdicts=verdicts,
        )


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


@blueprint.get("/dossiers/<int:dossier_id>/split")
def split_page(dossier_id: int) -> Any:
    """分件: where each material begins, proposed by the 页数 of the 卷内目录 or as it was confirmed before."""
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        head = dossiers.dossier_head(session, me, dossier_id)
        materials = dossiers.materials_of(session, me, dossier_id)
        strip = viewing.strip(session, me, dossier_id)
    if not materials:
        flash(_("卷内目录里没有材料，没有可分的件。"), "error")
        return redirect(url_for("clerk.dossier_page", dossier_id=dossier_id))
    known = [(each.first_page_id, each.id) for each in materials if each.first_page_id is not None]
    starts = known or page_acts.proposed_starts(
        [thumb.page_id for thumb in strip if not thumb.is_cover],
        [(each.id, each.values["declared_pages"]) for each in materials],
    )
    data = {
        "pages": [{"id": thumb.page_id, "number": thumb.number} for thumb in strip],
        "materials": [
            {"id": each.id, "key": each.key, "title": each.values["title"], "declared": each.values["declared_pages"]}
            for each in materials
        ],
        "starts": {str(material_id): page_id for page_id, material_id in starts},
    }
    return render_template("clerk/split.html", head=head, strip=strip, data=data, confirmed=bool(known))


@blueprint.post("/dossiers/<int:dossier_id>/split")
@acts.act
def split(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        act_id = page_acts.split(session, frame.viewer(), dossier_id, _starts(request.form.get("starts", "")))
    flash(_("分件已保存，开始核对页数。"), f"undo {url_for('clerk.undo_act', act_id=act_id)}")
    return url_for("clerk.dossier_page", dossier_id=dossier_id)


def _starts(text: str) -> list[tuple[int, int]]:
    """`page:material,page:material` as pairs of ids; InputError `split.order` for anything else."""
    pairs = []
    for part in filter(None, text.split(",")):
        page, _colon, material = part.partition(":")
        if not (page.isascii() and page.isdigit() and material.isascii() and material.isdigit()):
            raise InputError("split.order")
        pairs.append((int(page), int(material)))
    return pairs
