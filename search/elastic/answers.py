"""What is asked with a query, and what is read from its answer: places, facets, labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from search.cursor import Place
from search.errors import QueryError
from search.facets import ordered
from search.index import MOST_FACET_VALUES, FacetName, Facets, Sort

# What each sort goes by. Every document has one, and no other has the same (`keys`).
ORDERS: dict[Sort, str] = {"relevance": "order", "archive_no": "archive_key", "date": "day_key"}
_ARCHIVE_KEY = re.compile("[az][0-9a-f]+")
_DECADE = 10


def order(sort: Sort) -> list[dict[str, str]]:
    """Class by class, the best with the highest score, within it by the key of the sort."""
    return [{"_score": "desc"}, {ORDERS[sort]: "asc"}]


def behind(after: Place, classes: int, sort: Sort) -> list[float | int | str]:
    """The last hit seen, as the server wants it; QueryError `search.cursor` for a place that is none of ours."""
    (key,) = after.keys if len(after.keys) == 1 else (None,)
    fits = isinstance(key, str) and _ARCHIVE_KEY.fullmatch(key) if sort == "archive_no" else isinstance(key, int)
    if key is None or not fits or after.rank >= classes:
        raise QueryError("search.cursor")
    return [float(classes - after.rank), key]


def place(hit: dict[str, Any], classes: int) -> Place:
    score, key = hit["sort"]
    return Place(classes - round(score), (key,))


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
