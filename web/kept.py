"""What many watchers ask for at once is made once and shown to all of them, so that they never hold up a sign-in."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any


class _Line:
    def __init__(self) -> None:
        self.making = threading.Lock()
        self.made_at: float | None = None
        self.value: Any = None


class Kept:
    """Values by key, each younger than `seconds` when it was last made. Safe for threads.

    While one caller makes a value anew the others get the one before; only where there is none yet they wait for it.
    """

    def __init__(self, seconds: float, most: int = 500) -> None:
        self._seconds, self._most = seconds, most
        self._lock = threading.Lock()
        self._lines: OrderedDict[Hashable, _Line] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            self._lines.move_to_end(key)
            while len(self._lines) > self._most:
                self._lines.popitem(last=False)
        if self._is_fresh(line):
            return line.value
        if not line.making.acquire(blocking=line.made_at is None):
            return line.value
        try:
            if not self._is_fresh(line):
                line.value = make()
                line.made_at = time.monotonic()
            return line.value
        finally:
            line.making.release()

    def forget(self, key: Hashable) -> None:
        """What was just changed by a person is made anew for the next who asks."""
        with self._lock:
            self._lines.pop(key, None)

    def _is_fresh(self, line: _Line) -> bool:
        return line.made_at is not None and time.monotonic() - line.made_at < self._seconds
