"""The writer of the embedded index: documents in, commits out, one process at a time."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import tantivy

from search.analysis import order_key, tokens_of
from search.index import Document
from search.layout import current_generation, failures, make_first_generation, writer_lock

_HEAP_BYTES = 64_000_000


class Writer:
    """Adds, replaces and deletes; nothing is seen by a reader before a commit."""

    def __init__(self, inner: tantivy.IndexWriter, root: Path, commit_every: int | None) -> None:
        self._inner = inner
        self._root = root
        self._commit_every = commit_every
        self._waiting = 0

    def add(self, document: Document) -> None:
        """Adds the document, in place of one with its id."""
        made = _made(document)
        with failures(self._root):
            self._inner.delete_documents_by_term("id", document.id)
            self._inner.add_document(made)
        self._waiting += 1
        if self._commit_every and self._waiting >= self._commit_every:
            self.commit()

    def delete(self, document_id: str) -> None:
        with failures(self._root):
            self._inner.delete_documents_by_term("id", document_id)

    def commit(self) -> None:
        with failures(self._root):
            self._inner.commit()
        self._waiting = 0


@contextlib.contextmanager
def open_writer(root: Path, timeout_s: float, commit_every: int | None) -> Iterator[Writer]:
    """The one writer of the index in `root`, which is made where there is none. Commits at the end; an error rolls back."""
    with writer_lock(root, timeout_s):
        make_first_generation(root)
        folder = current_generation(root)
        with failures(root):
            inner = tantivy.Index.open(str(folder)).writer(_HEAP_BYTES, 1)
        try:
            writer = Writer(inner, root, commit_every)
            yield writer
            writer.commit()
        except BaseException:
            # A writer whose threads died cannot roll back either: what was not committed is gone in both cases.
            with contextlib.suppress(ValueError):
                inner.rollback()
            with contextlib.suppress(ValueError):
                inner.wait_merging_threads()
            raise
        with failures(root):
            # Merges run in threads of this process; they must end before the lock does, or they are lost every time.
            inner.wait_merging_threads()


def _made(document: Document) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_text("kind", document.kind)
    made.add_integer("order", order_key(document.id))
    for field, tokens in tokens_of(document).items():
        made.add_text(field, tokens)
    made.add_text("organisation", " ".join(map(str, document.organisations)))
    if document.year is not None:
        made.add_integer("year", document.year)
    body = {"text": document.text, "title": document.title, "stored": document.stored}
    made.add_bytes("body", json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return made
