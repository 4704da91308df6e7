"""抽检验收: lots, their making with the size of the sample before it is drawn, their verdict, and both signatures."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive import batches, inspection, inspection_views, lot_verdict, rework, unit_views
from archive.inspection_units import dossier_choices
from base.messages import message
from standards.interval import units_needed
from web import acts, frame
from web.clerk.blueprint import blueprint


def inspection_text(code: str, **params: Any) -> str:
    """A text of the message catalogue about lots, in the account's language."""
    return message(code, frame.language(), **params)


def stratum_text(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    """What tells a stratum from the others; a kind of page has a name of its own."""
    words = [
        inspection_text(f"inspection.page-kind.{value}") if name == "page-kind" else value.partition("·")[0]
        for name, value in zip(names, values, strict=False)
    ]
    return " · ".join(words) or str(_("不分层"))


@blueprint.context_processor
def _values() -> dict[str, Any]:
    return {"inspection_text": inspection_text, "stratum_text": stratum_text, "bar": bar}


def bar(indicator: Any) -> dict[str, Any]:
    """Where the parts of an indicator's bar lie, in a drawing 240 wide that begins at a round share below all of them."""
    least = indicator.limit if indicator.rate is None else min(indicator.low, indicator.limit)
    start = min(0.9, int(least * 10) / 10)

    def at(share: float) -> float:
        return round((share - start) / (1 - start) * 240, 1)

    return {
        "start": round(start * 100), "low": at(indicator.low), "high": at(indicator.high), "limit": at(indicator.limit),
        "rate": None if indicator.rate is None else at(indicator.rate),
    }  # fmt: skip


@blueprint.get("/lots")
def lots_page() -> str:
    me, batch_id = frame.viewer(), request.args.get("batch", None, int)
    after, ready_after = request.args.get("after", None, int), request.args.get("ready", None, int)
    with frame.office().catalogue.read() as session:
        rows, last = inspection_views.list_lots(session, me, batch_id, after=after)
        batch = batches.batch_row(session, me, batch_id) if batch_id is not None else None
        ready, more = batches.batches_to_inspect(session, me, after=ready_after)
    return render_template(
        "clerk/lots.html",
        rows=rows,
        batch=batch,
        ready=ready,
        following=url_for("clerk.lots_page", batch=batch_id, after=last, ready=ready_after) if last else None,
        first=url_for("clerk.lots_page", batch=batch_id, ready=ready_after) if after is not None else None,
        ready_following=url_for("clerk.lots_page", after=after, ready=more, _anchor="ready") if more else None,
        ready_first=url_for("clerk.lots_page", after=after, _anchor="ready") if ready_after is not None else None,
    )


@blueprint.get("/batches/<int:batch_id>/lot")
def lot_new(batch_id: int) -> str:
    """The dossiers that may go into a lot, those chosen, and what would be drawn of them."""
    me, asked = frame.viewer(), request.args.getlist("dossier", int)
    with frame.office().catalogue.read() as session:
        row = batches.batch_row(session, me, batch_id)
        choices = dossier_choices(session, me, batch_id)
        free = [each.id for each in choices if not each.why_not]
        chosen = [each for each in free if each in set(asked)] if asked else free
        preview = inspection.preview_lot(session, me, batch_id, chosen) if chosen else None
    needed = None
    if preview:
        terms = preview.terms
        needed = units_needed(terms.other_pass_percent / 100, terms.confidence_percent / 100)
    return render_template(
        "clerk/lot_new.html", row=row, choices=choices, chosen=set(chosen), preview=preview, needed=needed
    )


@blueprint.post("/batches/<int:batch_id>/lot")
@acts.act
def lot_make(batch_id: int) -> str:
    with frame.office().catalogue.write() as session:
        lot_id = inspection.make_lot(session, frame.viewer(), batch_id, request.form.getlist("dossier", int))
    flash(_("检验批已建立，样本已抽出。"), f"undo {url_for('clerk.lot_cancel', lot_id=lot_id)}")
    return url_for("clerk.lot_page", lot_id=lot_id)


@blueprint.get("/lots/<int:lot_id>")
def lot_page(lot_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        lot = inspection_views.see_lot(session, me, lot_id)
        number = request.args.get("round", lot.now.number, int)
        seen = next((each for each in lot.rounds if each.number == number), lot.now)
        units = unit_views.unit_lines(session, me, seen.id)
    return render_template("clerk/lot.html", lot=lot, seen=seen, units=units, me=me)


@blueprint.post("/rounds/<int:round_id>/conclude")
@acts.act
def lot_conclude(round_id: int) -> str:
    with frame.office().catalogue.write() as session:
        decision = lot_verdict.conclude(session, frame.viewer(), round_id)
    told = _("结论：合格。请双方签字。") if decision == "accepted" else _("结论：不合格，退回返工。返工清单已列出。")
    flash(told, f"undo {url_for('clerk.lot_reopen', round_id=round_id)}")
    return acts.came_from()


@blueprint.post("/rounds/<int:round_id>/reopen")
@acts.act
def lot_reopen(round_id: int) -> str:
    with frame.office().catalogue.write() as session:
        lot_verdict.reopen(session, frame.viewer(), round_id)
    flash(_("结论已撤回，可以接着抽检。"), "done")
    return acts.came_from()


@blueprint.post("/rounds/<int:round_id>/sign")
@acts.act
def lot_sign(round_id: int) -> str:
    side = acts.field("side")
    with frame.office().catalogue.write() as session:
        accepted = lot_verdict.sign(session, frame.viewer(), round_id, side, acts.field("name", limit=40))
    if accepted:
        flash(_("双方已签字，这批档案已验收，窗口可以出具复制件。"), "done")
    else:
        flash(_("已签字。"), "done")
    return acts.came_from()


@blueprint.post("/rounds/<int:round_id>/unsign")
@acts.act
def lot_unsign(round_id: int) -> str:
    with frame.office().catalogue.write() as session:
        lot_verdict.unsign(session, frame.viewer(), round_id, acts.field("side"))
    flash(_("签字已撤回。"), "done")
    return acts.came_from()


@blueprint.post("/lots/<int:lot_id>/cancel")
@acts.act
def lot_cancel(lot_id: int) -> str:
    with frame.office().catalogue.write() as session:
        inspection.cancel_lot(session, frame.viewer(), lot_id)
    flash(_("检验批已撤销，这些卷可以另行抽检或逐卷验收。"), "done")
    return url_for("clerk.lot_page", lot_id=lot_id)


@blueprint.post("/lots/<int:lot_id>/again")
@acts.act
def lot_again(lot_id: int) -> str:
    with frame.office().catalogue.write() as session:
        rework.next_round(session, frame.viewer(), lot_id)
    flash(_("开始复检：已重新抽样，送回的地方逐一再看。"), "done")
    return url_for("clerk.lot_page", lot_id=lot_id)
