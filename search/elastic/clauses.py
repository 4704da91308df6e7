"""The nodes of a plan as Elasticsearch's query JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, assert_never

from search.plan import AllOf, AnyOf, Everything, Node, OneOf, Phrase, Range, Term

Json = dict[str, Any]


def clause(node: Node) -> Json:
    """A query that matches what the node matches; its scores mean nothing."""
    match node:
        case Everything():
            made: Json = {"match_all": {}}
        case Term():
            made = {"term": {node.field: node.token}}
        case OneOf():
            made = {"terms": {node.field: list(node.tokens)}}
        case Phrase():
            made = _phrase(node)
        case Range():
            bounds = {"gte": node.first, "lte": node.last}
            made = {"range": {node.field: {name: bound for name, bound in bounds.items() if bound is not None}}}
        case AllOf():
            must = [clause(each) for each in node.parts or (Everything(),)]
            made = {"bool": {"filter": must, "must_not": [clause(each) for each in node.never]}}
        case AnyOf():
            made = _any_of([clause(each) for each in node.parts])
        case _:
            assert_never(node)
    return made


def leaves(node: Node) -> int:
    """How many clauses the server counts in it, at most."""
    if isinstance(node, AllOf):
        return sum(map(leaves, (*node.parts, *node.never)))
    if isinstance(node, AnyOf):
        return sum(map(leaves, node.parts))
    # Each token of a phrase is one, and each gap between two.
    return 2 * len(node.tokens) - 1 if isinstance(node, Phrase) else 1


def ranked(ranks: Sequence[Node]) -> Json:
    """One query for all classes of rank: a hit's score is the number of its class, the best class the highest."""
    scored = enumerate(reversed(ranks), start=1)
    return _any_of([{"constant_score": {"filter": clause(rank), "boost": float(score)}} for score, rank in scored])


def _any_of(clauses: list[Json]) -> Json:
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else {"match_none": {}}


def _phrase(node: Phrase) -> Json:
    """Spans at exact distances. A phrase query could skip positions only by an analyser that the bare server has not."""
    spans: list[Json] = [{"span_term": {node.field: node.tokens[0][1]}}]
    for (before, _), (place, token) in pairwise(node.tokens):
        if place - before > 1:
            spans.append({"span_gap": {node.field: place - before - 1}})
        spans.append({"span_term": {node.field: token}})
    return {"span_near": {"clauses": spans, "slop": 0, "in_order": True}} if len(spans) > 1 else spans[0]
