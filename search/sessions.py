"""The writer of a process stays open between its writes, so that merges go on behind them: a commit waits for none.

It is closed, and the lock of the index given back, when nobody here has written for a while, at once when another process
waits for it, and at the end of the process. Closing waits for the merges: broken off they would begin again every time.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import tantivy

from base.errors import BusyError
from search.layout import WAIT_S, touch_lock, waiting_since, writer_lock

_IDLE_S = 5.0
_LOOK_EVERY_S = 0.05


class Session:
    """The writer of one index in this process: closed, open, or in use by one thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._turn = threading.Lock()
        self._inner: tantivy.IndexWriter | None = None
        self._locked = contextlib.ExitStack()
        self._of: object = None
        self._used = 0.0
        self._opened_ns = 0

    @contextlib.contextmanager
    def writer(
        self, timeout_s: float, make: Callable[[], tantivy.IndexWriter], of: Callable[[], object]
    ) -> Iterator[tantivy.IndexWriter]:
        """The open writer, or the one that `make` makes under the lock; an error of the block closes it.

        `of` names what it writes to: where that has changed, an open one writes to what is gone, and another is made.
        BusyError `search.busy` when another thread or process has it longer than `timeout_s` seconds.
        """
        with self._taken(timeout_s):
            if self._inner is not None and self._of != of():
                self._close(keep=False)
            if self._inner is None:
                self._locked.enter_context(writer_lock(self._root, timeout_s))
                self._opened_ns = time.time_ns()
            try:
                if self._inner is None:
                    self._inner, self._of = make(), of()
                touch_lock(self._root)
                yield self._inner
            except BaseException:
                self._close(keep=False)
                raise
            self._used = time.monotonic()
            if self._is_wanted():
                self._close()
                time.sleep(WAIT_S)
        _watch()

    @contextlib.contextmanager
    def alone(self, timeout_s: float) -> Iterator[None]:
        """The lock of the index with no writer open: for whoever changes which generation is in force."""
        with self._taken(timeout_s):
            self._close()
            with writer_lock(self._root, timeout_s):
                yield

    def close_if_free(self, *, only_if_due: bool = False) -> None:
        """Closes it unless somebody is writing; `only_if_due`: where nobody has for a while, or somebody waits for it."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            if not only_if_due or time.monotonic() - self._used > _IDLE_S or self._is_wanted():
                self._close()
        finally:
            self._turn.release()

    @property
    def closed(self) -> bool:
        return self._inner is None

    def close(self) -> None:
        """Waits for who uses it, and for its merges."""
        with self._turn:
            self._close()

    def leave_behind(self) -> None:
        """In a forked child of a process that was writing: its threads are in the parent, and so is the lock."""
        _LEFT_BEHIND.append(self._inner)
        self._locked.close()

    @contextlib.contextmanager
    def _taken(self, timeout_s: float) -> Iterator[None]:
        if not self._turn.acquire(timeout=timeout_s):
            raise BusyError("search.busy", path=self._root, seconds=timeout_s)
        try:
            yield
        finally:
            self._turn.release()

    def _is_wanted(self) -> bool:
        return waiting_since(self._root) > self._opened_ns

    def _close(self, *, keep: bool = True) -> None:
        """A writer whose threads died cannot roll back: what was not committed is gone in both cases."""
        inner, self._inner = self._inner, None
        with self._locked:
            if inner is not None:
                with contextlib.suppress(ValueError):
                    if not keep:
                        inner.rollback()
                # Damage is told by whoever reads or writes next.
                with contextlib.suppress(ValueError):
                    inner.wait_merging_threads()


_SESSIONS: dict[Path, Session] = {}
_LEFT_BEHIND: list[object] = []
_REGISTRY = threading.Lock()
_WATCHING = threading.Event()


def session(root: Path) -> Session:
    """The one session of this process for the index in `root`, however many objects name it."""
    with _REGISTRY:
        return _SESSIONS.setdefault(root.resolve(), Session(root))


def _watch() -> None:
    with _REGISTRY:
        if not _WATCHING.is_set():
            _WATCHING.set()
            threading.Thread(target=_close_in_time, name="index-writers", daemon=True).start()


def _close_in_time() -> None:
    while True:
        time.sleep(_LOOK_EVERY_S)
        for each in list(_SESSIONS.values()):
            each.close_if_free(only_if_due=True)
        with _REGISTRY:
            if all(each.closed for each in _SESSIONS.values()):
                _WATCHING.clear()
                return


@atexit.register
def _close_all() -> None:
    for each in list(_SESSIONS.values()):
        each.close()


def _before_fork() -> None:
    # A child would hold the locks of an open one for as long as it lives.
    for each in list(_SESSIONS.values()):
        each.close_if_free()
    _REGISTRY.acquire()


def _after_fork() -> None:
    for each in _SESSIONS.values():
        each.leave_behind()
    _SESSIONS.clear()
    _WATCHING.clear()
    _REGISTRY.release()


os.register_at_fork(before=_before_fork, after_in_parent=_REGISTRY.release, after_in_child=_after_fork)
