"""A double click never does a thing twice: each form carries a token, and a token is used once.

Kept in this process: one web process serves an office (`juanzong serve`). After a restart an old token counts as new, and the
acts themselves then say that the thing is already done.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 10_000
_WAIT_S = 60.0


class _Use:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.location: str | None = None


class Once:
    """Remembers where each used token led, so that the second click lands at the same place. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: OrderedDict[str, _Use] = OrderedDict()

    def run(self, token: str, act: Callable[[], str]) -> str:
        """Runs `act`, which answers with the address to go to; for a used token answers its address without running it.

        An act that raises frees its token: the person may correct and send the same form again.
        """
        use, first = self._begin(token)
        if not first:
            use.done.wait(_WAIT_S)
            if use.location is not None:
                return use.location
            return self.run(token, act) if use.done.is_set() else act()
        try:
            use.location = act()
            return use.location
        except BaseException:
            with self._lock:
                self._uses.pop(token, None)
            raise
        finally:
            use.done.set()

    def _begin(self, token: str) -> tuple[_Use, bool]:
        with self._lock:
            known = self._uses.get(token)
            if known is not None:
                return known, False
            use = self._uses[token] = _Use()
            while len(self._uses) > _KEPT:
                self._uses.popitem(last=False)
            return use, True
