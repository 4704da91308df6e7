"""What really stands where: a scan of every text, that knows nothing of tokens, pairs or any index.

The truth is the text after folding (NFKC, case, traditional and variant characters: `base.text.normalise.fold`), searched
from its first character to its last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from base.text.normalise import fold

# Stands in no folded text: folding makes a blank of it.
_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class Texts:
    """Folded texts one behind the other; several may belong to one document."""

    joined: str
    starts: tuple[int, ...]
    owners: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[tuple[str, str]]) -> Texts:
        """From (id of the document, text)."""
        parts, starts, owners, at = [], [], [], 0
        for owner, text in texts:
            folded = fold(text)
            parts.append(folded)
            starts.append(at)
            owners.append(owner)
            at += len(folded) + 1
        return cls(_BETWEEN.join(parts), tuple(starts), tuple(owners))

    def holding(self, substring: str) -> set[str]:
        """The documents of which a text holds the substring, folded as they are."""
        word = fold(substring)
        found: set[str] = set()
        at = self.joined.find(word)
        while at >= 0:
            place = bisect_right(self.starts, at) - 1
            found.add(self.owners[place])
            if place + 1 == len(self.starts):
                break
            at = self.joined.find(word, self.starts[place + 1])
        return found

    def text(self, place: int) -> str:
        end = self.starts[place + 1] - 1 if place + 1 < len(self.starts) else len(self.joined)
        return self.joined[self.starts[place] : end]


@dataclass(frozen=True, slots=True)
class Score:
    """Hits of several queries against the truth. `exact`: queries whose hits are the truth, no more and no less."""

    queries: int = 0
    exact: int = 0
    true: int = 0
    found: int = 0
    false: int = 0
    totals_wrong: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.queries + other.queries,
            self.exact + other.exact,
            self.true + other.true,
            self.found + other.found,
            self.false + other.false,
            self.totals_wrong + other.totals_wrong,
        )

    @property
    def recall(self) -> float:
        return self.found / self.true if self.true else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false) if self.found + self.false else 1.0


def score(truth: set[str], hits: Sequence[str], total: int) -> Score:
    """A hit that comes twice is false the second time."""
    right = truth.intersection(hits)
    false = len(hits) - len(right)
    exact = len(right) == len(truth) and not false
    return Score(1, int(exact), len(truth), len(right), false, int(total != len(hits)))
