"""What a plan finds in one view of the embedded index: the total, facets, hits in order, labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

from search.clauses import Clauses, both
from search.cursor import Key, Place
from search.errors import QueryError
from search.facets import ordered
from search.index import MOST_FACET_VALUES, FacetName, Facets, Sort
from search.plan import Node
from search.reading import View

# What each sort goes by. Every document has one, and no other has the same (`keys`).
ORDERS: dict[Sort, str] = {"relevance": "order", "archive_no": "archive_key", "date": "day_key"}
_ARCHIVE_KEY = re.compile("[az][0-9a-f]+")
_BY_VALUE: dict[FacetName, str] = {"kind": "kind", "class": "class", "enterprise": "enterprise", "district": "district"}
_DECADE = 10


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    address: tantivy.DocAddress


@dataclass(frozen=True, slots=True)
class Collector:
    """Runs the nodes of plans in one view."""

    clauses: Clauses
    view: View

    def counted(self, node: Node, facets: Sequence[FacetName]) -> tuple[int, Facets]:
        """(number of documents, those of `facets`) in one run."""
        found = self.clauses.query(node)
        if not facets:
            return self._run(found, 1, "order")[0], {}
        # Every document has a kind, so its counts add up to the total.
        asked = {name: _aggregation(name) for name in {"kind", *facets}}
        answer = self.view.searcher.aggregate(found, asked)
        counts = {name: _buckets(answer[name]) for name in asked}
        return sum(counts["kind"].values()), {name: ordered(name, counts[name]) for name in facets}

    def hits(self, ranks: Sequence[Node], sort: Sort, wanted: int, after: Place | None) -> list[Found]:
        """The next `wanted` documents behind `after`, class by class as far as they are needed."""
        found: list[Found] = []
        for rank, node in enumerate(ranks):
            if after is not None and rank < after.rank:
                continue
            query = self.clauses.query(node)
            if after is not None and rank == after.rank:
                query = both(query, self._behind(after, sort))
            _, hits = self._run(query, wanted - len(found), ORDERS[sort])
            found.extend(Found(Place(rank, (key,)), address) for key, address in hits)
            if len(found) >= wanted:
                break
        return found

    def labels(self, node: Node, most: int) -> list[tuple[str, int]]:
        """The labels of the documents with their number, most frequent first."""
        asked = {"label": {"terms": {"field": "label", "size": most}}}
        answer = self.view.searcher.aggregate(self.clauses.query(node), asked)
        return list(_buckets(answer["label"]).items())

    def _behind(self, after: Place, sort: Sort) -> tantivy.Query:
        (key,) = after.keys if len(after.keys) == 1 else (None,)
        if sort == "archive_no":
            if not isinstance(key, str) or not _ARCHIVE_KEY.fullmatch(key):
                raise QueryError("search.cursor")
            # The only way to a range of texts: `range_query` takes none.
            return self.view.index.parse_query(f"archive_key:{{{key} TO *}}", ["id"])
        if not isinstance(key, int):
            raise QueryError("search.cursor")
        return self.clauses.between(ORDERS[sort], key + 1, None)

    def _run(self, query: tantivy.Query, limit: int, order: str) -> tuple[int, list[tuple[Key, tantivy.DocAddress]]]:
        """(number of all hits, the first of them as (key, address))."""
        # By a field, so that tantivy computes no scores.
        result = self.view.searcher.search(query, limit=limit, order_by_field=order, order=tantivy.Order.Asc)
        return int(result.count), result.hits  # type: ignore[attr-defined]  # missing in tantivy's stub


def _aggregation(name: FacetName) -> dict[str, Any]:
    if name == "decade":
        return {"histogram": {"field": "year", "interval": _DECADE, "min_doc_count": 1}}
    return {"terms": {"field": _BY_VALUE[name], "size": MOST_FACET_VALUES}}


def _buckets(answer: dict[str, Any]) -> dict[str, int]:
    return {_value(each["key"]): int(each["doc_count"]) for each in answer["buckets"]}


def _value(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))
