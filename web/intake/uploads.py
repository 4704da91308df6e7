"""Uploads as a person handles them: opened for a batch, called whole, gone on without files, given up."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from archive import new_batches, upload_desk
from archive.upload_area import PART_BYTES, UploadArea
from archive.uploads_in_parts import MOST_ANNOUNCED
from base.text.identity import hide_numbers
from web import acts, frame, words
from web.intake.blueprint import blueprint


def area() -> UploadArea:
    """The upload area of this office."""
    return UploadArea(frame.office().settings.data_dir)


@blueprint.get("/")
def uploads_page() -> str:
    """All uploads in sight; those that are not taken in yet first."""
    with frame.office().catalogue.read() as session:
        after = request.args.get("after", None, int)
        rows, last = upload_desk.list_uploads(session, frame.viewer(), after=after)
    following = url_for("intake.uploads_page", after=last) if last else None
    first = url_for("intake.uploads_page") if after is not None else None
    return render_template("intake/uploads.html", rows=rows, following=following, first=first)


@blueprint.post("/batches")
@acts.act
def make_batch() -> str:
    """A new batch, and an upload for it."""
    me, office = frame.viewer(), frame.office()
    with office.catalogue.write() as session:
        batch_id = new_batches.make_batch(session, me, acts.field("name"), office.settings.profile)
        upload_id = upload_desk.open_upload(session, me, batch_id)
    return url_for("intake.upload_page", upload_id=upload_id)


@blueprint.post("/batches/<int:batch_id>/uploads")
@acts.act
def open_upload(batch_id: int) -> str:
    with frame.office().catalogue.write() as session:
        upload_id = upload_desk.open_upload(session, frame.viewer(), batch_id)
    return url_for("intake.upload_page", upload_id=upload_id)


@blueprint.get("/uploads/<int:upload_id>")
def upload_page(upload_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        row = upload_desk.upload_row(session, me, upload_id)
        others = [each for each in upload_desk.list_uploads(session, me, row.batch_id)[0] if each.id != row.id]
    limits = {"part": PART_BYTES, "announce": MOST_ANNOUNCED // 2}
    return render_template("intake/upload.html", row=row, others=others, limits=limits, state=state_of(upload_id))


def state_of(upload_id: int) -> dict[str, Any]:
    """How far an upload is, and which files are not here and why."""
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        row = upload_desk.upload_row(session, me, upload_id)
        troubles = upload_desk.troubles(session, me, upload_id)
    return {
        "state": row.state, "files": row.files, "here": row.here, "waiting": row.counts.get("waiting", 0),
        "ignored": row.counts.get("ignored", 0), "size": row.size, "got": row.got, "done": row.done,
        "of": row.answer.get("of", 0),
        "error": words.reason_text(row.error_code, row.error_params) if row.error_code else "",
        "troubles": [
            {
                "id": each.id, "path": hide_numbers(each.path), "state": each.state, "size": each.size,
                "why": words.reason_text(each.reason, each.params) if each.reason else "",
                "got": each.got,
            }
            for each in troubles
        ],
    }  # fmt: skip


@blueprint.get("/uploads/<int:upload_id>/state")
def upload_state(upload_id: int) -> Any:
    """Asked for by the page itself while files come or are taken in."""
    return jsonify(state_of(upload_id))


@blueprint.post("/uploads/<int:upload_id>/whole")
@acts.act
def declare_whole(upload_id: int) -> str:
    with frame.office().catalogue.write() as session:
        upload_desk.declare_whole(session, frame.viewer(), upload_id, acts.number("files"))
    return url_for("intake.upload_page", upload_id=upload_id)


@blueprint.post("/uploads/<int:upload_id>/reopen")
@acts.act
def reopen(upload_id: int) -> str:
    with frame.office().catalogue.write() as session:
        upload_desk.reopen(session, frame.viewer(), upload_id)
    flash(_("可以接着上传了。"), "done")
    return url_for("intake.upload_page", upload_id=upload_id)


@blueprint.post("/uploads/<int:upload_id>/leave-out")
@acts.act
def leave_out(upload_id: int) -> str:
    """Goes on without one file, or without all that have not come."""
    ids = [acts.number("file")] if request.form.get("file") else None
    with frame.office().catalogue.write() as session:
        count = upload_desk.leave_out(session, frame.viewer(), upload_id, ids)
    flash(_("不要没传完的 %(n)s 个文件了；再选到它们，还会接着传。", n=count), "done")
    return url_for("intake.upload_page", upload_id=upload_id)


@blueprint.post("/uploads/<int:upload_id>/remove")
@acts.act
def remove(upload_id: int) -> str:
    with frame.office().catalogue.write() as session:
        batch_id = upload_desk.find_upload(session, frame.viewer(), upload_id).batch_id
        ids = upload_desk.give_up(session, frame.viewer(), upload_id)
    area().drop(upload_id, ids)
    flash(_("这次上传已移除，什么也没有接收；您自己那里的文件不受影响。"), "done")
    return url_for("clerk.batch_page", batch_id=batch_id)
