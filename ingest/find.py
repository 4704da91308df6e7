"""Search as the desks and the command line use it: the index answers, the catalogue says what the hits are now."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.office import Office
from archive.tables import Organization, PageVersion
from ingest.corrected import corrected_reading
from ingest.found import Box, Found, describe
from ocr.lines import PageReading
from search.index import KINDS, FacetName, Hit, IndexState, Kind, Scope, SearchIndex, Sort, Suggestion

# An exported list ends here and says so: nobody reads further, and a sheet of any office program still opens.
MOST_EXPORTED = 5000
_WALK = 500
# What is shown while somebody types is one act a minute in the trail, not one a key.
_SUGGESTED_S = 60.0


@dataclass(frozen=True, slots=True)
class FacetLine:
    """A value of a facet and how many hits have it; `name` is the unit's, empty where the value speaks for itself."""

    value: str
    count: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class FindAnswer:
    total: int
    took_ms: float
    hits: tuple[Found, ...]
    next_cursor: str | None
    counts: Mapping[Kind, int] = field(default_factory=dict)
    facets: Mapping[FacetName, tuple[FacetLine, ...]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "took_ms": round(self.took_ms, 2),
            "hits": [hit.as_json() for hit in self.hits],
            "next": self.next_cursor,
        }


def find(
    office: Office,
    index: SearchIndex,
    viewer: Viewer,
    query: str,
    *,
    kinds: Sequence[Kind] = KINDS,
    limit: int = 20,
    cursor: str | None = None,
    count: Sequence[Kind] = (),
    sort: Sort = "relevance",
    facets: Sequence[FacetName] = (),
    boxes: bool = True,
) -> FindAnswer:
    """Hits that the viewer may see; the search itself is an act of the audit trail, without its words.

    `count` names kinds whose totals are wanted beside (`counts`), whatever `kinds` the hits are of. With `boxes` the
    reading of every page found is opened to say where its words stand.
    """
    scope, together = scope_of(viewer), bool(count) and set(count) == set(kinds)
    wanted = tuple(dict.fromkeys((*facets, "kind"))) if together else tuple(facets)
    answer = index.search(query, scope, kinds=kinds, limit=limit, cursor=cursor, sort=sort, facets=wanted)
    counted = answer
    if count and not together:
        counted = index.search(query, scope, kinds=count, limit=1, facets=("kind",))
    with office.catalogue.read() as session:
        hits = describe(session, viewer, answer.hits)
        if boxes:
            hits = _with_boxes(office, session, hits, answer.hits)
        named = _named(session, {name: answer.facets.get(name, ()) for name in facets})
    with office.catalogue.write() as session:
        # The words of a query are personal data themselves: the trail keeps their number only.
        audit.record(session, viewer, "search", "index:all", hits=answer.total, length=len(query))
    of_kind = dict(counted.facets.get("kind", ()))
    counts = {kind: of_kind.get(kind, 0) for kind in count}
    return FindAnswer(answer.total, answer.took_ms, tuple(hits), answer.next_cursor, counts, named)


@dataclass(frozen=True, slots=True)
class HitList:
    """All hits of a query up to `MOST_EXPORTED`; `total` is how many there are."""

    hits: tuple[Found, ...]
    total: int


def hit_list(
    office: Office,
    index: SearchIndex,
    viewer: Viewer,
    query: str,
    *,
    kinds: Sequence[Kind] = KINDS,
    sort: Sort = "relevance",
    most: int = MOST_EXPORTED,
) -> HitList:
    """The hits as a list that leaves the screen: walked to its end, and in the trail with how many lines it had."""
    found: list[Found] = []
    cursor, total, taken = None, 0, 0
    while taken < most:
        size = min(_WALK, most - taken)
        answer = index.search(query, scope_of(viewer), kinds=kinds, limit=size, cursor=cursor, sort=sort)
        total, taken, cursor = answer.total, taken + len(answer.hits), answer.next_cursor
        with office.catalogue.read() as session:
            found += describe(session, viewer, answer.hits)
        if cursor is None:
            break
    with office.catalogue.write() as session:
        audit.record(session, viewer, "search.export", "index:all", lines=len(found), hits=total, length=len(query))
    return HitList(tuple(found), total)


