"""Hits, total and facets of a plan: in one request, or class by class where the plan is too large for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from search.cursor import Key, Place
from search.elastic.clauses import clause, leaves, ranked
from search.facets import aggregation, buckets, ordered
from search.index import FacetName, Facets, Sort
from search.keys import ORDERS, key_of
from search.plan import Node

# A server has room for a number of clauses that depends on its memory: 8,192 with 512 MiB and four threads.
_MOST_LEAVES = 4000

Request = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    body: str


@dataclass(frozen=True, slots=True)
class Collector:
    """Asks by `request`, which takes the body of a search and gives its whole answer."""

    request: Request

    def collect(
        self,
        all_hits: Node,
        classes: Sequence[Node],
        sort: Sort,
        wanted: int,
        after: Place | None,
        facets: Sequence[FacetName],
    ) -> tuple[int, Facets, list[Found]]:
        """(number of all hits, facets, the next `wanted` of them behind `after`)."""
        if sum(map(leaves, classes)) <= _MOST_LEAVES:
            answer = self.request(_at_once(classes, sort, wanted, after) | _counting(facets))
            found = [_found(hit, len(classes) - round(hit["sort"][0])) for hit in answer["hits"]["hits"]]
        else:
            answer = self.request({"query": {"bool": {"filter": [clause(all_hits)]}}, "size": 0} | _counting(facets))
            found = self._class_by_class(classes, sort, wanted, after)
        return int(answer["hits"]["total"]["value"]), _counted(facets, answer), found

    def _class_by_class(self, classes: Sequence[Node], sort: Sort, wanted: int, after: Place | None) -> list[Found]:
        found: list[Found] = []
        for rank in range(after.rank if after is not None else 0, len(classes)):
            body: dict[str, Any] = {
                "query": {"bool": {"filter": [clause(classes[rank])]}},
                "sort": [{ORDERS[sort]: "asc"}],
                "size": wanted - len(found),
                "track_total_hits": False,
            }
            if after is not None and rank == after.rank:
                body["search_after"] = [key_of(after, sort)]
            found += [_found(hit, rank) for hit in self.request(body)["hits"]["hits"]]
            if len(found) >= wanted:
                break
        return found


def _at_once(classes: Sequence[Node], sort: Sort, wanted: int, after: Place | None) -> dict[str, Any]:
    """Class by class, the best with the highest score, within it by the key of the sort."""
    body = {"query": ranked(classes), "sort": [{"_score": "desc"}, {ORDERS[sort]: "asc"}], "size": wanted}
    if after is not None:
        # Behind a class that is none of ours there is nothing.
        body["search_after"] = [float(max(len(classes) - after.rank, 0)), key_of(after, sort)]
    return body


def _counting(facets: Sequence[FacetName]) -> dict[str, Any]:
    return {"track_total_hits": True, "aggs": {name: aggregation(name) for name in facets}}


def _counted(facets: Sequence[FacetName], answer: dict[str, Any]) -> Facets:
    return {name: ordered(name, buckets(answer["aggregations"][name])) for name in facets}


def _found(hit: dict[str, Any], rank: int) -> Found:
    key: Key = hit["sort"][-1]
    return Found(Place(rank, (key,)), str(hit["_source"]["body"]))
