"""整理页序: the pages of a dossier laid out; marked ones are put elsewhere, split off, moved to another dossier, taken out."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive import act_history, dossiers, page_arranging, viewing
from base.errors import InputError
from standards.schemes import load_scheme
from web import acts, frame
from web.intake.blueprint import blueprint


@blueprint.get("/dossiers/<int:dossier_id>/arrange")
def arrange_page(dossier_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        head = dossiers.dossier_head(session, me, dossier_id)
        materials = dossiers.materials_of(session, me, dossier_id)
        strip = viewing.strip(session, me, dossier_id)
        history = act_history.history(session, me, dossier_id)
    scheme = load_scheme()
    classes = [(each.code, each.name) for each in scheme.classes.values() if not scheme.has_second_level(each.code)]
    return render_template(
        "intake/arrange.html", head=head, materials=materials, strip=strip, history=history, classes=classes,
        editable=head.state != "accepted",
    )  # fmt: skip


@blueprint.post("/dossiers/<int:dossier_id>/arrange")
@acts.act
def arrange(dossier_id: int) -> str:
    before = acts.number("before") if request.form.get("before") else None
    with frame.office().catalogue.write() as session:
        act_id = page_arranging.arrange(session, frame.viewer(), dossier_id, _marked(), before)
    return _back(dossier_id, _("已调整顺序。"), act_id)


@blueprint.post("/dossiers/<int:dossier_id>/arrange/material")
@acts.act
def into_material(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        act_id = page_arranging.into_material(session, frame.viewer(), dossier_id, _marked(), acts.number("material"))
    return _back(dossier_id, _("已归入那份材料。"), act_id)


@blueprint.post("/dossiers/<int:dossier_id>/arrange/split-off")
@acts.act
def split_off(dossier_id: int) -> str:
    class_code, title = acts.field("class_code"), acts.field("title")
    with frame.office().catalogue.write() as session:
        act_id = page_arranging.split_off(session, frame.viewer(), dossier_id, _marked(), class_code, title)
    return _back(dossier_id, _("已分出为一份材料。"), act_id)


@blueprint.post("/dossiers/<int:dossier_id>/arrange/move-off")
@acts.act
def move_off(dossier_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        target = dossiers.dossier_named(session, me, acts.field("target"))
        act_id = page_arranging.move_off(session, me, dossier_id, _marked(), target, acts.field("reason"))
    return _back(dossier_id, _("已移到另一卷的末尾。"), act_id)


@blueprint.post("/dossiers/<int:dossier_id>/arrange/take-out")
@acts.act
def take_out(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        act_id = page_arranging.take_out(session, frame.viewer(), dossier_id, _marked(), acts.field("reason"))
    return _back(dossier_id, _("已移出，仍然保存着。"), act_id)


def _back(dossier_id: int, text: str, act_id: int) -> str:
    flash(text, f"undo {url_for('clerk.undo_act', act_id=act_id)}")
    return url_for("intake.arrange_page", dossier_id=dossier_id, at=request.form.get("at") or None)


def _marked() -> list[int]:
    """Ids as `12,13`; InputError `page-act.none-marked` for anything else."""
    parts = [each for each in request.form.get("marked", "").split(",") if each]
    if not all(each.isascii() and each.isdigit() and len(each) <= 18 for each in parts):
        raise InputError("page-act.none-marked", limit=0)
    return [int(each) for each in parts]
