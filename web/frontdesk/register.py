"""利用登记簿 on the screen and as a sheet."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from base.clock import now
from base.messages import message
from frontdesk import register as service
from frontdesk.register import Filters
from frontdesk.requests import STATES
from printing.registers import to_csv, to_xlsx
from web import frame
from web.frontdesk.blueprint import blueprint, zone

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _words() -> str:
    return request.args.get("words", "")


def _filters() -> Filters | None:
    """What the address narrows the register to; None where the handle in it is not known any more."""
    text = frame.asked(_words()) if _words() else ""
    if text is None:
        return None
    return Filters(state=request.args.get("state", ""), text=text, first=_day("first"), last=_day("last"))


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _kept(filters: Filters) -> dict[str, Any]:
    values = {
        "state": filters.state, "words": _words(),
        "first": filters.first.isoformat() if filters.first else "", "last": filters.last.isoformat() if filters.last else "",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


@blueprint.post("/register")
def register_filter() -> Response:
    """The filters as an address, in which a handle stands for the name that was typed."""
    chosen: dict[str, Any] = {name: request.form.get(name) or None for name in ("state", "first", "last")}
    words = frame.keep_asked(request.form.get("text", "").strip()[:60])
    return redirect(url_for("frontdesk.register", words=words, **chosen), code=303)


def _without_words() -> Response:
    """Nobody is handed another list than the one that was asked for: the filters without the name, and a sentence."""
    flash(_("先前输入的姓名或登记号已经过去太久，请重新输入。"), "error")
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name not in ("words", "before")}
    return redirect(url_for("frontdesk.register", **kept))


@blueprint.get("/register")
def register() -> str | Response:
    filters, before = _filters(), request.args.get("before", None, int)
    if filters is None:
        return _without_words()
    with frame.office().catalogue.read() as session:
        entries, last = service.entries(session, frame.viewer(), filters, zone(), before=before)
        counts = service.state_counts(session, frame.viewer())
    kept = _kept(filters)
    return render_template(
        "frontdesk/register.html",
        entries=entries,
        filters=filters,
        kept=kept,
        states=STATES,
        counts=counts,
        following=url_for("frontdesk.register", **kept, before=last) if last else None,
        first=url_for("frontdesk.register", **kept) if before else None,
    )


@blueprint.get("/register.<any(csv, xlsx):kind>")
def register_file(kind: str) -> Response:
    """All lines that the filters leave, with the columns of the paper register."""
    language, filters = frame.language(), _filters()
    if filters is None:
        return _without_words()
    with frame.office().catalogue.write() as session:
        heads, rows = service.sheet(session, frame.viewer(), filters, zone(), language)
    title = message("frontdesk.register.title", language)
    if kind == "csv":
        data, media_type = to_csv(heads, rows), "text/csv; charset=utf-8"
    else:
        data, media_type = to_xlsx(title, heads, rows), _XLSX
    day = now().astimezone(zone()).date().isoformat()
    return make_response(
        send_file(io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=f"{title}-{day}.{kind}")
    )
