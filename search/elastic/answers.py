"""What goes with a query and its answer: the keys of a cursor, facets, labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from search.cursor import Key, Place
from search.errors import QueryError
from search.facets import ordered
from search.index import MOST_FACET_VALUES, FacetName, Facets, Sort

# What each sort goes by. Every document has one, and no other has the same (`keys`).
ORDERS: dict[Sort, str] = {"relevance": "order", "archive_no": "archive_key", "date": "day_key"}
_ARCHIVE_KEY = re.compile("[az][0-9a-f]+")
_DECADE = 10


def key_of(place: Place, sort: Sort) -> Key:
    """What the hit at `place` is ordered by; QueryError `search.cursor` where it is none of ours."""
    (key,) = place.keys if len(place.keys) == 1 else (None,)
    if sort == "archive_no":
        if isinstance(key, str) and _ARCHIVE_KEY.fullmatch(key):
            return key
    elif isinstance(key, int):
        return key
    raise QueryError("search.cursor")


def aggregations(facets: Sequence[FacetName]) -> dict[str, dict[str, Any]]:
    return {name: _aggregation(name) for name in facets}


def counted(facets: Sequence[FacetName], answer: dict[str, Any]) -> Facets:
    return {name: ordered(name, buckets(answer["aggregations"][name])) for name in facets}


def buckets(aggregation: dict[str, Any]) -> dict[str, int]:
    """Value → number of documents, most frequent first."""
    return {_value(each["key"]): int(each["doc_count"]) for each in aggregation["buckets"]}


def _aggregation(name: FacetName) -> dict[str, Any]:
    if name == "decade":
        return {"histogram": {"field": "year", "interval": _DECADE, "min_doc_count": 1}}
    return {"terms": {"field": name, "size": MOST_FACET_VALUES}}


def _value(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))