class SearchDesk:
    """Search with its office and index bound: what the screens are given. `kept_up`: this process makes an index anew by
    itself that cannot be searched (`ingest.index_upkeep.Keeper`)."""

    def __init__(self, office: Office, index: SearchIndex, *, kept_up: bool = False) -> None:
        self._office, self._index = office, index
        self.kept_up = kept_up
        self._suggested: dict[str, float] = {}

    def __call__(self, viewer: Viewer, query: str, **options: Any) -> FindAnswer:
        """As `find`, without boxes unless they are asked for."""
        return find(self._office, self._index, viewer, query, **{"boxes": False, **options})

    def hit_list(self, viewer: Viewer, query: str, *, kinds: Sequence[Kind], sort: Sort = "relevance") -> HitList:
        """As `hit_list`."""
        return hit_list(self._office, self._index, viewer, query, kinds=kinds, sort=sort)

    def suggest(self, viewer: Viewer, prefix: str, *, kinds: Sequence[Kind], limit: int = 8) -> tuple[Suggestion, ...]:
        """Names and titles that begin as typed, of these kinds. In the trail once a minute for each who types."""
        found = self._index.suggest(prefix, scope_of(viewer), limit=limit)
        found = tuple(each for each in found if each.kind in kinds)
        if found and time.monotonic() - self._suggested.get(viewer.actor, -_SUGGESTED_S) >= _SUGGESTED_S:
            self._suggested[viewer.actor] = time.monotonic()
            with self._office.catalogue.write() as session:
                audit.record(session, viewer, "search.suggest", "index:all")
        return found

    def state(self) -> IndexState:
        """How the index is."""
        return self._index.state()


def scope_of(viewer: Viewer) -> Scope:
    """The scoping of `archive.access`, in the words of the index."""
    if viewer.organisations is None:
        return Scope(everything=True)
    return Scope(organisations=tuple(sorted(viewer.organisations)))


def _named(
    session: Session, facets: Mapping[FacetName, Sequence[tuple[str, int]]]
) -> dict[FacetName, tuple[FacetLine, ...]]:
    """Facets with the names of units in place of their numbers."""
    units = {int(value) for name in ("enterprise", "district") for value, _ in facets.get(name, ())}
    rows = (
        session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(units))) if units else ()
    )
    names = {str(number): name for number, name in rows}
    return {
        facet: tuple(
            FacetLine(value, count, names.get(value, "") if facet in ("enterprise", "district") else "")
            for value, count in values
        )
        for facet, values in facets.items()
    }


def _with_boxes(office: Office, session: Session, found: Sequence[Found], hits: Sequence[Hit]) -> list[Found]:
    """The same hits, each page with where its words stand."""
    marks = {hit.id: hit.marks for hit in hits}
    return [
        replace(each, boxes=tuple(boxes_of(_reading(office, session, each.picture), marks[each.id])))
        if each.kind == "page" and each.picture is not None
        else each
        for each in found
    ]


def _reading(office: Office, session: Session, version_id: int) -> PageReading:
    return corrected_reading(session, office.store, session.get_one(PageVersion, version_id))


def boxes_of(reading: PageReading, marks: Sequence[tuple[int, int]]) -> list[Box]:
    """The marked characters of the page's text as boxes, one for each line that a mark touches."""
    return [box for boxes in boxes_by_mark(reading, marks) for box in boxes]


def boxes_by_mark(reading: PageReading, marks: Sequence[tuple[int, int]]) -> list[list[Box]]:
    """For each mark its boxes in the order of the lines; none for a mark that only covers a line break."""
    found: list[list[Box]] = [[] for _ in marks]
    start = 0
    for line in reading.lines:
        end = start + len(line.text)
        for boxes, (first, last) in zip(found, marks, strict=True):
            if first < end and last > start:
                boxes.append(line.part(max(first, start) - start, min(last, end) - start))
        start = end + 1  # the line break
    return found
