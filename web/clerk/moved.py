"""Files that came again at another place: taken to it, one by one or all that can be."""

from __future__ import annotations

from flask import flash, url_for
from flask_babel import gettext as _

from archive import moved_files
from web import acts, frame
from web.clerk.blueprint import blueprint


@blueprint.post("/files/<int:file_id>/accept-move")
@acts.act
def accept_move(file_id: int) -> str:
    with frame.office().catalogue.write() as session:
        act_id = moved_files.accept_move(session, frame.viewer(), file_id)
    flash(_("已按新位置归入。"), f"undo {url_for('clerk.undo_act', act_id=act_id)}")
    return acts.came_from()


@blueprint.post("/batches/<int:batch_id>/accept-moves")
@acts.act
def accept_moves(batch_id: int) -> str:
    with frame.office().catalogue.write() as session:
        done, left = moved_files.accept_moves(session, frame.viewer(), batch_id)
    flash(_("已归入 %(done)s 个，%(left)s 个要逐个看；各卷的“页的变动”里可以撤销。", done=done, left=left), "done")
    return acts.came_from()
