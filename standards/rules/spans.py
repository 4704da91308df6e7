"""Numbers told briefly: `3, 5`, `8–20`."""

from __future__ import annotations

from collections.abc import Iterable

# More numbers in a row than this are named as a range.
_NAMED_SINGLY = 3


def span(numbers: Iterable[int]) -> str:
    """The numbers in order, each once, long runs as a range: 1, 2, 7–12."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    return f"{run[0]}–{run[-1]}" if len(run) > _NAMED_SINGLY else ", ".join(map(str, run))
