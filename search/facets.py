"""Counts by facet in one order, whatever engine counted."""

from __future__ import annotations

from collections.abc import Mapping

from search.index import FacetName

Counts = tuple[tuple[str, int], ...]
_IN_THEIR_OWN_ORDER: frozenset[FacetName] = frozenset({"class", "decade"})


def ordered(name: FacetName, counts: Mapping[str, int]) -> Counts:
    """Most hits first, then by value; classes and decades by value (9 before 9-1 before 10). Values without hits are left out."""
    present = [(value, count) for value, count in counts.items() if count]
    if name in _IN_THEIR_OWN_ORDER:
        return tuple(sorted(present, key=lambda each: _by_numbers(each[0])))
    return tuple(sorted(present, key=lambda each: (-each[1], _by_numbers(each[0]))))


def _by_numbers(value: str) -> list[tuple[int, int, str]]:
    """Numbers by size and before words, part by part between dashes."""
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in value.split("-")]
