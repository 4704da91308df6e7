"""The contract of a search index. One suite in `tests/search` holds every implementation to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Kind = Literal["page", "material", "person"]
KINDS: tuple[Kind, ...] = ("page", "material", "person")


@dataclass(frozen=True, slots=True)
class Document:
    """One page, material or person as the index holds it. Built from committed rows only.

    `id` is stable for the same thing (`page:ID`, `material:ID`, `person:ID`); `text` is searched by substring; `names`
    also by pinyin and initials; `identifiers` (ID numbers, 档号) exactly and by prefix; `organisation` ids are the access
    field (the unit and all above it); `stored` comes back with a hit untouched and is never searched.
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
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    next_cursor: str | None = None


class SearchIndex(Protocol):
    """Readers may be many; the embedded implementation has one writer at a time."""

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        kinds: Sequence[Kind] = KINDS,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Answer:
        """Hits in a stable order. QueryError `search.…` for a query that cannot be run; never an empty answer instead."""

    def write(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        """Adds or replaces documents and deletes ids; visible to new searches when it returns. Idempotent."""

    def ids(self) -> Iterable[str]:
        """All ids in the index, for verification."""

    def close(self) -> None: ...
