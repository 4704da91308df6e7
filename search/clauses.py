"""A parsed query as tantivy's queries. Tantivy itself is named only in this room: here, in `layout`, `reading`, `writing` and `embedded`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import tantivy

from search.analysis import identifier_lookups, phrase, whole
from search.cursor import Place
from search.index import KINDS, Kind, Scope
from search.query import Leaf, Query, Word, Years

_MANY_TERMS = 64
_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


@dataclass(frozen=True, slots=True)
class Rank:
    """One class of hits of equal rank. The classes of a query share no document and together hold all its hits."""

    query: tantivy.Query
    score: float


class Clauses:
    """Builds queries for one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def ranks(self, query: Query, scope: Scope, kinds: Sequence[Kind]) -> list[Rank]:
        """The hits of `query` that `scope` may see, best class first.

        A whole name or identifier stands before a part of one (pinyin too), that before none; within each, a word in the
        title stands before none there.
        """
        found = self._found(query, scope, kinds)
        words = query.words()
        exact = self._any([clause for word in words for clause in self._whole(word)])
        part = self._any([clause for word in words for clause in self._naming(word)])
        title = self._any([clause for word in words for clause in self._title(word)])
        direct = _classes([exact, part]) if part else _classes([])
        titled = _classes([title]) if title else _classes([])
        ranks = [
            self._both([found, *must, *and_must], never + and_never)
            for (must, never), (and_must, and_never) in product(direct, titled)
        ]
        return [Rank(each, float(len(ranks) - place)) for place, each in enumerate(ranks)]

    def after(self, query: tantivy.Query, place: Place) -> tantivy.Query:
        """`query` without the hits up to `place` in its class."""
        later = tantivy.Query.range_query(
            self._schema, "order", tantivy.FieldType.Integer, lower_bound=place.key, include_lower=False
        )
        return self._both([query, later], [])

    def _found(self, query: Query, scope: Scope, kinds: Sequence[Kind]) -> tantivy.Query:
        groups = [self._any([clause for leaf in group for clause in self._leaf(leaf)]) for group in query.groups]
        must = [group for group in groups if group is not None]
        if set(kinds) != set(KINDS):
            must.append(self._one_of("kind", list(kinds)))
        if not scope.everything:
            must.append(self._one_of("organisation", [str(each) for each in scope.organisations]))
        return self._both(must, [clause for leaf in query.excluded for clause in self._leaf(leaf)])

    def _leaf(self, leaf: Leaf) -> list[tantivy.Query]:
        """Queries of which one must match."""
        if isinstance(leaf, Years):
            return [
                tantivy.Query.range_query(
                    self._schema, "year", tantivy.FieldType.Integer, lower_bound=leaf.first, upper_bound=leaf.last
                )
            ]
        if leaf.area == "class":
            return [self._term("class", leaf.text)]
        in_text = [self._substring("text", leaf.text)] if leaf.area in ("any", "text") else []
        return self._naming(leaf) + self._title(leaf) + in_text

    def _whole(self, word: Word) -> list[tantivy.Query]:
        clauses = []
        if word.area in ("any", "name"):
            clauses.append(self._substring("name", whole(word.text)))
        if word.area in ("any", "identifier"):
            clauses.append(self._term("identifier", identifier_lookups(word.text)[0]))
        return clauses

    def _naming(self, word: Word) -> list[tantivy.Query]:
        clauses = []
        if word.area in ("any", "name"):
            clauses.append(self._substring("name", word.text))
            if len(word.text) > 1 and word.text.isascii() and word.text.isalpha():
                clauses.append(self._term("pinyin", word.text))
        if word.area in ("any", "identifier"):
            clauses.extend(self._term("identifier", token) for token in identifier_lookups(word.text)[1])
        return clauses

    def _title(self, word: Word) -> list[tantivy.Query]:
        return [self._substring("title", word.text)] if word.area in ("any", "title") else []

    def _substring(self, area: str, word: str) -> tantivy.Query:
        if len(word) == 1:
            return self._term(f"{area}1", word)
        if len(word) == 2:
            return self._term(f"{area}2", word)
        return tantivy.Query.phrase_query(self._schema, f"{area}2", phrase(word))

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, token)

    def _one_of(self, field: str, tokens: list[str]) -> tantivy.Query:
        # A set of terms costs 0.3 ms for each segment, few terms next to nothing.
        if len(tokens) > _MANY_TERMS:
            return tantivy.Query.term_set_query(self._schema, field, tokens)
        return tantivy.Query.boolean_query([(_SHOULD, self._term(field, token)) for token in tokens])

    @staticmethod
    def _any(clauses: list[tantivy.Query]) -> tantivy.Query | None:
        return tantivy.Query.boolean_query([(_SHOULD, clause) for clause in clauses]) if clauses else None

    @staticmethod
    def _both(must: list[tantivy.Query], never: list[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(_MUST, each) for each in must] + [(_NOT, each) for each in never])


_Class = tuple[list[tantivy.Query], list[tantivy.Query]]


def _classes(nested: list[tantivy.Query | None]) -> list[_Class]:
    """(all that must, all that must not) match, for each class that sets cut out which lie each in the next."""
    sets = [each for each in nested if each is not None]
    inner: list[list[tantivy.Query]] = [[], *([each] for each in sets)]
    return [([each], inner[place]) for place, each in enumerate(sets)] + [([], inner[-1])]
