"""保全 and 冻结: the list, placing one, lifting one."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive.custody import holds
from archive.dossiers import dossier_named
from web import acts, frame
from web.custody.blueprint import blueprint

_SLICE = 50


@blueprint.get("/holds")
def holds_page() -> str:
    """`ended`: those that were lifted or have run out too; `after` is the number that the list goes on behind."""
    ended, after = "ended" in request.args, request.args.get("after", None, int)
    with frame.office().catalogue.read() as session:
        rows = holds.holds(session, frame.viewer(), ended=ended, after=after, limit=_SLICE + 1)
    kept: dict[str, Any] = {"ended": 1} if ended else {}
    more = rows[_SLICE - 1].id if len(rows) > _SLICE else None
    return render_template(
        "custody/holds.html",
        rows=rows[:_SLICE],
        ended=ended,
        following=url_for("custody.holds_page", **kept, after=more) if more else None,
        first=url_for("custody.holds_page", **kept) if after is not None else None,
    )


@blueprint.post("/holds")
@acts.act
def place_hold() -> str:
    """Holds the dossier of a 档号; until the end of the day that is given, or until it is lifted."""
    day = acts.field("until", required=False)
    zone = ZoneInfo(frame.office().settings.time_zone)
    with frame.office().catalogue.write() as session:
        dossier_id = dossier_named(session, frame.viewer(), acts.field("dossier"))
        holds.place_hold(
            session, frame.viewer(), dossier_id=dossier_id, kind=acts.field("kind"), reason=acts.field("reason"),
            basis=acts.field("basis", required=False), until=holds.end_of(day, zone) if day else None,
        )  # fmt: skip
    flash(_("已下达，立即生效。"), "done")
    return url_for("custody.holds_page")


@blueprint.post("/holds/<int:hold_id>/lift")
@acts.act
def lift_hold(hold_id: int) -> str:
    with frame.office().catalogue.write() as session:
        holds.lift_hold(session, frame.viewer(), hold_id, acts.field("reason"))
    flash(_("已解除；谁下达、谁解除、理由都留在记录里。"), "done")
    return acts.came_from()
