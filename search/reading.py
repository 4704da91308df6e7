"""Readers of the embedded index: the newest commit for every search, and its hits class by class."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from base.errors import StorageError
from search.clauses import Clauses, Rank
from search.cursor import Place
from search.layout import CURRENT, current_generation, failures

_META = "meta.json"
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


class Readers:
    """Hands out searchers of the newest commit of any process, at the cost of two `stat` calls. Threads may share it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._loading = threading.Lock()
        self._state: _State | None = None

    def searcher(self) -> tantivy.Searcher:
        """StorageError `search.index-…` where there is no index that can be read."""
        state = self._state
        if state is None or not self._is_newest(state):
            with self._loading:
                state = self._state
                if state is None or not self._is_newest(state):
                    state = self._state = self._load(state)
        return state.searcher

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
        chosen = self._stamp(CURRENT)
        folder = current_generation(self._root)
        # Stamped before it is read: a commit in between is then read again, never missed.
        committed = self._stamp(folder.name, _META)
        if committed == (0, 0):
            raise StorageError("search.index-broken", path=self._root, detail=f"{folder.name}/{_META} is missing")
        with failures(self._root):
            if before is not None and before.chosen == chosen:
                index = before.index
            else:
                index = tantivy.Index.open(str(folder))
                index.config_reader("manual")
            index.reload()
            return _State(chosen, folder, committed, index, index.searcher())


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    address: tantivy.DocAddress


def collect(
    searcher: tantivy.Searcher, clauses: Clauses, ranks: Sequence[Rank], wanted: int, after: Place | None
) -> tuple[int, list[Found]]:
    """(number of all hits, the next `wanted` of them behind `after`). Every class is counted, and read while hits lack."""
    total = 0
    found: list[Found] = []
    for number, rank in enumerate(ranks):
        limit = wanted - len(found)
        if limit <= 0 or (after is not None and number <= after.rank):
            total += _run(searcher, rank.query, 1)[0]
        if limit <= 0 or (after is not None and number < after.rank):
            continue
        if after is not None and number == after.rank:
            _, hits = _run(searcher, clauses.after(rank.query, after), limit)
        else:
            count, hits = _run(searcher, rank.query, limit)
            total += count
        found.extend(Found(Place(number, key), address) for key, address in hits)
    return total, found


def _run(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int
) -> tuple[int, list[tuple[int, tantivy.DocAddress]]]:
    """(number of all hits, the first of them as (order key, address))."""
    # By a field, so that tantivy computes no scores.
    result = searcher.search(query, limit=limit, order_by_field="order", order=tantivy.Order.Asc)
    return int(result.count), result.hits  # type: ignore[attr-defined]  # missing in tantivy's stub
