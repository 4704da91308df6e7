"""An index that fails on purpose, around one that works: for tests of whoever writes to an index or searches in it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from base.errors import StorageError
from search.index import (
    KINDS,
    Answer,
    Beside,
    Document,
    FacetName,
    IndexState,
    Kind,
    Rejected,
    Scope,
    SearchIndex,
    Sort,
    Suggestion,
)


class FailingIndex:
    """Breaks a write after `break_after` documents, sleeps `late_s` seconds before each answer, is `full` or `down`, rejects
    the documents of `rejected` ids, or `fails_to_swap`.

    Each can be set again while it is in use; with none set it does what `inner` does.
    """

    def __init__(
        self,
        inner: SearchIndex,
        *,
        break_after: int | None = None,
        late_s: float = 0,
        full: bool = False,
        down: bool = False,
        rejected: Iterable[str] = (),
        fails_to_swap: bool = False,
    ) -> None:
        self.inner = inner
        self.break_after = break_after
        self.late_s = late_s
        self.full = full
        self.down = down
        self.rejected = frozenset(rejected)
        self.fails_to_swap = fails_to_swap

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        kinds: Sequence[Kind] = KINDS,
        limit: int = 20,
        cursor: str | None = None,
        sort: Sort = "relevance",
        facets: Sequence[FacetName] = (),
    ) -> Answer:
        self._answering()
        return self.inner.search(query, scope, kinds=kinds, limit=limit, cursor=cursor, sort=sort, facets=facets)

    def suggest(self, prefix: str, scope: Scope, *, limit: int = 8) -> tuple[Suggestion, ...]:
        self._answering()
        return self.inner.suggest(prefix, scope, limit=limit)

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        self._writing()
        return self.inner.write(self.breaking(documents), deleted)

    def generation(self) -> str:
        self._answering()
        return self.inner.generation()

    def stamps(self) -> Iterator[tuple[str, str]]:
        self._answering()
        return self.inner.stamps()

    @contextmanager
    def beside(self) -> Iterator[Beside]:
        self._writing()
        with self.inner.beside() as made:
            yield _FailingBeside(self, made)

    def state(self) -> IndexState:
        time.sleep(self.late_s)
        if self.down:
            return IndexState("down", "search.index-unreadable", {"path": "index", "detail": "broken on purpose"})
        return IndexState("full", "disk.full", {"path": "index"}) if self.full else self.inner.state()

    def damaged(self) -> tuple[str, ...]:
        self._answering()
        return self.inner.damaged()

    def close(self) -> None:
        self.inner.close()

    def breaking(self, documents: Iterable[Document]) -> Iterator[Document]:
        for count, document in enumerate(documents):
            if count == self.break_after:
                raise StorageError("search.write-failed", path="index", detail="broken on purpose")
            # A value that no engine takes, so that it is the real one which refuses it.
            yield replace(document, year=-1) if document.id in self.rejected else document

    def _answering(self) -> None:
        time.sleep(self.late_s)
        if self.down:
            raise StorageError("search.index-unreadable", path="index", detail="broken on purpose")

    def _writing(self) -> None:
        self._answering()
        if self.full:
            raise StorageError("disk.full", path="index")


class _FailingBeside:
    def __init__(self, failing: FailingIndex, made: Beside) -> None:
        self._failing = failing
        self._made = made

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        return self._made.write(self._failing.breaking(documents), deleted)

    def put_in_force(self) -> None:
        if self._failing.fails_to_swap:
            raise StorageError("search.write-failed", path="index", detail="broken on purpose")
        self._made.put_in_force()
