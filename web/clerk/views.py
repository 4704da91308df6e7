"""The blueprint of the clerk's desk, and its lists: batches, what one batch needs, dossiers."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request

from archive import batch_details, batches
from web import frame

blueprint = frame.desk_blueprint("clerk", __name__, "clerk")


@blueprint.get("/")
def batches_page() -> str:
    with frame.office().catalogue.read() as session:
        rows = batches.list_batches(session, frame.viewer())
    return render_template("clerk/batches.html", rows=rows)


@blueprint.get("/batches/<int:batch_id>")
def batch_page(batch_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        row = batches.batch_row(session, me, batch_id)
        return render_template(
            "clerk/batch.html",
            row=row,
            causes=batch_details.causes(session, me, batch_id),
            aside=batch_details.set_aside(session, me, batch_id),
            people=batch_details.odd_people(session, me, batch_id),
            notes=batches.batch_notes(session, me, batch_id),
        )


@blueprint.get("/batches/<int:batch_id>/progress")
def batch_progress(batch_id: int) -> Any:
    """Asked for by the page itself every two seconds while work goes on."""
    with frame.office().catalogue.read() as session:
        return jsonify(batches.progress_of(session, frame.viewer(), batch_id).as_json())


@blueprint.get("/batches/<int:batch_id>/findings/<rule>/<verdict>")
def cause_page(batch_id: int, rule: str, verdict: str) -> str:
    """The pages that one cause is on."""
    me = frame.viewer()
    after = request.args.get("after", 0, int)
    with frame.office().catalogue.read() as session:
        row = batches.batch_row(session, me, batch_id)
        found, last = batch_details.findings_of(session, me, batch_id, rule, verdict, after=after)
    return render_template(
        "clerk/cause.html", row=row, rule=rule, verdict=verdict, found=found, last=last, after=after
    )  # fmt: skip
