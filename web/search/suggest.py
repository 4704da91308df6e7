"""Suggestions while somebody types: names and titles that begin so. What is typed stands in no address and no log."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request

from base.errors import BusyError, InputError, StorageError
from search.query import MOST_CHARACTERS
from web import frame
from web.search import shown
from web.search.blueprint import blueprint
from web.search.line import as_word, last_word


@blueprint.post("/suggest")
def suggest() -> Any:
    """`items`: `text` to show, `kind` in words, `line` the whole query with it. Empty while search is away."""
    kinds = shown.kinds_of(frame.viewer())
    before, word = last_word(request.form.get("q", "")[:MOST_CHARACTERS].lstrip())
    if not word:
        return jsonify(items=[])
    try:
        found = frame.services().find.suggest(frame.viewer(), word, kinds=kinds)
    except (InputError, StorageError, BusyError):
        # Whoever sends the query is told what is wrong; while typing, nothing is shown.
        found = ()
    return jsonify(
        items=[
            {"text": each.text, "kind": str(shown.KIND_NAMES[each.kind]), "line": before + as_word(each.text)}
            for each in found
        ]
    )
