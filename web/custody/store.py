"""How the store is: how far the reading of all objects is, what is not good, and the two things to do about one object."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive.custody import runs
from archive.custody.damaged import NOT_GOOD, damaged
from archive.custody.numbers import custody_numbers, fixity_round
from base.clock import now
from ingest.custody.fixity import read_again
from ingest.custody.mending import mend
from ingest.custody.sources import SECOND, open_source
from web import acts, frame
from web.custody.blueprint import blueprint

_SLICE = 50


@blueprint.get("/")
def store_page() -> str:
    """`state` narrows the list to what is bad, or to what could not be checked; `after` is the key that it goes on behind."""
    state, after = request.args.get("state", ""), request.args.get("after", "")[:500]
    state = state if state in NOT_GOOD else ""
    settings = frame.office().settings
    with frame.office().catalogue.read() as session:
        lines, more = damaged(session, frame.viewer(), state=state, after=after, limit=_SLICE)
        numbers, reading = custody_numbers(session), fixity_round(session, settings.fixity_days)
        walk = runs.last(session, "fsck")
    return render_template(
        "custody/store.html",
        lines=lines,
        state=state,
        numbers=numbers,
        reading=reading,
        still=bool(settings.fixity_days) and reading.stands_still(now()),
        walk=walk,
        settings=settings,
        following=url_for("custody.store_page", state=state or None, after=more) if more else None,
        first=url_for("custody.store_page", state=state or None) if after else None,
    )


@blueprint.post("/mend")
@acts.act
def mend_object() -> str:
    """One object from the second store: the copy's digest is proved before, the object's after."""
    key = acts.field("key")
    source = open_source(frame.office().settings, SECOND)
    if mend(frame.office(), [key], source, frame.viewer()):
        flash(_("已从第二份修复，并重新读出核对，完好。"), "done")
    else:
        flash(
            _("没有修好：第二份没有这个对象的完好副本，或暂时读不出来。现有内容没有改动；请从备份或离线包修复。"),
            "error",
        )
    return acts.came_from()


@blueprint.post("/look")
@acts.act
def look_object() -> str:
    """One object is read again now."""
    state = read_again(frame.office(), frame.viewer(), acts.field("key"))
    if state in NOT_GOOD:
        flash(_("重新读过，还是有问题。"), "error")
    else:
        flash(_("重新读过，完好。") if state else _("它已不在登记之中。"), "done")
    return acts.came_from()
