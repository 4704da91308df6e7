"""抽检: which units of a lot a person looks at. At least the agreed share, from every stratum, and anyone can draw it again.

DA/T 31-2017 chapter 12 asks for 5 % and more by hand beside the machine's full check. The draw ranks the units of a stratum by
SHA-256 of lot, round, seed and the unit's own key: it hangs neither on the order of rows nor on the version of Python.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from standards.terms import Terms, exact

StratumName = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be drawn: its key never changes, its stratum is told by the terms."""

    key: str
    stratum: StratumName = ()


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the lot: how many units it has, and how many of them are drawn."""

    name: StratumName
    population: int
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn of a lot, before it is drawn. `size` is never below `least`, the agreed share of the population."""

    population: int
    least: int
    strata: tuple[Stratum, ...]

    @property
    def size(self) -> int:
        return sum(stratum.size for stratum in self.strata)

    def as_json(self) -> dict[str, Any]:
        return {
            "population": self.population,
            "least": self.least,
            "size": self.size,
            "strata": [
                {"name": list(each.name), "population": each.population, "size": each.size} for each in self.strata
            ],
        }


def plan_sample(candidates: Iterable[Candidate], terms: Terms) -> Plan:
    """n = the share rounded up, or the number of strata where that is more; one each, the rest by largest remainder."""
    counts = Counter(candidate.stratum for candidate in candidates)
    population = sum(counts.values())
    least = math.ceil(exact(terms.share_percent) * population)
    sizes = _allot(counts, max(least, len(counts)))
    strata = tuple(Stratum(name, counts[name], sizes[name]) for name in sorted(counts))
    return Plan(population, least, strata)


def _allot(counts: Counter[StratumName], size: int) -> dict[StratumName, int]:
    """One for each stratum; what is left goes by the units left. No stratum gets more than it has, for size <= population."""
    left, rest = size - len(counts), sum(counts.values()) - len(counts)
    quotas = {name: Fraction(left * (count - 1), rest) if rest else Fraction(0) for name, count in counts.items()}
    sizes = {name: 1 + math.floor(quota) for name, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda name: (-(quotas[name] % 1), name))
    for name in by_remainder[: size - sum(sizes.values())]:
        sizes[name] += 1
    return sizes


def draw(candidates: Sequence[Candidate], plan: Plan, *, lot: str, seed: str) -> list[str]:
    """The keys drawn, in the order of the candidates; the same lot, seed and units always give the same keys."""
    sizes = {stratum.name: stratum.size for stratum in plan.strata}
    ranked: dict[StratumName, list[tuple[str, str]]] = {}
    for each in candidates:
        ranked.setdefault(each.stratum, []).append((_rank(lot, seed, each.key), each.key))
    drawn = {key for name, ranks in ranked.items() for _, key in sorted(ranks)[: sizes[name]]}
    return [each.key for each in candidates if each.key in drawn]


def _rank(lot: str, seed: str, key: str) -> str:
    return hashlib.sha256("\n".join((lot, seed, key)).encode()).hexdigest()
