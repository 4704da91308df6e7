"""What a person typed to find somebody, kept out of addresses: the address carries a handle that says nothing.

Addresses stand in histories, in the logs of proxies and over the shoulder; names and ID numbers must not. Kept in this
process, as `once` is: after a restart a handle is unknown, and the screen asks to type again.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

_EACH = 200  # texts an account can go back to: the oldest make room
# Begins the list of hits that a search keeps beside queries: what is typed never begins with a line break.
LIST_MARK = "\nlist:"
_LIFE_S = 12 * 3600.0  # a working day since it was last looked at


@dataclass
class _Text:
    text: str
    used: float


class Asked:
    """Texts by account and handle, bounded and expiring. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: dict[int, OrderedDict[str, _Text]] = {}

    def keep(self, account_id: int, text: str) -> str:
        """A handle for `text`, safe in an address; the same text of the same account keeps its handle."""
        with self._lock:
            mine = self._mine(account_id)
            handle = next((each for each, kept in mine.items() if kept.text == text), None) or secrets.token_urlsafe(12)
            mine[handle] = _Text(text, time.monotonic())
            mine.move_to_end(handle)
            while len(mine) > _EACH:
                mine.popitem(last=False)
            return handle

    def text(self, account_id: int, handle: str) -> str | None:
        """The text, or None where the handle is unknown, too old or another account's."""
        with self._lock:
            mine = self._mine(account_id)
            kept = mine.get(handle)
            if kept is None:
                return None
            kept.used = time.monotonic()
            mine.move_to_end(handle)
            return kept.text

    def _mine(self, account_id: int) -> OrderedDict[str, _Text]:
        """The texts of one account, in the order of their last use, without those that are too old."""
        mine = self._texts.setdefault(account_id, OrderedDict())
        oldest = time.monotonic() - _LIFE_S
        while mine and next(iter(mine.values())).used < oldest:
            mine.popitem(last=False)
        return mine
