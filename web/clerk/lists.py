"""The clerk's lists: batches, what one batch needs, dossiers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from archive import batch_details, batches, correction_proposals, dossiers, list_rows, missing_papers
from archive.dossier_slices import DossierFilter
from ingest.reports.catalogue import make_batch_report
from web import frame
from web.clerk.blueprint import blueprint
from web.clerk.index_alarm import index_alarm

_FORMS = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/")
def batches_page() -> str:
    after = request.args.get("after", None, int)
    with frame.office().catalogue.read() as session:
        rows, last = batches.list_batches(session, frame.viewer(), after=after)
        waiting = correction_proposals.waiting(session, frame.viewer())
    to_confirm = sum(not each.mine for each in waiting)
    return render_template(
        "clerk/batches.html", rows=rows, last=last, after=after, to_confirm=to_confirm, alarm=index_alarm()
    )


@blueprint.get("/batches/<int:batch_id>")
def batch_page(batch_id: int) -> str:
    me, at = frame.viewer(), {name: request.args.get(name, None, int) for name in _SLICES}
    with frame.office().catalogue.read() as session:
        lists = {name: told(session, me, batch_id, after=at[name]) for name, told in _SLICES.items()}
        return render_template(
            "clerk/batch.html",
            row=batches.batch_row(session, me, batch_id),
            causes=batch_details.causes(session, me, batch_id),
            lists={name: rows for name, (rows, _last) in lists.items()},
            pagers={name: _addresses(batch_id, at, name, last) for name, (_rows, last) in lists.items()},
            notes=list_rows.still_true(session, batch_id, batches.batch_notes(session, me, batch_id)),
            lacking=missing_papers.lacking_dossiers(session, me, batch_id),
            lacking_parts=missing_papers.PART,
        )


# The lists of a batch that go slice by slice, each by its own key in the address.
_SLICES: dict[str, Callable[..., tuple[Sequence[Any], int | None]]] = {
    "proposals": batch_details.proposed_pages,
    "moved": batch_details.moved_files,
    "quarantined": batch_details.set_aside,
    "people": batch_details.odd_people,
}


def _addresses(batch_id: int, at: dict[str, int | None], name: str, last: int | None) -> tuple[str | None, str | None]:
    """The next slice of one list and its first; the others stay where they are."""

    def slice_at(key: int | None) -> str:
        values: dict[str, Any] = {**at, name: key}
        return url_for("clerk.batch_page", batch_id=batch_id, _anchor=name, **values)

    return slice_at(last) if last is not None else None, slice_at(None) if at[name] is not None else None


@blueprint.get("/batches/<int:batch_id>/report.<any(html, pdf, xlsx):form>")
def batch_report(batch_id: int, form: str) -> Response:
    """The report of a batch as a file to keep or to print; that it was taken is in the audit trail."""
    data = make_batch_report(frame.office(), frame.viewer(), batch_id, form)
    title = _("检测报告")
    name = f"{title}-{batch_id}.{form}"
    return make_response(send_file(io.BytesIO(data), mimetype=_FORMS[form], as_attachment=True, download_name=name))


@blueprint.get("/batches/<int:batch_id>/progress")
def batch_progress(batch_id: int) -> Any:
    """Asked for by the page itself every two seconds while work goes on, and counted once for all who watch."""
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        batches.find_batch(session, me, batch_id)

        def count() -> Any:
            return batches.progress_of(session, me, batch_id).as_json()

        return jsonify(frame.services().watched.get(("progress", batch_id), count))


@blueprint.get("/batches/<int:batch_id>/findings/<rule>/<verdict>")
def cause_page(batch_id: int, rule: str, verdict: str) -> str:
    """Where one cause is found."""
    me = frame.viewer()
    after = request.args.get("after", 0, int)
    with frame.office().catalogue.read() as session:
        row = batches.batch_row(session, me, batch_id)
        found, last = batch_details.findings_of(session, me, batch_id, rule, verdict, after=after)
    return render_template(
        "clerk/cause.html", row=row, rule=rule, verdict=verdict, found=found, last=last, after=after
    )  # fmt: skip


@blueprint.post("/dossiers")
def dossiers_filter() -> Response:
    """The filters as an address, in which a handle stands for the name or number that was typed."""
    chosen: dict[str, Any] = {name: request.form.get(name) or None for name in ("batch", "state", "need")}
    words = frame.keep_asked(request.form.get("text", "").strip()[:60])
    return redirect(url_for("clerk.dossiers_page", words=words, **chosen), code=303)


@blueprint.get("/dossiers")
def dossiers_page() -> str:
    """All dossiers the account sees, by 档号; filters and the key of the slice are in the address."""
    me = frame.viewer()
    words = request.args.get("words", "")
    text = frame.asked(words) if words else ""
    if text is None:
        flash(_("先前输入的姓名或号码已经过去太久，请重新输入。"), "error")
    after = request.args.get("after", None, int)
    wanted = DossierFilter(
        text=text or "",
        batch_id=request.args.get("batch", None, int),
        state=request.args.get("state", ""),
        need=request.args.get("need", ""),
    )
    with frame.office().catalogue.read() as session:
        rows, last = dossiers.list_dossiers(session, me, wanted, after=after)
        choices = batches.batch_choices(session, me)
    kept: dict[str, Any] = {
        "words": words if text else "",
        "batch": wanted.batch_id,
        "state": wanted.state,
        "need": wanted.need,
    }
    kept = {name: value for name, value in kept.items() if value}
    following = url_for("clerk.dossiers_page", **kept, after=last) if last else None
    return render_template(
        "clerk/dossiers.html",
        rows=rows,
        wanted=wanted,
        batches=choices,
        following=following,
        first=url_for("clerk.dossiers_page", **kept) if after is not None else None,
    )
