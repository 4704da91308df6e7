"""Counts by facet in one order, whatever engine counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.index import MOST_FACET_VALUES, FacetName

Counts = tuple[tuple[str, int], ...]
_DECADE = 10
_IN_THEIR_OWN_ORDER: frozenset[FacetName] = frozenset({"class", "decade"})


def aggregation(name: FacetName) -> dict[str, Any]:
    """What an engine is asked to count: both take the same JSON."""
    if name == "decade":
        return {"histogram": {"field": "year", "interval": _DECADE, "min_doc_count": 1}}
    return {"terms": {"field": name, "size": MOST_FACET_VALUES}}


def buckets(answer: Mapping[str, Any]) -> dict[str, int]:
    """Value → number of documents, in the order of the answer: the most frequent first, decades by year."""
    return {_value(each["key"]): int(each["doc_count"]) for each in answer["buckets"]}


def _value(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))


def ordered(name: FacetName, counts: Mapping[str, int]) -> Counts:
    """Most hits first, then by value; classes and decades by value (9 before 9-1 before 10). Values without hits are left out."""
    present = [(value, count) for value, count in counts.items() if count]
    if name in _IN_THEIR_OWN_ORDER:
        return tuple(sorted(present, key=lambda each: _by_numbers(each[0])))
    return tuple(sorted(present, key=lambda each: (-each[1], _by_numbers(each[0]))))


def _by_numbers(value: str) -> list[tuple[int, int, str]]:
    """Numbers by size and before words, part by part between dashes."""
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in value.split("-")]
