"""The embedded index on tantivy: any number of readers in any number of processes, one writer at a time."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import tantivy

from base.errors import JuanzongError
from search.clauses import Clauses
from search.collecting import Collector
from search.damage import Watch, damaged, noted
from search.errors import QueryError
from search.hits import hit_of
from search.index import (
    KINDS,
    MOST_SUGGESTIONS,
    Answer,
    Document,
    FacetName,
    IndexState,
    Kind,
    Rejected,
    Scope,
    Sort,
    State,
    Suggestion,
)
from search.layout import current_generation, failures, make_first_generation, schema, writer_lock_held_s
from search.plan import AllOf, Everything, Term
from search.reading import Readers
from search.request import request
from search.sessions import session
from search.suggestions import KINDS_SUGGESTED, MOST_LABELS, beginning, chosen
from search.writing import COMMIT_EVERY, BesideGeneration, Writer, open_beside, open_writer, tidy

_LOCK_TIMEOUT_S = 10.0
# A commit of a day's pages needs less; with less than this free it is time to say so.
_LEAST_FREE_BYTES = 200_000_000
_STAMP_DIGITS = 16
_LONGEST_DETAIL = 300
_STATES: dict[str, State] = {"search.index-unreadable": "down", "disk.full": "full"}


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
        self._watch = Watch(path)

    @classmethod
    def create(cls, path: Path) -> EmbeddedIndex:
        """The index in `path`, made empty where there is none: for a new office, whose searches then find nothing."""
        with session(path).alone(_LOCK_TIMEOUT_S):
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
        sort: Sort = "relevance",
        facets: Sequence[FacetName] = (),
    ) -> Answer:
        """Hits by rank class (`plan.ranks`), within it persons, materials, pages, each by number; or by `sort`."""
        began = time.perf_counter()
        asked = request(query, scope, kinds, limit, cursor, sort)
        with self._watch.failures():
            collector = self._collector()
            counted = collector.counted(asked.hits, facets)
            # One more than asked for tells whether there is a next page.
            places = collector.hits(asked.classes, sort, limit + 1, asked.after, counted)
            # Read in here: what is kept of a document may be damaged as anything else.
            hits = [
                hit_of(_body(collector.view.searcher.doc(each.address)), asked.score(each.place), asked.query)
                for each in places[:limit]
            ]
        more = asked.next_cursor([each.place for each in places])
        return Answer(counted.total, (time.perf_counter() - began) * 1000, tuple(hits), more, counted.facets)

    def suggest(self, prefix: str, scope: Scope, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """Names, then titles, by the number of documents that have them."""
        if not 1 <= limit <= MOST_SUGGESTIONS:
            raise QueryError("search.limit", limit=MOST_SUGGESTIONS)
        with self._watch.failures():
            collector = self._collector()
        suggested: dict[str, Suggestion] = {}
        for kind in KINDS_SUGGESTED:
            node = beginning(prefix, scope, kind)
            if node is None:
                continue
            with self._watch.failures():
                for text in chosen(prefix, kind, collector.labels(node, MOST_LABELS)):
                    if len(suggested) == limit:
                        break
                    if text not in suggested:
                        labelled = AllOf((Term("label", text), node))
                        (first,) = collector.hits((labelled,), "relevance", 1, None)
                        found_id = json.loads(_body(collector.view.searcher.doc(first.address)))["id"]
                        suggested[text] = Suggestion(text, kind, found_id)
        return tuple(suggested.values())

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        """Deletes, then adds or replaces, in one commit: all of it or, on any error, nothing of it."""
        with self._watch.met(), self.writer(commit_every=None) as writer:
            for document_id in deleted:
                writer.delete(document_id)
            writer.add(documents)
        return tuple(writer.rejected)

    def writer(self, commit_every: int | None = COMMIT_EVERY) -> AbstractContextManager[Writer]:
        """For many documents: commits after each `commit_every` of them and at the end; an error leaves the last commit.

        BusyError `search.busy` when another writer holds the index longer than the timeout.
        """
        return open_writer(self._root, self._lock_timeout_s, commit_every)

    def stamps(self) -> Iterator[tuple[str, str]]:
        """By the digits of the stamps, one part of 256 at a time: memory stays flat."""
        with self._watch.failures():
            view = self._readers.view()
        for part in range(256):
            with self._watch.failures():
                terms = view.searcher.terms_with_prefix("stamp", f"{part:02x}", tantivy.Query.all_query())
            yield from ((term[_STAMP_DIGITS:], term[:_STAMP_DIGITS]) for term, count in terms if count)

    @contextmanager
    def beside(self) -> Iterator[BesideGeneration]:
        """BusyError `search.rebuilding` while another generation is being made."""
        try:
            with open_beside(self._root, self._lock_timeout_s) as made:
                yield made
        finally:
            self._readers.close()
            tidy(self._root)

    def generation(self) -> str:
        return current_generation(self._root).name

    def state(self) -> IndexState:
        if files := noted(self._root):
            detail = ", ".join(files)[:_LONGEST_DETAIL]
            return IndexState("rebuild", "search.index-broken", {"path": str(self._root), "detail": detail})
        try:
            collector = self._collector()
            with failures(self._root):
                for each in collector.hits((Everything(),), "relevance", 1, None):
                    json.loads(_body(collector.view.searcher.doc(each.address)))
            free = shutil.disk_usage(self._root).free
        except JuanzongError as error:
            return IndexState(_STATES.get(error.code, "rebuild"), error.code, error.params)
        except OSError as error:
            return IndexState("down", "search.index-unreadable", {"path": str(self._root), "detail": error.strerror})
        if free < _LEAST_FREE_BYTES:
            return IndexState("full", "disk.full", {"path": str(self._root)})
        if writer_lock_held_s(self._root) > self._lock_timeout_s:
            return IndexState("busy", "search.busy", {"path": str(self._root), "seconds": self._lock_timeout_s})
        return IndexState("ready")

    def damaged(self) -> tuple[str, ...]:
        return damaged(self._root)

    def close(self) -> None:
        """Ends this process's writer as well, when its merges are done."""
        self._readers.close()
        session(self._root).close()

    def _collector(self) -> Collector:
        return Collector(self._clauses, self._readers.view())


def _body(document: tantivy.Document) -> bytes:
    fields: dict[str, list[Any]] = document.to_dict()
    found: bytes = fields["body"][0]
    return found
