"""The writer of the embedded index: documents in, commits out, one process at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import tantivy

from base.errors import BusyError, StorageError
from search.admission import refusal
from search.analysis import order_key, tokens_of_all
from search.hits import body_of
from search.index import Document, Rejected, stamp
from search.keys import archive_key, day_key, labels
from search.layout import (
    BESIDE_LOCK,
    WORD_FIELDS,
    Hold,
    current_generation,
    failures,
    make_first_generation,
    make_generation,
    name_generation,
    remove_old_generations,
    writer_lock,
)
from search.sessions import session

# A day's pages by the commit, or all of them at once: the more of them lie in memory, the fewer merges follow.
_HEAP_BYTES, _BULK_HEAP_BYTES = 64_000_000, 160_000_000
COMMIT_EVERY = 20_000
_MOST_BITS = 1 << 27
# Pages folded and cut into tokens at once: more of them no longer fit into a core's own memory.
_TOGETHER, _CHARACTERS_TOGETHER = 16, 20_000


class Writer:
    """Adds, replaces and deletes; nothing is seen by a reader before a commit. `rejected` are those it did not take."""

    def __init__(
        self, inner: tantivy.IndexWriter, root: Path, commit_every: int | None, seen: _Seen | None = None
    ) -> None:
        self._seen = seen
        self._inner = inner
        self._root = root
        self._commit_every = commit_every
        self._waiting = 0
        self.rejected: list[Rejected] = []

    def add(self, documents: Iterable[Document]) -> None:
        """Adds each document, in place of one with its id; one that cannot be taken only leaves that place empty."""
        for some in _together(documents):
            refused = [refusal(each) for each in some]
            tokens = tokens_of_all([each for each, why in zip(some, refused, strict=True) if why is None])
            for document, why in zip(some, refused, strict=True):
                if why is None:
                    self._put(document, next(tokens))
                else:
                    self.rejected.append(why)
                    self.delete(why.id)

    def _put(self, document: Document, tokens: dict[str, str]) -> None:
        made = _made(document, tokens)
        with failures(self._root):
            if self._seen is None or self._seen.before(document.id):
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

    def finish(self) -> None:
        """Commits, waits for its merges and ends."""
        self.commit()
        with failures(self._root):
            self._inner.wait_merging_threads()

    def abandon(self) -> None:
        """Ends with what was committed."""
        with contextlib.suppress(ValueError):
            self._inner.rollback()
        with contextlib.suppress(ValueError):
            self._inner.wait_merging_threads()


@contextlib.contextmanager
def open_writer(root: Path, timeout_s: float, commit_every: int | None) -> Iterator[Writer]:
    """The one writer of the index in `root`, which is made where there is none. Commits at the end; an error rolls back."""

    def make() -> tantivy.IndexWriter:
        make_first_generation(root)
        return _writer_of(root, current_generation(root))

    with session(root).writer(timeout_s, make, lambda: _identity(root)) as inner:
        remove_old_generations(root)
        writer = Writer(inner, root, commit_every)
        yield writer
        writer.commit()


def _identity(root: Path) -> object:
    """The generation in force, however it came there; None where there is none that can be written."""
    try:
        folder = current_generation(root)
        return folder.name, folder.stat().st_ino
    except (StorageError, OSError):
        return None


def _writer_of(root: Path, folder: Path, heap_bytes: int = _HEAP_BYTES) -> tantivy.IndexWriter:
    with failures(root):
        return tantivy.Index.open(str(folder)).writer(heap_bytes, 1)


class _Seen:
    """Which ids a new generation has had: it needs no deleting for the others. A bit for each number, so that memory stays
    flat; an id without a number, or with a very large one, is held for seen."""

    def __init__(self) -> None:
        self._bits: dict[str, bytearray] = {}

    def before(self, document_id: str) -> bool:
        """Whether `document_id` may have been there; from now on it has."""
        kind, _, number = document_id.partition(":")
        serial = int(number) if number.isascii() and number.isdigit() else _MOST_BITS
        if serial >= _MOST_BITS:
            return True
        bits = self._bits.setdefault(kind, bytearray())
        at, bit = serial >> 3, 1 << (serial & 7)
        if at >= len(bits):
            bits.extend(bytes(at + 1 - len(bits)))
        seen = bool(bits[at] & bit)
        bits[at] |= bit
        return seen


class BesideGeneration:
    """A generation that is not in force yet; see `search.index.Beside`."""

    def __init__(self, root: Path, folder: Path, timeout_s: float) -> None:
        self._root = root
        self._folder = folder
        self._timeout_s = timeout_s
        inner = _writer_of(root, folder, _BULK_HEAP_BYTES)
        # Nobody sees it before the swap: commits on the way would only make more to merge.
        self._writer: Writer | None = Writer(inner, root, None, _Seen())

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        writer = self._at_work()
        before = len(writer.rejected)
        for document_id in deleted:
            writer.delete(document_id)
        writer.add(documents)
        return tuple(writer.rejected[before:])

    def put_in_force(self) -> None:
        """Waits until all of it is on the disk, then for the writer of the old generation to end."""
        self._at_work().finish()
        self._writer = None
        with session(self._root).alone(self._timeout_s):
            name_generation(self._root, self._folder.name)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None

    def _at_work(self) -> Writer:
        if self._writer is None:
            raise StorageError("search.index-swapped", path=self._root)
        return self._writer


@contextlib.contextmanager
def open_beside(root: Path, timeout_s: float) -> Iterator[BesideGeneration]:
    """A new generation beside the one in force; BusyError `search.rebuilding` while another is being made."""
    with _only_one_beside(root):
        with session(root).alone(timeout_s):
            folder = make_generation(root)
            # Before the writer's lock is given back: whoever has it removes what nobody holds.
            hold = Hold(folder)
        try:
            beside = BesideGeneration(root, folder, timeout_s)
            try:
                yield beside
            finally:
                beside.close()
        finally:
            hold.release()


@contextlib.contextmanager
def _only_one_beside(root: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(writer_lock(root, 0, BESIDE_LOCK))
        except BusyError as error:
            raise BusyError("search.rebuilding", path=root) from error
        yield


def tidy(root: Path) -> None:
    """Removes old generations now, or leaves them to the next writer where one is at work."""
    with contextlib.suppress(BusyError), session(root).alone(0):
        remove_old_generations(root)


def _together(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """As they come, some at a time: few of the size of a page, one of the size of a register."""
    some: list[Document] = []
    characters = 0
    for document in documents:
        some.append(document)
        characters += len(document.text) if isinstance(document.text, str) else 0
        if len(some) == _TOGETHER or characters >= _CHARACTERS_TOGETHER:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _made(document: Document, tokens: dict[str, str]) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", document.id)
    # The digest first: then `stamps` reads equal parts of the whole by how it begins.
    made.add_text("stamp", stamp(document) + document.id)
    made.add_text("kind", document.kind)
    for field in WORD_FIELDS:
        made.add_text(field, tokens[field])
    for value in tokens["class"].split():
        made.add_text("class", value)
    for value in labels(document):
        made.add_text("label", value)
    made.add_text("organisation", " ".join(map(str, document.organisations)))
    made.add_text("archive_key", archive_key(document))
    for field, number in _numbers(document).items():
        if number is not None:
            made.add_integer(field, number)
    made.add_bytes("body", body_of(document).encode())
    return made


def _numbers(document: Document) -> dict[str, int | None]:
    return {
        "order": order_key(document.id),
        "day_key": day_key(document),
        "year": document.year,
        "day": document.day,
        "confidence": None if document.confidence is None else round(document.confidence * 100),
        "enterprise": document.enterprise,
        "district": document.district,
    }
