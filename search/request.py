"""One search as every engine is asked it: checked, parsed, planned, with the place to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search import cursor as cursors
from search.cursor import Place
from search.errors import QueryError
from search.index import MOST_HITS, Kind, Scope, Sort
from search.plan import Node, found, ranks
from search.query import Query, parse_query


@dataclass(frozen=True, slots=True)
class Request:
    """`hits`: all of them, for total and facets; `classes`: the same, best first, or in one where a sort orders them."""

    query: Query
    hits: Node
    classes: Sequence[Node]
    limit: int
    after: Place | None
    asked: str

    def score(self, place: Place) -> float:
        return float(len(self.classes) - place.rank)

    def next_cursor(self, places: Sequence[Place]) -> str | None:
        """`places` holds one more than `limit` where there is a next page."""
        return cursors.encode(places[self.limit - 1], self.asked) if len(places) > self.limit else None


def request(
    query: str, scope: Scope, kinds: Sequence[Kind], limit: int, cursor: str | None, sort: Sort
) -> Request:  # fmt: skip
    """QueryError `search.…` for what cannot be run."""
    if not 1 <= limit <= MOST_HITS:
        raise QueryError("search.limit", limit=MOST_HITS)
    parsed = parse_query(query)
    asked = cursors.asked(query, kinds, sort)
    after = cursors.decode(cursor, asked) if cursor else None
    hits = found(parsed, scope, kinds)
    classes = ranks(parsed, scope, kinds) if sort == "relevance" else (hits,)
    return Request(parsed, hits, classes, limit, after, asked)
