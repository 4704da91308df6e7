"""What a process of ours asks of Linux for itself. Apart from `base.machine`, which a contractor's Windows PC runs too."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Callable
from types import FrameType

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


class Ending:
    """SIGTERM and SIGINT end this process from now on, each by a KeyboardInterrupt in its main thread.

    An interrupt that comes while some library swallows every error (in a destructor, in a callback of C code) is lost without a
    word, and a signal that another thread takes does not wake a main thread that waits: who waits for the end asks `must_end`
    now and then. `told` is called first, once.
    """

    def __init__(self, told: Callable[[], object] = lambda: None) -> None:
        self._asked, self._told = False, told
        # A shell that starts us behind itself leaves Ctrl-C ignored: a service must end on either signal all the same.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._interrupt)

    def must_end(self) -> None:
        """KeyboardInterrupt where the process was asked to end."""
        if self._asked:
            raise KeyboardInterrupt

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        # Told once: a second SIGTERM must not break off the giving back of what the workers held.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if not self._asked:
            self._asked = True
            self._told()
        raise KeyboardInterrupt
