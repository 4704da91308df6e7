"""One box, hits with their words marked, facets beside them. What an account may search follows from its desk."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from archive import saved_searches
from base.errors import BusyError, InputError, StorageError
from ingest.find import FindAnswer
from search.index import SORTS, FacetName, Kind, Sort
from search.query import MOST_CHARACTERS
from web import frame
from web.asked import LIST_MARK
from web.search import health, shown
from web.search.blueprint import blueprint
from web.search.line import with_near_misses

_LIMIT = 20
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_FACETS: tuple[FacetName, ...] = ("class", "decade", "enterprise", "district")


@blueprint.post("")
def ask() -> Response:
    """Keeps what was typed and leads to its answer, whose address tells nothing of it."""
    shown.kinds_of(frame.viewer())
    # Control characters are blanks to a query, and nothing that a page may hold.
    query = _CONTROLS.sub(" ", request.form.get("q", "")[: MOST_CHARACTERS + 1]).strip()
    if not query:
        return redirect(url_for("search.start"), code=303)
    narrowed: dict[str, Any] = {name: request.form.get(name) or None for name in ("kind", "sort")}
    return redirect(url_for("search.results", handle=frame.keep_asked(query), **narrowed), code=303)


@blueprint.get("")
def start() -> str | Response:
    """The empty box, and what the account keeps."""
    return _page(shown.kinds_of(frame.viewer()), "", "")


@blueprint.get("/<handle>")
def results(handle: str) -> str | Response:
    """What was found; `more` is the handle of the place to go on from, `open=first` leads on to the first page found."""
    kinds = shown.kinds_of(frame.viewer())
    query, place = frame.asked(handle), request.args.get("more", "")
    cursor = frame.asked(place) if place else ""
    if query is None or cursor is None:
        return _page(kinds, "", "", trouble=_("这次搜索已经过去太久，请重新输入。"))
    return _page(kinds, query, handle, cursor)


@blueprint.get("/<handle>/narrow")
def narrow(handle: str) -> Response:
    """The same search with one term of a facet more (`add`) or less (`drop`): codes and ids only, never words."""
    shown.kinds_of(frame.viewer())
    query = frame.asked(handle)
    if query is None:
        return redirect(url_for("search.results", handle=handle), code=303)
    after = shown.narrowed(query, add=request.args.get("add", ""), drop=request.args.get("drop", ""))
    # A query that is nothing without the term stays as it is.
    return redirect(url_for("search.results", handle=frame.keep_asked(after or query), **chosen()), code=303)


def chosen(**other: Any) -> dict[str, Any]:
    """What the address keeps beside the handle."""
    values = {"kind": request.args.get("kind") or None, "sort": request.args.get("sort") or None, **other}
    return {name: value for name, value in values.items() if value}


def wanted_kinds(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """The kind that the address narrows to, as far as the desk may see it."""
    return tuple(each for each in kinds if each == request.args.get("kind")) or kinds


def wanted_sort() -> Sort:
    return cast(Sort, request.args.get("sort")) if request.args.get("sort") in SORTS else "relevance"


def _page(
    kinds: tuple[Kind, ...], query: str, handle: str, cursor: str = "", *, trouble: str = ""
) -> str | Response:  # fmt: skip
    me, wanted = frame.viewer(), wanted_kinds(kinds)
    answer, lines, down, more = None, [], False, None
    if query:
        try:
            answer = frame.services().find(
                me, query, kinds=wanted, limit=_LIMIT, cursor=cursor or None, count=kinds, sort=wanted_sort(),
                facets=_FACETS,
            )  # fmt: skip
        except InputError as error:
            trouble = error.text(frame.language())
        except (StorageError, BusyError) as error:
            trouble, down = health.why_away(error), True
        else:
            more = frame.keep_asked(answer.next_cursor or "")
            lines = shown.hit_lines(me, query, answer, {"words": handle, "list": _list(answer, handle, more)})
    first = next((line.address for line in lines if line.hit.kind == "page" and line.address), None)
    if first and request.args.get("open") == "first":
        return redirect(first, code=303)
    facets = dict(answer.facets) if answer else {}
    near = with_near_misses(query) if answer and not lines else ""
    return render_template(
        "search/results.html",
        query=query,
        handle=handle,
        more=more,
        near=frame.keep_asked(near),
        near_query=near,
        kind=wanted[0] if len(wanted) == 1 and len(kinds) > 1 else "",
        kinds=kinds,
        sort=wanted_sort(),
        answer=answer,
        lines=lines,
        facets=shown.facet_choices(query, facets),
        chips=shown.chips(query, facets),
        saved=_saved() if not query else [],
        chosen=chosen,
        names=shown,
        with_pictures=any(line.picture for line in lines),
        trouble=trouble,
        warning="" if down or not answer else health.lacking(),
        down=down,
    )


def _list(answer: FindAnswer, handle: str, more: str | None) -> str | None:
    """The handle of what the viewer needs to go from hit to hit: the pages of this slice, and where the next one is."""
    pages = shown.page_ids(answer.hits)
    if not pages:
        return None
    back = url_for("search.results", handle=handle, **chosen(more=request.args.get("more")))
    onwards = url_for("search.results", handle=handle, **chosen(more=more, open="first")) if more else None
    way = {"pages": pages, "back": back, "next": onwards, "total": answer.total}
    return frame.keep_asked(LIST_MARK + json.dumps(way))


def _saved() -> list[saved_searches.SavedLine]:
    with frame.office().catalogue.read() as session:
        return saved_searches.saved_searches(session, frame.viewer())
