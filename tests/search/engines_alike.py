"""Both engines alike: the same documents and the same questions, and all that comes back compared."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.embedded import EmbeddedIndex
from search.errors import QueryError
from search.index import FACETS, KINDS, SORTS, Document, Kind, Scope, SearchIndex, Sort
from tests.search.asking import SHARED
from tests.search.elastic_node import made

# Few characters, so that words stand in many documents, near misses and heteronyms among them.
HANZI = "王玉国囯建健单仇□十十干千𠮷䶮"
OTHER = [
    "1968年12月5日",
    "一九六八年",
    "56.50",
    "5650",
    "，",
    " ",
    "\n",
    "A-1",
    "\ud842",
    "\U000f0000",
    "登记表",
    "wangjianguo",
]
PEOPLE = ["王建国", "王健国", "王□国", "单十国", "仇玉", "𠮷䶮", "王建", "欧阳建国", "王建国（小）"]
SCOPES = (Scope(everything=True), Scope(organisations=(1,)), Scope(organisations=(2, 3, 4)), Scope())
NUMBER = "11010519491231002X"


def documents(seed: int, count: int) -> list[Document]:
    return [_document(random.Random(f"{seed} {number}"), number) for number in range(count)]


def _document(chance: random.Random, number: int) -> Document:
    kind: Kind = chance.choice(KINDS)
    return Document(
        f"{kind}:{number}",
        kind,
        "".join(chance.choice([*HANZI, *OTHER, *PEOPLE]) for _ in range(chance.randrange(40))),
        names=tuple(chance.sample(PEOPLE, chance.randrange(3))) if kind == "person" else (),
        identifiers=tuple(chance.sample([NUMBER, "J-001-0007", "J-001-0008", "110105491231002"], chance.randrange(2))),
        title=chance.choice(["", "登记表", "职工登记表", "王建国登记表", "十国"]),
        class_code=chance.choice(["", "1", "4-1", "九-1", "十"]),
        year=chance.choice([None, 1958, 1968, 1969, 1975]),
        organisations=tuple(chance.sample(range(1, 6), 2)),
        stored={"at": number} if number % 3 else {},
        units=tuple(chance.sample(["红星厂", "红星厂一车间", "纺织局"], chance.randrange(3))),
        enterprise=chance.choice([None, 1, 2, 12]),
        district=chance.choice([None, 3, 4]),
        place=chance.choice(["", "北京市", "天津"]),
        day=chance.choice([None, 19681205, 19681200, 19750000]),
        archive_no=chance.choice(["", "J-001-0007", "J-001-0010", "Ｊ-2", "京1"]),
        confidence=chance.choice([None, 0.5, 0.955, 1.0]) if kind == "page" else None,
    )


WORDS = st.one_of(
    st.text(st.sampled_from(HANZI), min_size=1, max_size=5),
    st.sampled_from([*PEOPLE, *OTHER, "登记", "红星", NUMBER, "002X", "J-001", "wjg", "wang", "国登", "表"]),
    st.builds("".join, st.lists(st.sampled_from([*HANZI, *OTHER[:6]]), min_size=1, max_size=6)),
)
FIELDS = st.sampled_from(["", "", "", "name:", "title:", "text:", "id:", "unit:", "place:"])
LIMITS = st.sampled_from(
    [
        "year:1968",
        "year:1960..1970",
        "year:..1958",
        "class:4",
        "class:九-1",
        "date:1968-12",
        "date:1958..1968",
        "confidence:..80",
        "confidence:95..",
        "unit:#12",
        "unit:#2",
    ]
)
ITEMS = st.builds(
    lambda minus, field, near, quoted, word: f'{minus}{field}"{word}"' if quoted else f"{minus}{near or field}{word}",
    st.sampled_from(["", "", "", "-"]),
    FIELDS,
    st.sampled_from(["", "", "~"]),
    st.booleans(),
    WORDS,
)
QUERIES = st.lists(st.one_of(ITEMS, ITEMS, LIMITS, st.just("OR")), min_size=1, max_size=5).map(" ".join)


class Alike:
    @pytest.fixture(scope="class")
    @staticmethod
    def engines(tmp_path_factory: pytest.TempPathFactory) -> Any:
        embedded = EmbeddedIndex.create(tmp_path_factory.mktemp("alike") / "index")
        corpus = documents(1, 400)
        with made() as elastic:
            for index in (embedded, elastic):
                assert index.write(corpus) == ()
            assert dict(embedded.stamps()) == dict(elastic.stamps())
            yield embedded, elastic
        embedded.close()

    @settings(suppress_health_check=SHARED, max_examples=120)
    @given(
        query=QUERIES,
        scope=st.sampled_from(SCOPES),
        kinds=st.sampled_from([KINDS, KINDS, ("page",), ("person", "material"), ()]),
        sort=st.sampled_from(SORTS),
        limit=st.sampled_from([3, 50]),
    )
    def test_a_query(
        self, engines: Sequence[SearchIndex], query: str, scope: Scope, kinds: Sequence[Kind], sort: Sort, limit: int
    ) -> None:
        """Total, facets, and of each hit its id, place, score, snippet, marks and what was stored; page by page."""
        cursors: list[str | None] = [None, None]
        for _ in range(3):
            answers = [
                self._asked(index, query, scope, kinds=kinds, sort=sort, limit=limit, cursor=cursor)
                for index, cursor in zip(engines, cursors, strict=True)
            ]
            assert answers[0] == answers[1], query
            # Each goes on with the other's cursor: what it holds is no engine's own.
            cursors = [answers[1][-1], answers[0][-1]]
            if cursors[0] is None:
                break

    @staticmethod
    def _asked(index: SearchIndex, query: str, scope: Scope, **more: Any) -> tuple[Any, ...]:
        try:
            answer = index.search(query, scope, facets=FACETS, **more)
        except QueryError as error:
            return (error.code, None)
        return (answer.total, answer.hits, dict(answer.facets), answer.next_cursor)

    @settings(suppress_health_check=SHARED, max_examples=40)
    @given(prefix=WORDS, scope=st.sampled_from(SCOPES), limit=st.sampled_from([1, 8]))
    def test_a_suggestion(self, engines: Sequence[SearchIndex], prefix: str, scope: Scope, limit: int) -> None:
        one, other = (index.suggest(prefix, scope, limit=limit) for index in engines)
        assert one == other
