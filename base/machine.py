"""What this machine offers, whichever system runs it: the check also runs on a contractor's Windows PC."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

# Windows waits for no more processes than this at once.
_MOST_PROCESSES = 61
_WINDOWS = os.name == "nt"


def usable_cores() -> int:
    """How many cores this process may use; where the system does not say, all there are."""
    return len(core_numbers())


def core_numbers() -> list[int]:
    """The cores that this process may use, in order."""
    allowed: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return sorted(allowed(0)) if allowed is not None else list(range(os.cpu_count() or 1))


def stay_on(cores: Sequence[int]) -> None:
    """Keeps this process to `cores`; nothing where the system has no such call."""
    pin: Callable[[int, Sequence[int]], None] | None = getattr(os, "sched_setaffinity", None)
    if pin is not None:
        pin(0, cores)


def resident_bytes() -> int:
    """Memory of this process that is really there; 0 where the system does not say."""
    size_of: Callable[[str], int] | None = getattr(os, "sysconf", None)
    told = Path("/proc/self/statm")
    if size_of is None or not told.is_file():
        return 0
    return int(told.read_text("ascii").split()[1]) * size_of("SC_PAGE_SIZE")


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
