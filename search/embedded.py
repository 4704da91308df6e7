"""The embedded index on tantivy: any number of readers in any number of processes, one writer at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import tantivy

from search import cursor as cursors
from search.clauses import Clauses
from search.errors import QueryError
from search.highlight import marks, snippet
from search.index import KINDS, Answer, Document, Hit, Kind, Scope
from search.layout import failures, make_first_generation, schema, writer_lock
from search.query import Query, parse_query
from search.reading import Readers, collect
from search.writing import Writer, open_writer

MOST_HITS = 1000
_LOCK_TIMEOUT_S = 10.0
_COMMIT_EVERY = 20_000


class EmbeddedIndex:
    """The index in a folder; see `search.index.SearchIndex`.

    Opening takes no lock and makes nothing. Threads may share one object; a forked process makes its own. A commit of any
    process is seen by the next search. StorageError `search.index-missing`, `search.index-format` (rebuild it) or
    `search.index-broken` where there is nothing that can be searched: never an empty answer instead.
    """

    def __init__(self, path: Path, *, lock_timeout_s: float = _LOCK_TIMEOUT_S) -> None:
        self._root = path
        self._lock_timeout_s = lock_timeout_s
        self._clauses = Clauses(schema())
        self._readers = Readers(path)

    @classmethod
    def create(cls, path: Path) -> EmbeddedIndex:
        """The index in `path`, made empty where there is none: for a new office, whose searches then find nothing."""
        with writer_lock(path, _LOCK_TIMEOUT_S):
            make_first_generation(path)
        return cls(path)

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        kinds: Sequence[Kind] = KINDS,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Answer:
        """Hits by rank class (`Clauses.ranks`), within it persons, materials, pages, each by number."""
        began = time.perf_counter()
        if not 1 <= limit <= MOST_HITS:
            raise QueryError("search.limit", limit=MOST_HITS)
        parsed = parse_query(query)
        asked = json.dumps([query, sorted(set(kinds))])
        after = cursors.decode(cursor, asked) if cursor else None
        searcher = self._readers.searcher()
        with failures(self._root):
            ranks = self._clauses.ranks(parsed, scope, kinds)
            # One more than asked for tells whether there is a next page.
            total, found = collect(searcher, self._clauses, ranks, limit + 1, after)
            hits = [_hit(searcher.doc(each.address), ranks[each.place.rank].score, parsed) for each in found[:limit]]
        more = cursors.encode(found[limit - 1].place, asked) if len(found) > limit else None
        return Answer(total, (time.perf_counter() - began) * 1000, tuple(hits), more)

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        """Deletes, then adds or replaces, in one commit: all of it or, on any error, nothing of it."""
        with self.writer(commit_every=None) as writer:
            for document_id in deleted:
                writer.delete(document_id)
            for document in documents:
                writer.add(document)

    def writer(self, commit_every: int | None = _COMMIT_EVERY) -> AbstractContextManager[Writer]:
        """For many documents: commits after each `commit_every` of them and at the end; an error leaves the last commit.

        BusyError `search.busy` when another writer holds the index longer than the timeout.
        """
        return open_writer(self._root, self._lock_timeout_s, commit_every)

    def ids(self) -> Iterator[str]:
        """All ids in the index as it is now, in the order of their characters."""
        searcher = self._readers.searcher()
        with failures(self._root):
            terms = searcher.terms_with_prefix("id", "", tantivy.Query.all_query())
        return (term for term, count in terms if count)

    def close(self) -> None:
        self._readers.close()


def _hit(document: tantivy.Document, score: float, query: Query) -> Hit:
    fields: dict[str, list[Any]] = document.to_dict()
    body: dict[str, Any] = json.loads(fields["body"][0])
    text = str(body["text"])
    places = marks(text, query.words())
    return Hit(
        id=fields["id"][0],
        kind=fields["kind"][0],
        title=str(body["title"]),
        score=score,
        text=text,
        snippet=snippet(text, places),
        marks=places,
        stored=body["stored"],
    )
