"""What a plan finds in one view of the embedded index: the total, facets, hits in order, labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tantivy

from search.clauses import Clauses, both
from search.cursor import Key, Place
from search.facets import aggregation, buckets, ordered
from search.index import FacetName, Facets, Sort
from search.keys import IN_ORDER, ORDERS, key_of, number_of, order_span
from search.plan import Node
from search.reading import View

# From so many hits on, looking at all of them for the first twenty costs more than a few looks at some of them.
_MANY = 20_000
# How many times the ids in which `wanted` hits should be are looked at: hits and ids come in lumps.
_GENEROUS = 8
_Hit = tuple[Key, tantivy.DocAddress]


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    address: tantivy.DocAddress


@dataclass(frozen=True, slots=True)
class Counted:
    """Every document has a kind, so those of all kinds add up to the total."""

    kinds: dict[str, int]
    facets: Facets

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Collector:
    """Runs the nodes of plans in one view."""

    clauses: Clauses
    view: View

    def counted(self, node: Node, facets: Sequence[FacetName]) -> Counted:
        """All documents of the node, counted in one run."""
        asked = {name: aggregation(name) for name in {"kind", *facets}}
        answer = self.view.searcher.aggregate(self.clauses.query(node), asked)
        counts = {name: buckets(answer[name]) for name in asked}
        return Counted(counts["kind"], {name: ordered(name, counts[name]) for name in facets})

    def hits(
        self, ranks: Sequence[Node], sort: Sort, wanted: int, after: Place | None, counted: Counted | None = None
    ) -> list[Found]:
        """The next `wanted` documents behind `after`, class by class as far as they are needed. `counted` is all of them."""
        if after is None and counted is not None:
            wanted = min(wanted, counted.total)
        found: list[Found] = []
        for rank, node in enumerate(ranks):
            if len(found) >= wanted:
                break
            if after is not None and rank < after.rank:
                continue
            behind = after if after is not None and rank == after.rank else None
            hits = self._class(self.clauses.query(node), sort, wanted - len(found), behind, counted)
            found.extend(Found(Place(rank, (key,)), address) for key, address in hits)
        return found

    def _class(
        self, query: tantivy.Query, sort: Sort, wanted: int, after: Place | None, counted: Counted | None
    ) -> list[_Hit]:
        if sort == "relevance" and counted is not None and counted.total >= _MANY:
            return self._first_of_many(query, wanted, number_of(after) + 1 if after else 0, counted)
        behind = both(query, self._behind(after, sort)) if after else query
        return self._run(behind, wanted, ORDERS[sort])

    def _first_of_many(self, query: tantivy.Query, wanted: int, first: int, counted: Counted) -> list[_Hit]:
        """As `_run` by `order`, without looking at all of them: they are sought where so many should be, kind by kind."""
        documents = self.view.searcher.num_docs
        found: list[_Hit] = []
        for kind in IN_ORDER:
            low, end = order_span(kind)
            low, count = max(first, low), counted.kinds.get(kind, 0)
            if not count or low >= end:
                continue
            near = low + _GENEROUS * wanted * documents // count
            for high in (near, end) if near < end else (end,):
                missing = wanted - len(found)
                hits = self._run(both(query, self.clauses.between("order", low, high - 1)), missing, "order")
                if len(hits) >= missing:
                    return found + hits
            found += hits
        return found

    def labels(self, node: Node, most: int) -> list[tuple[str, int]]:
        """The labels of the documents with their number, most frequent first."""
        asked = {"label": {"terms": {"field": "label", "size": most}}}
        answer = self.view.searcher.aggregate(self.clauses.query(node), asked)
        return list(buckets(answer["label"]).items())

    def _behind(self, after: Place, sort: Sort) -> tantivy.Query:
        key = key_of(after, sort)
        if isinstance(key, str):
            # The only way to a range of texts: `range_query` takes none.
            return self.view.index.parse_query(f"archive_key:{{{key} TO *}}", ["id"])
        return self.clauses.between(ORDERS[sort], key + 1, None)

    def _run(self, query: tantivy.Query, limit: int, order: str) -> list[_Hit]:
        # By a field, so that tantivy computes no scores; without a count it passes over nothing all the same.
        found = self.view.searcher.search(query, limit, False, order_by_field=order, order=tantivy.Order.Asc)
        return found.hits
