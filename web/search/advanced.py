"""The form for those who do not type the language, and the page that explains the language."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from archive.unit_choices import UnitChoice, unit_choices
from base.errors import InputError
from frontdesk.policy import CLASSES
from search.query import parse_query
from web import frame
from web.search import shown
from web.search.blueprint import blueprint
from web.search.form import form_of, line_of, typed
from web.search.help import sections


@blueprint.get("/advanced")
def advanced() -> str:
    """The form, empty or with what the search of `of` asks for."""
    shown.kinds_of(frame.viewer())
    query = frame.asked(request.args.get("of", "")) or ""
    return _form(query)


@blueprint.post("/advanced")
def advanced_ask() -> str | Response:
    """Leads to the answer, over whose hits the line stands that the form wrote."""
    shown.kinds_of(frame.viewer())
    query = line_of(typed(request.form))
    trouble = _trouble(query)
    if trouble:
        return _form(query, trouble)
    return redirect(url_for("search.results", handle=frame.keep_asked(query)), code=303)


@blueprint.post("/line")
def line() -> Any:
    """The query line of what stands in the form now, and what is wrong with it."""
    shown.kinds_of(frame.viewer())
    query = line_of(typed(request.form))
    return jsonify(line=query, trouble=_trouble(query) if query else "")


@blueprint.get("/language")
def language() -> str:
    """What can be typed into the field, on one page."""
    shown.kinds_of(frame.viewer())
    return render_template("search/language.html", query="", sections=sections(frame.language()))


def _form(query: str, trouble: str = "") -> str:
    with frame.office().catalogue.read() as session:
        units = unit_choices(session, frame.viewer())
    return render_template(
        "search/advanced.html",
        query=query,
        form=form_of(query, _names(units, True), _names(units, False)),
        classes=[(code, shown.class_name(code)) for code in CLASSES],
        district_options=[(unit.id, unit.name) for unit in units if not unit.enterprise],
        enterprises=[unit for unit in units if unit.enterprise],
        trouble=trouble,
    )


def _names(units: list[UnitChoice], enterprise: bool) -> dict[int, str]:
    return {unit.id: unit.name for unit in units if unit.enterprise == enterprise}


def _trouble(query: str) -> str:
    try:
        parse_query(query)
    except InputError as error:
        return error.text(frame.language())
    return ""
