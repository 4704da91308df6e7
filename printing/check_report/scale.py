"""Round values along an axis."""

from __future__ import annotations

import math


def nice_ticks(highest: int) -> list[int]:
    """Whole numbers from 0 to at least `highest`, four to six of them where there is room."""
    top = max(1, highest)
    power = 10 ** math.floor(math.log10(max(1.0, top / 5)))
    step = next(int(power * each) for each in (1, 2, 5, 10) if power * each * 5 >= top)
    return [step * count for count in range(math.ceil(top / step) + 1)]
