"""The contract of a search index. One suite in `tests/search` holds every implementation to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from hashlib import sha256
from operator import attrgetter
from typing import Any, Literal, Protocol

Kind = Literal["page", "material", "person"]
KINDS: tuple[Kind, ...] = ("page", "material", "person")
Sort = Literal["relevance", "archive_no", "date"]
SORTS: tuple[Sort, ...] = ("relevance", "archive_no", "date")
FacetName = Literal["kind", "class", "decade", "enterprise", "district"]
FACETS: tuple[FacetName, ...] = ("kind", "class", "decade", "enterprise", "district")
Facets = Mapping[FacetName, tuple[tuple[str, int], ...]]
MOST_HITS, MOST_FACET_VALUES, MOST_SUGGESTIONS = 1000, 1000, 50


@dataclass(frozen=True, slots=True)
class Document:
    """One page, material or person as the index holds it. Built from committed rows only.

    `id` is stable for the same thing (`page:ID`, `material:ID`, `person:ID`); `text` is searched by substring; `names`
    also by pinyin and initials; `identifiers` (ID numbers, 档号) exactly and by prefix; `organisation` ids are the access
    field (the unit and all above it); `units` are the names of the same, `place` where it stands on the shelves; `enterprise` and
    `district` are organisation ids for facets; `day` is yyyymmdd of the thing itself, unknown parts 00; `archive_no` is
    what hits are sorted by; `confidence` (0 to 1, pages) is how sure the reading is. `stored` comes back with a hit
    untouched and is never searched: whatever JSON holds.
    """

    id: str
    kind: Kind
    text: str
    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    title: str = ""
    class_code: str = ""
    year: int | None = None
    organisations: tuple[int, ...] = ()
    stored: dict[str, Any] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    enterprise: int | None = None
    district: int | None = None
    place: str = ""
    day: int | None = None
    archive_no: str = ""
    confidence: float | None = None


_VALUES = attrgetter(*(each.name for each in fields(Document)))
_STAMPED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=repr)


def stamp(document: Document) -> str:
    """16 hexadecimal digits that change with anything in the document: an index tells by them whether it is stale."""
    body = _STAMPED.encode(_VALUES(document))
    return sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an account may find. `everything` for an administrator of the whole office, otherwise organisations by id."""

    everything: bool = False
    organisations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """`snippet` is a cut of the text as written; `marks` are (start, end) of the words found, in characters of `text`."""

    id: str
    kind: Kind
    title: str
    score: float
    text: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    stored: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """`facets` holds those asked for: (value, hits) of each value that any hit has, the 1,000 most frequent at most.

    Values: a kind; a class and all above it (`9-1` counts for `9` too); the first year of a decade (`1970`); the id of an
    organisation. Most hits first, then by value; decades and classes in their own order (`facets.ordered`). They and
    `total` count all hits of the query and kinds within the scope, whatever the cursor.
    """

    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    next_cursor: str | None = None
    facets: Facets = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name or title that begins as typed, and the document that has it: one of them, where several do."""

    text: str
    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document that the index did not take; `reason` is a message code (`search.document-…`), `values` its values."""

    id: str
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


State = Literal["ready", "busy", "degraded", "down", "full", "wrong-version", "rebuild"]


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index is; `detail` is a message code that says it to a person, with `values` ("" where it is ready).

    busy: searches, and a write has to wait; degraded: searches, with less behind it than there should be; down: does not
    answer; full: searches, and takes no writes for want of room; wrong-version: a server that this program does not know;
    rebuild: there is no index, or one that cannot be searched exactly.
    """

    state: State
    detail: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


class Beside(Protocol):
    """An index that is made beside the one in force, empty at first. Leaving its context without swapping discards it."""

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        """As `SearchIndex.write`, into the new one; seen by nobody before the swap. For many documents, call by call."""

    def put_in_force(self) -> None:
        """Swaps for all processes at once; the old one goes when no reader needs it. Once only, last of all.

        What others wrote to the old one meanwhile is not in the new one: who rebuilds writes it here as well, and holds
        off other writers from there until this returns.
        """


class SearchIndex(Protocol):
    """Readers may be many; the embedded implementation has one writer at a time.

    QueryError `search.…` is a query that cannot be run, StorageError or BusyError an engine that cannot: never an empty
    answer instead.
    """

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
        """Hits in a stable order: new documents shift nothing on the pages that follow.

        relevance: rank classes (`plan.ranks`), within each by `order_key`; archive_no: by its characters, then by
        `order_key`, those without one last; date: `day` ascending, then `order_key`, those without one last. A cursor
        belongs to its query, kinds and sort.
        """

    def suggest(self, prefix: str, scope: Scope, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """Distinct names (by hanzi, pinyin, initials), then titles, that begin with `prefix`. Nothing for a blank one."""

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> tuple[Rejected, ...]:
        """Deletes ids, then adds or replaces documents; visible to new searches when it returns. Idempotent.

        One that cannot be taken is told of in the answer and leaves the others alone; what the index held under its id
        is gone, as it is no longer true.
        """

    def stamps(self) -> Iterator[tuple[str, str]]:
        """(id, `stamp`) of every document as of one moment, in any order."""

    def beside(self) -> AbstractContextManager[Beside]:
        """For a rebuild while this one goes on being searched and written. BusyError while another is being made."""

    def generation(self) -> str:
        """The name of what is in force now. StorageError where nothing can be searched."""

    def state(self) -> IndexState:
        """Never raises. `rebuild` also where a search or write has met damage (`damaged`)."""

    def damaged(self) -> tuple[str, ...]:
        """The parts of the index in force that are not as they were written, by name; reads all of it. () where nothing is
        damaged, and from an engine that checks its parts by itself. StorageError where there is no index to look at."""

    def close(self) -> None: ...
