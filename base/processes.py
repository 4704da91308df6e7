"""What a process of ours asks of Linux for itself. Apart from `base.machine`, which a contractor's Windows PC runs too."""

from __future__ import annotations

import ctypes
import signal

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def end_with_parent() -> None:
    """The system ends this process with the thread that started it, however that ended."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def give_back_free_memory() -> None:
    """Hands what this process has freed back to the system: the C library keeps it, after a page of reading 150 MB and more.

    A few milliseconds; nothing where the C library has no such call.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
