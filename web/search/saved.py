"""Saved searches: kept under a name, run, renamed, removed and put back."""

from __future__ import annotations

from flask import flash, request, url_for
from flask_babel import gettext as _

from archive import saved_searches
from base.errors import InputError
from search.index import SORTS
from web import acts, frame
from web.search import shown
from web.search.blueprint import blueprint


@blueprint.post("/saved")
@acts.act
def save() -> str:
    """Keeps the search of a handle."""
    kinds = shown.kinds_of(frame.viewer())
    query = frame.asked(request.form.get("handle", ""))
    if query is None:
        raise InputError("saved-search.empty")
    kind, sort = request.form.get("kind", ""), request.form.get("sort", "")
    with frame.office().catalogue.write() as session:
        saved_searches.save_search(
            session, frame.viewer(), request.form.get("name", ""), query,
            kind=kind if kind in kinds else "", sort=sort if sort in SORTS else "relevance",
        )  # fmt: skip
    flash(_("已保存，在搜索页可以再用。"), "done")
    return acts.came_from()


@blueprint.post("/saved/<int:saved_id>/run")
@acts.act
def run(saved_id: int) -> str:
    kinds = shown.kinds_of(frame.viewer())
    with frame.office().catalogue.write() as session:
        line = saved_searches.use_search(session, frame.viewer(), saved_id)
    kind = line.kind if line.kind in kinds else None
    return url_for("search.results", handle=frame.keep_asked(line.query), kind=kind, sort=line.sort)


@blueprint.post("/saved/<int:saved_id>/rename")
@acts.act
def rename(saved_id: int) -> str:
    with frame.office().catalogue.write() as session:
        saved_searches.rename_search(session, frame.viewer(), saved_id, request.form.get("name", ""))
    return url_for("search.start")


@blueprint.post("/saved/<int:saved_id>/remove")
@acts.act
def remove(saved_id: int) -> str:
    with frame.office().catalogue.write() as session:
        saved_searches.remove_search(session, frame.viewer(), saved_id)
    flash(_("已删去这个保存的搜索。"), f"undo {url_for('search.put_back', saved_id=saved_id)}")
    return url_for("search.start")


@blueprint.post("/saved/<int:saved_id>/put-back")
@acts.act
def put_back(saved_id: int) -> str:
    with frame.office().catalogue.write() as session:
        saved_searches.put_back(session, frame.viewer(), saved_id)
    flash(_("已放回。"), "done")
    return url_for("search.start")
