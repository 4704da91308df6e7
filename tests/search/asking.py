"""How the tests of an index ask it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck

from search.index import Document, Hit, Scope, SearchIndex, Sort, stamp
from tests.search.samples import EVERYTHING

# One index for all examples (each replaces its documents), and one test body for every implementation: both are meant.
SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors]


def holding(index: SearchIndex, documents: Sequence[Document]) -> SearchIndex:
    """The index with these documents and no others: making a new one takes longer than most tests."""
    there = dict(index.stamps())
    if there != {each.id: stamp(each) for each in documents}:
        assert index.write(documents, deleted=there) == ()
    return index


def found(index: SearchIndex, query: str, scope: Scope = EVERYTHING, **more: object) -> list[str]:
    return [hit.id for hit in index.search(query, scope, limit=100, **more).hits]  # type: ignore[arg-type]


def hit(index: SearchIndex, query: str, document_id: str) -> Hit:
    return next(each for each in index.search(query, EVERYTHING, limit=100).hits if each.id == document_id)


def ids(index: SearchIndex) -> list[str]:
    return sorted(each for each, _ in index.stamps())


def walked(index: SearchIndex, query: str, *, limit: int, sort: Sort = "relevance") -> list[str]:
    """All ids, page by page; every page tells the same total."""
    ids: list[str] = []
    cursor = None
    while True:
        answer = index.search(query, EVERYTHING, limit=limit, cursor=cursor, sort=sort)
        ids += [each.id for each in answer.hits]
        cursor = answer.next_cursor
        if cursor is None:
            assert answer.total == len(ids)
            return ids
