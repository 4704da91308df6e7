"""What outcomes are worth: errors of numbers, recall and false alarms of what is seen or not, with intervals."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.measures.run import Outcome

Chosen = Callable[[Outcome], bool]
SEEN = 0.5


@dataclass(frozen=True, slots=True)
class Errors:
    """`asked` pages have a truth, `sizes` are the errors of those that were answered; `reasons` of the others."""

    asked: int
    sizes: tuple[float, ...]
    reasons: dict[str, int]

    @property
    def covered(self) -> float:
        return len(self.sizes) / self.asked if self.asked else 0.0

    def at(self, share: float) -> float:
        """The error that `share` of the pages do not exceed."""
        ordered = sorted(self.sizes)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def errors(
    outcomes: Iterable[Outcome], name: str, error: Callable[[Outcome], float] | None = None, truth: str = ""
) -> Errors:
    """Errors of the measure `name` on the pages whose `truth` (by default of the same name) is known."""
    key, sizes, reasons, asked = truth or name, [], defaultdict(int), 0
    for each in outcomes:
        if key not in each.truth:
            continue
        asked += 1
        if name in each.values:
            sizes.append(abs(float(each.values[name]) - float(each.truth[key])) if error is None else error(each))
        else:
            reasons[each.reasons.get(name, "not measured")] += 1
    return Errors(asked, tuple(sizes), dict(reasons))


@dataclass(frozen=True, slots=True)
class Seen:
    """A 2 × 2 table: `found` of `wanted` pages that have it, `false` of `clean` pages that have not."""

    found: int
    wanted: int
    false: int
    clean: int

    @property
    def recall(self) -> float:
        return self.found / self.wanted if self.wanted else math.nan

    @property
    def precision(self) -> float:
        told = self.found + self.false
        return self.found / told if told else math.nan

    @property
    def alarms(self) -> float:
        return self.false / self.clean if self.clean else math.nan

    def __add__(self, other: Seen) -> Seen:
        return Seen(
            self.found + other.found, self.wanted + other.wanted, self.false + other.false, self.clean + other.clean
        )


def seen(pairs: Iterable[tuple[bool, bool]]) -> Seen:
    """From (it is there, it was told)."""
    listed = list(pairs)
    wanted = [told for there, told in listed if there]
    clean = [told for there, told in listed if not there]
    return Seen(sum(wanted), len(wanted), sum(clean), len(clean))


def detection(outcomes: Iterable[Outcome], name: str, level: float = SEEN) -> Seen:
    """Of a measure of 0–1 whose truth is yes or no. A page that could not be measured was not told to have it."""
    return seen(
        (bool(each.truth[name]), float(each.values.get(name) or 0) >= level) for each in outcomes if name in each.truth
    )


def ranked(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often a page that has it scores above one that has not (ties count half): 1 is perfect, 0.5 is chance."""
    if not positive or not negative:
        return math.nan
    won = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return won / (len(positive) * len(negative))


def interval(hits: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a rate."""
    if count == 0:
        return 0.0, 1.0
    z, rate = 1.96, hits / count
    middle = (rate + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def lean(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Real scans, each with the truth `skew_deg`: its known turn, on the lean that most of its own turns agree on.

    Nobody measured the paper, so an error that all turns of a page share is not seen; that they agree is.
    """
    by_scan: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        if "turned_by" in each.truth:
            by_scan[each.tags["scan"]].append(each)
    known = []
    for pages in by_scan.values():
        told = [page.values["skew_deg"] - page.truth["turned_by"] for page in pages if "skew_deg" in page.values]
        own = statistics.median(told) if told else 0.0
        for page in pages:
            true = page.truth["turned_by"] + own
            if abs(true) <= 15:
                page.truth["skew_deg"] = true
                known.append(page)
    return known
