"""利用登记簿 on the screen and as a sheet."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import Response, make_response, render_template, request, send_file, url_for

from base.clock import now
from base.messages import message
from frontdesk import register as service
from frontdesk.register import Filters
from frontdesk.requests import STATES
from printing.registers import to_csv, to_xlsx
from web import frame
from web.frontdesk.blueprint import blueprint, zone

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _filters() -> Filters:
    return Filters(
        state=request.args.get("state", ""),
        text=request.args.get("text", "").strip()[:60],
        first=_day("first"),
        last=_day("last"),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _kept(filters: Filters) -> dict[str, Any]:
    values = {
        "state": filters.state, "text": filters.text,
        "first": filters.first.isoformat() if filters.first else "", "last": filters.last.isoformat() if filters.last else "",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


@blueprint.get("/register")
def register() -> str:
    filters, before = _filters(), request.args.get("before", None, int)
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
    language = frame.language()
    with frame.office().catalogue.write() as session:
        heads, rows = service.sheet(session, frame.viewer(), _filters(), zone(), language)
    title = message("frontdesk.register.title", language)
    if kind == "csv":
        data, media_type = to_csv(heads, rows), "text/csv; charset=utf-8"
    else:
        data, media_type = to_xlsx(title, heads, rows), _XLSX
    day = now().astimezone(zone()).date().isoformat()
    return make_response(
        send_file(io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=f"{title}-{day}.{kind}")
    )
