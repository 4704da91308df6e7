"""What every part of the bench is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setup:
    """`data`: folder of real scans with their text beside them (None: left out); `work`: scratch that outlives the run.

    `scale` multiplies how many generated pages are taken: 1.0 is what docs/benchmarks.md keeps.
    """

    data: Path | None
    work: Path
    scale: float = 1.0

    def count(self, pages: int) -> int:
        return max(1, round(pages * self.scale))


# A part of the bench answers with tables in Markdown.
Part = Callable[[Setup], list[str]]
