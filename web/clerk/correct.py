"""校对: the queue of pages whose text needs a person, the desk where lines are settled by keys, and what the desk asks for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any, get_args

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from archive import batches, line_corrections, page_needs, viewing
from archive.line_corrections import Kind
from base.errors import AccessError, InputError, JuanzongError
from ingest import correction_desk
from ingest.correction_desk import Ask
from web import frame
from web.clerk import correct_data
from web.clerk.blueprint import blueprint

_MOST_CHARACTERS = 200


@blueprint.get("/correct")
def correct_queue() -> str:
    """Pages with doubtful lines, the neediest first."""
    me = frame.viewer()
    batch, after = request.args.get("batch", None, int), request.args.get("after", None, int)
    with frame.office().catalogue.read() as session:
        rows, last = page_needs.queue(session, me, batch_id=batch, after=after)
        pages, lines = page_needs.count_waiting(session, me, batch)
        choices = batches.batch_choices(session, me)
    return render_template(
        "clerk/correct_queue.html",
        rows=rows,
        pages=pages,
        lines=lines,
        least=frame.office().settings.correction_worth,
        batch=batch,
        batches=choices,
        following=url_for("clerk.correct_queue", batch=batch, after=last) if last else None,
        first=url_for("clerk.correct_queue", batch=batch) if after is not None else None,
    )


@blueprint.get("/correct/next")
def correct_next() -> AnyResponse:
    """Leads from one page to the next that waits: of the same dossier first."""
    with frame.office().catalogue.read() as session:
        following = page_needs.next_page(session, frame.viewer(), request.args.get("page", 0, int))
    if following is None:
        flash(_("没有等着校对的页了。"), "done")
        return redirect(url_for("clerk.correct_queue"), code=303)
    return redirect(url_for("clerk.correct_page", page_id=following), code=303)


@blueprint.get("/pages/<int:page_id>/correct")
def correct_page(page_id: int) -> str:
    """The page and its lines side by side; like the viewer it leaves a line in the audit trail."""
    me, office = frame.viewer(), frame.office()
    with office.catalogue.read() as session:
        seen = viewing.see_page(session, me, page_id)
        desk = correction_desk.desk_page(office, session, me, page_id)
    with office.catalogue.write() as session:
        viewing.record_view(session, me, page_id)
    return render_template("clerk/correct.html", seen=seen, data=correct_data.page_data(seen, desk))


@blueprint.get("/pages/<int:page_id>/lines")
def page_lines(page_id: int) -> Response:
    """The lines as they read now: asked for when somebody else was there first."""
    return jsonify(_lines(page_id))


@blueprint.post("/pages/<int:page_id>/lines")
def say_line(page_id: int) -> Response:
    """A person's word about a line: `version`, `kind`, `text`, `box`, and `read` or `line` and `seen`; `once` as in forms."""
    value = _body()

    def do() -> dict[str, Any]:
        row = correction_desk.say(frame.office(), frame.viewer(), _number(value, "version"), _ask(value))
        return {"row": row, **_lines(page_id)}

    return _once(value, do)


@blueprint.post("/pages/<int:page_id>/lines/<int:row_id>/undo")
def undo_line(page_id: int, row_id: int) -> Response:
    def do() -> dict[str, Any]:
        correction_desk.take_back(frame.office(), frame.viewer(), row_id)
        return _lines(page_id)

    return _once(_body(), do)


@blueprint.get("/lines/<int:line_id>/history")
def line_history(line_id: int) -> str:
    """What the machine read and what was said of a line since."""
    with frame.office().catalogue.read() as session:
        told = line_corrections.history(session, frame.viewer(), line_id)
    return render_template("clerk/correct_history.html", told=told)


@blueprint.get("/characters")
def characters() -> Response:
    """Sound, strokes and look-alikes of characters that a person typed and the page does not hold."""
    return jsonify(correct_data.glyphs(set(request.args.get("of", "")[:_MOST_CHARACTERS])))


def _lines(page_id: int) -> dict[str, Any]:
    office = frame.office()
    with office.catalogue.read() as session:
        return correct_data.lines_data(correction_desk.desk_page(office, session, frame.viewer(), page_id))


def _once(value: dict[str, Any], do: Callable[[], dict[str, Any]]) -> Response:
    """Does it once however often the key is hit; an error is an answer in the one shape, with its text for the screen."""
    token = f"{current_user.get_id()}:{value.get('once') or secrets.token_urlsafe()}"
    try:
        answer = frame.services().once.run(token, lambda: json.dumps(do(), ensure_ascii=False))
    except AccessError:
        raise
    except JuanzongError as error:
        return jsonify({**error.as_json(), "text": error.text(frame.language())})
    return Response(answer, content_type="application/json; charset=utf-8")


def _body() -> dict[str, Any]:
    value = request.get_json(silent=True)
    if not isinstance(value, dict):
        raise AccessError("not-found")
    return value


def _ask(value: dict[str, Any]) -> Ask:
    text, read, box = (value.get(name) for name in ("text", "read", "box"))
    kinds: dict[object, Kind] = {each: each for each in get_args(Kind)}
    kind = kinds.get(str(value.get("kind")))
    if kind is None or not isinstance(box, list):
        raise InputError("line.box")
    return Ask(kind, str(text or ""), box, str(read or ""), _number(value, "line"), _number(value, "seen"))


def _number(value: dict[str, Any], name: str) -> int:
    number = value.get(name, 0)
    if not isinstance(number, int) or not 0 <= number < 2**62:
        raise InputError("form.number", field=name)
    return number
