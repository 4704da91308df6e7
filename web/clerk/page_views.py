"""The acts on pages as the viewer's forms send them: new images, order, other dossiers, and undoing."""

from __future__ import annotations

from flask import flash, request, url_for
from flask_babel import gettext as _

from archive import act_history, dossiers, page_acts, pairs
from archive.page_acts import NewImage
from archive.uploads import keep_upload
from base.errors import InputError
from web import acts, frame
from web.clerk.blueprint import blueprint


def _uploaded(page_id: int) -> NewImage:
    """The image of the form, safe in the store before any row names it; the page must be in sight first."""
    with frame.office().catalogue.read() as session:
        page_acts.find_page(session, frame.viewer(), page_id)
    file = request.files.get("image")
    data = file.read() if file else b""
    if file is None or not data:
        raise InputError("form.missing", field=_("图像文件"))
    return keep_upload(frame.office().store, data, file.filename or "")


def _undo(act_id: int) -> str:
    return f"undo {url_for('clerk.undo_act', act_id=act_id)}"


@blueprint.post("/pages/<int:page_id>/propose")
@acts.act
def propose(page_id: int) -> str:
    image = _uploaded(page_id)
    with frame.office().catalogue.write() as session:
        act_id = page_acts.propose(session, frame.viewer(), page_id, image, acts.field("reason"))
    flash(_("新图已收下，检测后请决定用不用；原图照旧。"), _undo(act_id))
    return url_for("clerk.viewer_page", page_id=page_id)


@blueprint.post("/versions/<int:version_id>/decide")
@acts.act
def decide(version_id: int) -> str:
    accept = request.form.get("answer") == "accept"
    with frame.office().catalogue.write() as session:
        act_id = page_acts.decide(session, frame.viewer(), version_id, accept=accept)
    flash(_("已采用新图，旧图留存备查。") if accept else _("没有采用新图，页面照旧。"), _undo(act_id))
    return acts.came_from()


@blueprint.post("/pages/<int:page_id>/insert")
@acts.act
def insert(page_id: int) -> str:
    image = _uploaded(page_id)
    before = request.form.get("where") == "before"
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        made = page_acts.insert(session, me, page_id, image, before=before, reason=acts.field("reason"))
        dossier_id = page_acts.find_page(session, me, made).dossier_id
        (act, *_rest) = act_history.history(session, me, dossier_id, made)
    flash(_("已插入新页。"), _undo(act.id))
    return url_for("clerk.viewer_page", page_id=made)


@blueprint.post("/pages/<int:page_id>/move")
@acts.act
def move(page_id: int) -> str:
    with frame.office().catalogue.write() as session:
        act_id = page_acts.move(session, frame.viewer(), page_id, later=request.form.get("way") == "later")
    flash(_("已调整顺序。"), _undo(act_id))
    return url_for("clerk.viewer_page", page_id=page_id)


@blueprint.post("/pages/<int:page_id>/transfer")
@acts.act
def transfer(page_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        source = page_acts.find_page(session, me, page_id).dossier_id
        target = dossiers.dossier_named(session, me, acts.field("target"))
        act_id = page_acts.transfer(session, me, page_id, target, acts.field("reason"))
    flash(_("这一页已移入另一卷的末尾。"), _undo(act_id))
    return url_for("clerk.dossier_page", dossier_id=source)


@blueprint.post("/pages/<int:page_id>/remove")
@acts.act
def remove(page_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        source = page_acts.find_page(session, me, page_id).dossier_id
        act_id = page_acts.remove(session, me, page_id, acts.field("reason"))
    flash(_("这一页已移出，仍然保存着。"), _undo(act_id))
    return url_for("clerk.dossier_page", dossier_id=source)


@blueprint.post("/findings/<int:finding_id>/keep-both")
@acts.act
def keep_both(finding_id: int) -> str:
    with frame.office().catalogue.write() as session:
        act_id = pairs.keep_both(session, frame.viewer(), finding_id, acts.field("reason"))
    flash(_("已记下这两页不是重复，以后不再提示。"), _undo(act_id))
    return acts.came_from()


@blueprint.post("/acts/<int:act_id>/undo")
@acts.act
def undo_act(act_id: int) -> str:
    with frame.office().catalogue.write() as session:
        page_acts.undo(session, frame.viewer(), act_id)
    flash(_("已撤销，恢复原样。"), "done")
    return acts.came_from()
