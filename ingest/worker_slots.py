"""The machine's slots for worker processes: each holds one by a lock file, and keeps to the cores of its slot."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import cv2

from base.machine import cores_of, stay_on


@contextmanager
def slot_of(folder: Path, count: int) -> Iterator[int]:
    """Waits for one of the machine's slots and holds it; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        for number in range(count):
            with (folder / f"slot-{number}.lock").open("w") as file:
                if _locked(file):
                    yield number
                    return
        time.sleep(1.0)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def pin(slot: int, count: int) -> None:
    """Each worker keeps to cores of its own: unpinned, the runtimes' threads fight over them (twice the time a page)."""
    cores = cores_of(slot, count)
    stay_on(cores)
    cv2.setNumThreads(len(cores))
