"""What the viewer shows of the search that led to a page: where its words stand, and the way from hit to hit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from base.errors import InputError
from ingest.find import boxes_by_mark
from ingest.found import Box
from ocr.lines import PageReading
from search.highlight import marks
from search.query import parse_query
from web import frame
from web.asked import LIST_MARK


@dataclass(frozen=True, slots=True)
class Hits:
    """`places`: for each place of the words its boxes, in pixels of the stored image. Addresses are None where the way
    ends; `at` counts this page within the `of` pages of the slice, 0 where the page was not opened from a list."""

    places: list[list[Box]]
    back: str | None = None
    previous: str | None = None
    next: str | None = None
    at: int = 0
    of: int = 0


def hits_here(page_id: int, reading: PageReading | None) -> Hits | None:
    """None where the page was not opened from a search, or the search is too long ago."""
    query = frame.asked(request.args.get("words", "")) or ""
    places = places_of(query, reading) if query and reading else []
    if not query:
        return None
    way = _way(frame.asked(request.args.get("list", "")) or "")
    pages = way.get("pages", [])
    if page_id not in pages:
        return Hits(places)
    at = pages.index(page_id)
    return Hits(
        places,
        back=way["back"],
        previous=_address(pages[at - 1]) if at else None,
        next=_address(pages[at + 1]) if at + 1 < len(pages) else way["next"],
        at=at + 1,
        of=len(pages),
    )


def _way(text: str) -> dict[str, Any]:
    """The list of hits that a search kept (`web.search.views`); {} for anything else: handles of queries look the same."""
    if not text.startswith(LIST_MARK):
        return {}
    way: dict[str, Any] = json.loads(text.removeprefix(LIST_MARK))
    return way


def places_of(query: str, reading: PageReading) -> list[list[Box]]:
    """Where what the query looks for stands on the page, as search itself marks it; nothing for a query that cannot run."""
    try:
        leaves = parse_query(query).looked_for()
    except InputError:
        return []
    return [boxes for boxes in boxes_by_mark(reading, marks(reading.text, leaves)) if boxes]


def _address(page_id: int) -> str:
    return url_for("clerk.viewer_page", page_id=page_id, words=request.args.get("words"), list=request.args.get("list"))
