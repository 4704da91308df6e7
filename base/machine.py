"""What this machine offers, whichever system runs it: the check also runs on a contractor's Windows PC."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

# Windows waits for no more processes than this at once.
_MOST_PROCESSES = 61
_WINDOWS = os.name == "nt"


def usable_cores() -> int:
    """The cores that this process may use; where the system does not say, all there are."""
    allowed: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def worker_count(wished: int = 0) -> int:
    """Processes to start: `wished`, or one for each core."""
    return min(wished or os.cpu_count() or 1, _MOST_PROCESSES)


def long_path(path: Path) -> Path:
    """The path in the form that Windows opens whatever its length; on other systems, and already so, the path itself."""
    return Path(extended(str(path.absolute()))) if _WINDOWS else path


def extended(absolute: str) -> str:
    """`C:\\a` as `\\\\?\\C:\\a`, `\\\\server\\share` as `\\\\?\\UNC\\server\\share`: without it Windows stops at 260 characters."""
    if absolute.startswith("\\\\?\\") or absolute.startswith("\\\\.\\"):
        return absolute
    if absolute.startswith("\\\\"):
        return "\\\\?\\UNC\\" + absolute[2:]
    return "\\\\?\\" + absolute
