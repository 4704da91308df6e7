"""The nodes of a plan as tantivy's queries. Tantivy itself is named only here, in `layout`, `reading`, `writing` and `embedded`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

import tantivy

from search.plan import AllOf, AnyOf, Everything, Node, OneOf, Phrase, Range, Term

_MANY_TERMS = 64
_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


class Clauses:
    """Builds queries for one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def query(self, node: Node) -> tantivy.Query:
        match node:
            case Everything():
                query = tantivy.Query.all_query()
            case Term():
                query = self._term(node.field, node.token)
            case OneOf():
                query = self._one_of(node.field, node.tokens)
            case Phrase():
                query = tantivy.Query.phrase_query(self._schema, node.field, list(node.tokens))
            case Range():
                query = self.between(node.field, node.first, node.last)
            case AllOf():
                query = self._all_of(node)
            case AnyOf():
                query = _any(self.query(each) for each in node.parts)
            case _:
                assert_never(node)
        return query

    def between(self, field: str, first: int | None, last: int | None) -> tantivy.Query:
        """Numbers from `first` to `last`, both included; None is open."""
        return tantivy.Query.range_query(
            self._schema, field, tantivy.FieldType.Integer, lower_bound=first, upper_bound=last
        )

    def _all_of(self, node: AllOf) -> tantivy.Query:
        # Tantivy finds nothing for exclusions alone.
        must = [self.query(each) for each in node.parts] or [tantivy.Query.all_query()]
        never = [self.query(each) for each in node.never]
        return tantivy.Query.boolean_query([(_MUST, each) for each in must] + [(_NOT, each) for each in never])

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, token)

    def _one_of(self, field: str, tokens: tuple[str, ...]) -> tantivy.Query:
        # A set of terms costs 0.3 ms for each segment, few terms next to nothing.
        if len(tokens) > _MANY_TERMS:
            return tantivy.Query.term_set_query(self._schema, field, tokens)
        return _any(self._term(field, token) for token in tokens)


def both(one: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_MUST, one), (_MUST, other)])


def _any(clauses: Iterable[tantivy.Query]) -> tantivy.Query:
    found = list(clauses)
    if len(found) == 1:
        return found[0]
    return tantivy.Query.boolean_query([(_SHOULD, each) for each in found]) if found else tantivy.Query.empty_query()
