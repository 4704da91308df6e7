"""The index held against itself, file by file, and against the catalogue, document by document. Memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive import outbox
from archive.office import Office
from archive.tables import OutboxRow
from base.clock import now
from ingest.index_documents import build_many, indexed_ids
from ingest.indexer import ROWS
from search.index import KINDS, SearchIndex, stamp

_PLACES = {kind: place for place, kind in enumerate(KINDS)}
_FIELDS = np.dtype([("key", np.int64), ("stamp", np.uint64)])
# An id is kept as its kind above its number.
_SHIFT = 56


@dataclass(slots=True)
class Verified:
    """`bad`: (id, problem); problem is missing, extra, stale or refused; `index:PART` is damaged.

    Of an index with damaged parts no document can be checked: `unsure` says so once, as `index:documents`. `moving` are those
    of the unsure that wait for the index or were written meanwhile: nothing is wrong with them.
    """

    checked: int = 0
    bad: list[tuple[str, str]] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    moving: frozenset[str] = frozenset()

    @property
    def damaged(self) -> bool:
        """Whether the index is to be made anew; nothing less mends it."""
        return any(problem == "damaged" for _, problem in self.bad)

    def as_json(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "good": self.checked - len(self.bad) - len(self.unsure),
            "bad": [{"id": each, "problem": problem} for each, problem in self.bad],
            "could_not_check": self.unsure,
        }


def verify_index(office: Office, index: SearchIndex) -> Verified:
    """Whether the index is as it was written; then each document built anew and compared by its stamp.

    Unsure are those that wait for the index, that changed while this ran, or whose text could not be read from the store.
    """
    began = now()
    if parts := index.damaged():
        # What such an index says of its documents proves nothing, whichever way.
        return Verified(len(parts) + 1, [(f"index:{each}", "damaged") for each in parts], ["index:documents"])
    kept, odd = _present(index)
    met = np.zeros(len(kept), dtype=bool)
    answer = Verified(checked=len(odd), bad=[(each, "extra") for each in odd])
    for kind in KINDS:
        after = 0
        while True:
            with office.catalogue.read() as session:
                numbers = indexed_ids(session, kind, after, ROWS)
                ids = [f"{kind}:{each}" for each in numbers]
                _compare(office, session, ids, kept, met, answer)
            if not numbers:
                break
            after = numbers[-1]
    answer.checked += int((~met).sum())
    answer.bad += [(_id(key), "extra") for key in kept["key"][~met]]
    with office.catalogue.read() as session:
        _leave_out_what_moves(session, answer, kept, met, began)
    return answer


def repair(office: Office, verified: Verified) -> int:
    """Announces the documents that are bad: the next who writes the index mends them. How many. A damaged index is rebuilt
    instead (`ingest.index_rebuild`)."""
    with office.catalogue.write() as session:
        outbox.announce(session, (each for each, _ in verified.bad))
    return len(verified.bad)


def _present(index: SearchIndex) -> tuple[Any, list[str]]:
    """(sorted ids and stamps of the index, 16 bytes each; ids of no form of ours)."""
    odd: list[str] = []

    def rows() -> Iterator[tuple[int, int]]:
        for document_id, digest in index.stamps():
            key = _key(document_id)
            if key is None:
                odd.append(document_id)
            else:
                yield key, int(digest, 16)

    kept = np.fromiter(rows(), dtype=_FIELDS)
    kept.sort(order="key")
    return kept, odd


def _compare(office: Office, session: Session, ids: list[str], kept: Any, met: Any, answer: Verified) -> None:
    built = build_many(office, session, ids)
    answer.checked += len(ids)
    # What can never be in the index as long as it stays so is no longer the index's fault, and is to be seen all the same.
    answer.unsure += sorted(built.refused)
    for each in [*built.refused, *built.gone]:
        _find(each, kept, met)
    answer.unsure += built.gone
    for document in built.documents:
        place = _find(document.id, kept, met)
        if place is None:
            answer.bad.append((document.id, "missing"))
        elif int(kept["stamp"][place]) != int(stamp(document), 16):
            answer.bad.append((document.id, "stale"))


def _find(document_id: str, kept: Any, met: Any) -> int | None:
    key = _key(document_id)
    if key is None:
        return None
    place = int(np.searchsorted(kept["key"], key))
    if place == len(kept) or kept["key"][place] != key:
        return None
    met[place] = True
    return place


def _leave_out_what_moves(session: Session, answer: Verified, kept: Any, met: Any, began: datetime) -> None:
    """A document that waits, or was written while this ran, is neither good nor bad; one that was refused says so."""
    rows = session.execute(
        select(OutboxRow.document_id, OutboxRow.indexed_at, OutboxRow.rejected_at).where(
            or_(OutboxRow.indexed_at.is_(None), OutboxRow.indexed_at >= began)
        )
    ).all()
    refused = {each for each, _, at in rows if at is not None}
    waiting = {each for each, indexed, rejected in rows if indexed is None and rejected is None}
    written = {each for each, indexed, _ in rows if indexed is not None}
    wrong = {each for each, _ in answer.bad}
    there = {each for each in waiting if each in wrong or _find(each, kept, met) is not None}
    answer.unsure = sorted({*answer.unsure, *there, *written.intersection(wrong)})
    answer.moving = frozenset(answer.unsure) & (waiting | written)
    answer.bad = sorted(
        (each, "refused" if problem == "missing" and each in refused else problem)
        for each, problem in answer.bad
        if each not in waiting and each not in written
    )


def _key(document_id: str) -> int | None:
    kind, _, number = document_id.partition(":")
    if kind not in _PLACES or not (number.isascii() and number.isdigit()):
        return None
    return _PLACES[kind] << _SHIFT | int(number)


def _id(key: int) -> str:
    return f"{KINDS[int(key) >> _SHIFT]}:{int(key) & ((1 << _SHIFT) - 1)}"
