"""Readers of the embedded index: the newest commit for every search, and the generation it is in."""

from __future__ import annotations

import fcntl
import threading
from dataclasses import dataclass
from pathlib import Path

import tantivy

from base.errors import StorageError
from search.layout import CURRENT, Hold, current_generation, failures

_META = "meta.json"
# How often a generation may be swapped away while it is being opened.
_SWAPS = 5
# A file's times and number: both change whenever it is replaced, which is how tantivy and we commit.
_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _State:
    """One commit as a reader sees it; a search that runs keeps its own while others already see the next."""

    chosen: _Stamp
    folder: Path
    committed: _Stamp
    index: tantivy.Index
    searcher: tantivy.Searcher
    hold: Hold


@dataclass(frozen=True, slots=True)
class View:
    """One commit for one search; while it lives nobody removes its generation."""

    index: tantivy.Index
    searcher: tantivy.Searcher
    hold: Hold


class Readers:
    """Hands out views of the newest commit of any process, at the cost of two `stat` calls. Threads may share it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._loading = threading.Lock()
        self._state: _State | None = None

    def view(self) -> View:
        """StorageError `search.index-…` where there is no index that can be read."""
        state = self._state
        if state is None or not self._is_newest(state):
            with self._loading:
                state = self._state
                if state is None or not self._is_newest(state):
                    state = self._state = self._load(state)
        return View(state.index, state.searcher, state.hold)

    def close(self) -> None:
        self._state = None

    def _is_newest(self, state: _State) -> bool:
        return state.chosen == self._stamp(CURRENT) and state.committed == self._stamp(state.folder.name, _META)

    def _stamp(self, *parts: str) -> _Stamp:
        try:
            found = self._root.joinpath(*parts).stat()
        except OSError:
            # Loading names what is missing.
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)

    def _load(self, before: _State | None) -> _State:
        """The newest commit of the generation in force. One that is swapped away meanwhile is no damage: look again."""
        for _ in range(_SWAPS):
            chosen = self._stamp(CURRENT)
            try:
                return self._load_as(chosen, before)
            except StorageError:
                if chosen == self._stamp(CURRENT):
                    raise
        return self._load_as(self._stamp(CURRENT), before)

    def _load_as(self, chosen: _Stamp, before: _State | None) -> _State:
        folder = current_generation(self._root)
        # Stamped before it is read: a commit in between is then read again, never missed.
        committed = self._stamp(folder.name, _META)
        if committed == (0, 0):
            raise StorageError("search.index-broken", path=self._root, detail=f"{folder.name}/{_META} is missing")
        with failures(self._root):
            if before is not None and (before.chosen, before.folder) == (chosen, folder):
                index, hold = before.index, before.hold
            else:
                hold = Hold(folder, fcntl.LOCK_SH)
                index = tantivy.Index.open(str(folder))
                index.config_reader("manual")
            index.reload()
            return _State(chosen, folder, committed, index, index.searcher(), hold)
