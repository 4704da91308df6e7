"""An index that fails on purpose, around one that works: for tests of whoever writes to an index or searches in it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from base.errors import StorageError
from search.index import KINDS, Answer, Document, Kind, Scope, SearchIndex


class FailingIndex:
    """Breaks a write after `break_after` documents, sleeps `late_s` seconds before each answer, or is `full`.

    Each can be set again while it is in use; with none set it does what `inner` does.
    """

    def __init__(
        self, inner: SearchIndex, *, break_after: int | None = None, late_s: float = 0, full: bool = False
    ) -> None:
        self.inner = inner
        self.break_after = break_after
        self.late_s = late_s
        self.full = full

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        kinds: Sequence[Kind] = KINDS,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Answer:
        time.sleep(self.late_s)
        return self.inner.search(query, scope, kinds=kinds, limit=limit, cursor=cursor)

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        time.sleep(self.late_s)
        if self.full:
            raise StorageError("disk.full", path="index")
        self.inner.write(self._breaking(documents), deleted)

    def ids(self) -> Iterable[str]:
        time.sleep(self.late_s)
        return self.inner.ids()

    def close(self) -> None:
        self.inner.close()

    def _breaking(self, documents: Iterable[Document]) -> Iterator[Document]:
        for count, document in enumerate(documents):
            if count == self.break_after:
                raise StorageError("search.write-failed", path="index", detail="broken on purpose")
            yield document
