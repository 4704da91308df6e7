"""Characters that look alike (形近字): what may stand where another was read. One table for the correction desk and search."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "confusables.txt"


def confusables(char: str) -> tuple[str, ...]:
    """The characters that `char` may be taken for, and the other way round, the closest first; () for most."""
    return _table().get(char, ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Each group of the file makes each of its characters a look-alike of all others of the line."""
    found: dict[str, dict[str, None]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            for char in line:
                found.setdefault(char, {}).update(dict.fromkeys(other for other in line if other != char))
    return {char: tuple(others) for char, others in found.items()}
