"""One box, hits with their words marked. What an account may search follows from its desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from archive.access import Viewer
from base.errors import AccessError, BusyError, InputError, JuanzongError, StorageError
from base.messages import message
from frontdesk.policy import class_name_code
from ingest.find import FindAnswer, Found
from search.highlight import marks
from search.index import Kind
from search.query import Word, parse_query
from web import frame
from web.search.blueprint import blueprint

_LIMIT = 20


@dataclass(frozen=True, slots=True)
class HitLine:
    """A hit as it is shown; `address` is None where this desk has no screen for it."""

    hit: Found
    title: Markup
    snippet: Markup
    class_name: str
    address: str | None


def _kinds(me: Viewer) -> tuple[Kind, ...]:
    """Clerks search all; the front desk people and titles, for it sees pages only within a request; others nothing."""
    if me.works_at("clerk"):
        return ("person", "material", "page")
    if me.works_at("frontdesk"):
        return ("person", "material")
    raise AccessError("access.denied")


@blueprint.post("")
def ask() -> Response:
    """Keeps what was typed and leads to its answer, whose address tells nothing of it."""
    _kinds(frame.viewer())
    query = request.form.get("q", "").strip()[:200]
    if not query:
        return redirect(url_for("search.start"), code=303)
    kind = request.form.get("kind") or None
    return redirect(url_for("search.results", handle=frame.keep_asked(query), kind=kind), code=303)


@blueprint.get("")
def start() -> str:
    """The empty box."""
    return _page(_kinds(frame.viewer()), "", "", "")


@blueprint.get("/<handle>")
def results(handle: str) -> str:
    """What was found; `more` is the handle of the place to go on from."""
    kinds = _kinds(frame.viewer())
    query, place = frame.asked(handle), request.args.get("more", "")
    cursor = frame.asked(place) if place else ""
    if query is None or cursor is None:
        return _page(kinds, "", "", "", trouble=_("这次搜索已经过去太久，请重新输入。"))
    return _page(kinds, query, handle, request.args.get("kind", ""), cursor)


def _page(kinds: tuple[Kind, ...], query: str, handle: str, kind: str, cursor: str = "", *, trouble: str = "") -> str:
    me = frame.viewer()
    wanted: tuple[Kind, ...] = tuple(each for each in kinds if each == kind) or kinds
    answer, lines, down = None, [], False
    if query:
        try:
            answer = frame.services().find(me, query, kinds=wanted, limit=_LIMIT, cursor=cursor or None, count=kinds)
            lines = _lines(me, query, handle, answer)
        except InputError as error:
            trouble = error.text(frame.language())
        except (StorageError, BusyError) as error:
            trouble, down = _down(error), True
    return render_template(
        "search/results.html",
        query=query,
        handle=handle,
        more=frame.keep_asked(answer.next_cursor or "") if answer else None,
        kind=kind if len(wanted) == 1 else "",
        kinds=kinds,
        answer=answer,
        lines=lines,
        trouble=trouble,
        down=down,
    )


def _down(error: JuanzongError) -> str:
    """A broken index is said in words of the desk; a busy one, as it is."""
    if isinstance(error, BusyError):
        return error.text(frame.language())
    return str(_("检索暂时不能用，其他功能照常。请告诉管理员重建检索；在“全部档案”里仍可按姓名、档号查找。"))


def _lines(me: Viewer, query: str, handle: str, answer: FindAnswer) -> list[HitLine]:
    words = parse_query(query).words()
    return [
        HitLine(hit, marked(hit.title, words), marked(hit.snippet, words), _class_name(hit), _address(me, handle, hit))
        for hit in answer.hits
    ]


def marked(text: str, words: Sequence[Word]) -> Markup:
    """`text` with the words of the query in `<mark>`."""
    parts, done = [], 0
    for start, end in marks(text, words):
        parts += [escape(text[done:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        done = end
    return Markup("").join([*parts, escape(text[done:])])


def _class_name(hit: Found) -> str:
    return message(class_name_code(hit.class_code), frame.language()) if hit.class_code else ""


def _address(me: Viewer, handle: str, hit: Found) -> str | None:
    """Clerks go to the page with the words marked, or to the dossier; the front desk to the person."""
    if me.works_at("clerk"):
        if hit.page_id is not None:
            # A value of None is left out of the address.
            return url_for("clerk.viewer_page", page_id=hit.page_id, words=handle if hit.kind == "page" else None)
        if hit.dossier_id is not None:
            return url_for("clerk.dossier_page", dossier_id=hit.dossier_id)
    if me.works_at("frontdesk") and hit.person_id is not None:
        return url_for("frontdesk.person", person_id=hit.person_id)
    return None
