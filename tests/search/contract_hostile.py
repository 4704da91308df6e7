"""What every index promises of queries that mean harm: an answer, or an error that says what is wrong."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from base.errors import JuanzongError
from search import cursor
from search.errors import QueryError
from search.index import FACETS, KINDS, SORTS, SearchIndex, Sort
from tests.search.hostile import HOSTILE
from tests.search.samples import EVERYTHING

# Two languages; what was typed is quoted by its beginning.
LONGEST_TOLD = 600
FORGED: tuple[tuple[Any, ...], ...] = (
    (), (0,), (1 << 61,), (1 << 62,), (-1,), (True,), (1.5,), ("",), ("a",), ("z" + "f" * 9_999,), ("a* TO *} OR id:*",),
    ("\ud800",), ("王",), (None,), ([0],), ({"gt": 0},), (0, 0), (0, "a", 0), tuple(range(5_000)),
)  # fmt: skip
NO_CURSORS = ("\x00", "=", "A" * 1_000_000, "W" * 99_999, "[]", "bnVsbA==", "e30=", "\u202e", "W1tbXV1d" * 9_999)


def told(error: JuanzongError) -> str:
    """Both texts of an error, once it is clear that they say something and carry no control characters."""
    texts = error.text("zh_CN"), error.text("en")
    assert all(each and each.replace("\n", "").isprintable() for each in texts), repr(texts)
    return "\n".join(texts)


class Hostile:
    def test_a_hostile_query_is_answered_or_refused(self, filled: SearchIndex) -> None:
        # In one test: to fill an index for each costs more than all of them.
        for name, query in HOSTILE.items():
            try:
                answer = filled.search(query, EVERYTHING, limit=3, facets=FACETS)
            except QueryError as error:
                assert error.code.startswith("search.query-"), name
                assert len(told(error)) < LONGEST_TOLD, name
            else:
                assert len(answer.hits) <= min(3, answer.total), name

    def test_a_hostile_beginning_is_answered(self, filled: SearchIndex) -> None:
        for name, prefix in HOSTILE.items():
            assert len(filled.suggest(prefix, EVERYTHING, limit=3)) <= 3, name

    @pytest.mark.parametrize("sort", SORTS)
    def test_a_forged_cursor_is_refused_or_leads_on_within_the_hits(self, filled: SearchIndex, sort: Sort) -> None:
        """Its digest is no secret: whoever reads the program can make one."""
        query = "国 OR 表"
        total = filled.search(query, EVERYTHING).total
        for keys, rank in product(FORGED, (0, 7, (1 << 16) - 1)):
            forged = cursor.encode(cursor.Place(rank, keys), cursor.asked(query, KINDS, sort))
            try:
                answer = filled.search(query, EVERYTHING, cursor=forged, sort=sort)
            except QueryError as error:
                assert error.code == "search.cursor"
                assert told(error)
            else:
                assert answer.total == total
                assert len(answer.hits) <= total

    def test_what_is_no_cursor_is_refused(self, filled: SearchIndex) -> None:
        for forged in NO_CURSORS:
            with pytest.raises(QueryError) as caught:
                filled.search("国", EVERYTHING, cursor=forged)
            assert caught.value.code == "search.cursor"
