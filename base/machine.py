"""What this machine offers, whichever system runs it: the check also runs on a contractor's Windows PC."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

# Windows waits for no more processes than this at once.
_MOST_PROCESSES = 61
# What a process that reads pages needs, its models included, with room for a large page.
READER_BYTES = 3 << 29
# Recycled before that it would load its models more than it reads.
_LEAST_UNITS = 50
# What a worker may hold after a page: under the 1.3 GB that an office plans with.
GROWN_BYTES = 1_250_000_000
_WINDOWS = os.name == "nt"


def usable_cores() -> int:
    """How many cores this process may use; where the system does not say, all there are."""
    return len(core_numbers())


def core_numbers() -> list[int]:
    """The cores that this process may use, in order."""
    allowed: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return sorted(allowed(0)) if allowed is not None else list(range(os.cpu_count() or 1))


def cores_of(slot: int, count: int) -> list[int]:
    """The cores of one of `count` workers: shared out among them; with more workers than cores, one that it shares."""
    cores = core_numbers()
    return cores[slot::count] or [cores[slot % len(cores)]]


def stay_on(cores: Sequence[int]) -> None:
    """Keeps this process to `cores`; nothing where the system has no such call."""
    pin: Callable[[int, Sequence[int]], None] | None = getattr(os, "sched_setaffinity", None)
    if pin is not None:
        pin(0, cores)


def resident_bytes(process: int | None = None) -> int:
    """Memory of a process, of this one by default, that is really there; 0 where the system does not say or it is gone."""
    size_of: Callable[[str], int] | None = getattr(os, "sysconf", None)
    if size_of is None:
        return 0
    try:
        told = Path(f"/proc/{process or 'self'}/statm").read_text("ascii")
    except OSError:
        return 0
    return int(told.split()[1]) * size_of("SC_PAGE_SIZE")


class Families:
    """Memory of processes with all that they started: an engine may live in a process of its own.

    Who started whom is looked up at most every `seconds`, because the whole list of processes must be read for it.
    """

    def __init__(self, seconds: float = 3.0) -> None:
        self._seconds = seconds
        self._looked = -seconds
        self._children: dict[int, list[int]] = {}

    def bytes_of(self, process: int) -> int:
        """Resident bytes of `process` and all below it; 0 where it is gone or the system does not say."""
        if time.monotonic() - self._looked >= self._seconds:
            self._looked, self._children = time.monotonic(), _children_of_all()
        return sum(resident_bytes(each) for each in self._family(process))

    def _family(self, process: int) -> Iterator[int]:
        yield process
        for child in self._children.get(process, ()):
            yield from self._family(child)


def _children_of_all() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for told in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in brackets, may hold anything.
            parent = int(told.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        children.setdefault(parent, []).append(int(told.parent.name))
    return children


def machine_bytes() -> int:
    """Memory that this process and its like may use: the machine's, or less where a container has less; 0 where unknown."""
    size_of: Callable[[str], int] | None = getattr(os, "sysconf", None)
    if size_of is None:
        return 0
    here = size_of("SC_PHYS_PAGES") * size_of("SC_PAGE_SIZE")
    told = (_number_in(Path(path)) for path in _CONTAINER_LIMITS)
    return min([here, *(limit for limit in told if limit)])


_CONTAINER_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def _number_in(file: Path) -> int:
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def go_first() -> None:
    """Where memory runs out all the same, the system ends this process before the catalogue or the screens."""
    try:
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")
    except OSError:
        return


def readers(wished: int = 0) -> int:
    """Reading processes to start: `wished`, or one for each core as far as there is memory for each of them."""
    fitting = machine_bytes() * 4 // 5 // READER_BYTES
    return wished or max(1, min(usable_cores(), fitting or usable_cores()))


def reader_limit(count: int) -> int:
    """What one of `count` reading processes may use at most before it is ended: its share of the machine, 2–4 GiB."""
    share = machine_bytes() * 4 // 5 // max(1, count)
    return min(4 << 30, max(2 << 30, share))


def has_grown(held: int, limit: int, units: int) -> bool:
    """Shall a worker that holds so many bytes after so many units of work be recycled?

    Over `limit`, but not after each page where an engine needs more than that from the start; over twice of it, at once.
    """
    return held > limit and (units >= _LEAST_UNITS or held > 2 * limit)


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
