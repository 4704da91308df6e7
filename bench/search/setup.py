"""What every part of the bench is given."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Setup:
    """`work`: folder that outlives the run, with the index of every size; `pages`: the sizes, smallest first.

    `elastic`: address of a running Elasticsearch (None: it is left out). `scale` multiplies how many documents and queries
    the parts of one size take: 1.0 is what docs/benchmarks.md keeps. `only_elastic`: the embedded engine is left out, where
    a size was measured before.
    """

    work: Path
    pages: tuple[int, ...]
    elastic: str | None = None
    scale: float = 1.0
    only_elastic: bool = False

    def count(self, number: int) -> int:
        return max(1, round(number * self.scale))


# A part of the bench answers with tables in Markdown.
Part = Callable[[Setup], list[str]]


def say(text: str) -> None:
    """Progress, apart from the tables."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Stream(Iterable[_Thing]):
    """What is streamed, with the seconds that making it took: they are no part of what is measured."""

    def __init__(self, things: Iterator[_Thing]) -> None:
        self._things = things
        self.seconds = 0.0
        self.count = 0

    def __iter__(self) -> Iterator[_Thing]:
        return self

    def __next__(self) -> _Thing:
        begun = time.perf_counter()
        try:
            thing = next(self._things)
        finally:
            self.seconds += time.perf_counter() - begun
        self.count += 1
        return thing
