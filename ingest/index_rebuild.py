"""The index made anew beside the one in force, which goes on being searched and written until they are swapped.

Nothing that changes meanwhile is lost: what was announced since the beginning is written to the new one as well, the last of
it while nobody else writes. A rebuild that is stopped or killed leaves the old index as it is; the next one starts anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from archive import index_life
from archive.office import Office
from base.errors import BusyError, JuanzongError, StorageError
from base.progress import Progress
from ingest.index_documents import build_many, count_indexed, indexed_ids, reason_of
from ingest.indexer import ROWS, indexer_lock, machine, rebuild_lock
from search.index import Beside, Kind, SearchIndex

# Persons first, as there are few and they are what is looked for.
_ORDER: tuple[Kind, ...] = ("person", "material", "page")
# An index that refuses so many is not to be put in force: something is wrong with it, not with them.
_MOST_REFUSED = 10_000
_BEAT_S = 1.0
_POLL_S = 0.05


@dataclass(slots=True)
class Rebuilt:
    """`documents` written, and those that were refused, with why."""

    documents: int = 0
    refused: dict[str, str] = field(default_factory=dict)


class Stopped(Exception):  # noqa: N818  # no failure
    """Somebody wished the rebuild to stop."""


def rebuild(
    office: Office, index: SearchIndex, progress: Progress, stopping: Callable[[], bool] = lambda: False
) -> Rebuilt:
    """Builds all documents into a new index and swaps. BusyError `index.rebuild-running` where another one is at it.

    StorageError `index.refuses-all` where it takes next to nothing; then, as after any error, the old one stays in force.
    `Stopped` where it is `stopping`. The caller does not hold the indexer's lock.
    """
    with _only_one(office):
        with office.catalogue.write() as session:
            run = index_life.begin_rebuild(session, f"{machine()}:{os.getpid()}", _count(session))
        try:
            return _Rebuild(office, run, progress, stopping).into(index)
        except (Stopped, KeyboardInterrupt):
            _end(office, run, "stopped")
            raise
        except JuanzongError as error:
            _end(office, run, "failed", error)
            raise


class _Rebuild:
    def __init__(self, office: Office, run: int, progress: Progress, stopping: Callable[[], bool]) -> None:
        self._office, self._run, self._progress, self._stopping = office, run, progress, stopping
        self._rebuilt = Rebuilt()
        self._beat_at = 0.0
        with office.catalogue.read() as session:
            self._total = _count(session)

    def into(self, index: SearchIndex) -> Rebuilt:
        with index.beside() as beside:
            self._fill(beside)
            while self._follow(beside):
                pass
            self._beat(swapping=True)
            with self._alone():
                while self._follow(beside):
                    self._beat(swapping=True)
                beside.put_in_force()
                with self._office.catalogue.write() as session:
                    index_life.put_in_force(session, self._run, self._rebuilt.documents, self._rebuilt.refused)
        self._progress.step("progress.rebuilding", self._total, self._total)
        return self._rebuilt

    def _fill(self, beside: Beside) -> None:
        """All there is, by number: a thing that is made meanwhile is met here or announced, or both."""
        for kind in _ORDER:
            after = 0
            while True:
                with self._office.catalogue.read() as session:
                    numbers = indexed_ids(session, kind, after, ROWS)
                    self._write(beside, session, [f"{kind}:{each}" for each in numbers], new=True)
                if not numbers:
                    break
                after = numbers[-1]
                self._beat()

    def _follow(self, beside: Beside) -> bool:
        """Writes some of what changed since the beginning; whether there was any."""
        with self._office.catalogue.read() as session:
            rows = index_life.changed_since(session, self._run, ROWS)
            self._write(beside, session, [row.document_id for row in rows])
        with self._office.catalogue.write() as session:
            index_life.mark_rebuilt(session, self._run, [row.id for row in rows])
        return bool(rows)

    def _write(self, beside: Beside, session: Session, ids: list[str], *, new: bool = False) -> None:
        if self._stopping():
            raise Stopped
        if not ids:
            return
        built = build_many(self._office, session, ids)
        for each in ids:
            self._rebuilt.refused.pop(each, None)
        refused = {each: reason_of(error.code, error.params) for each, error in built.refused.items()}
        taken = beside.write(built.documents, deleted=[*built.gone, *built.refused])
        self._rebuilt.refused |= refused | {each.id: reason_of(each.reason, dict(each.values)) for each in taken}
        if new:
            self._rebuilt.documents += len(built.documents) - len(taken)
        if len(self._rebuilt.refused) > _MOST_REFUSED:
            raise StorageError("index.refuses-all", count=len(self._rebuilt.refused))

    def _beat(self, *, swapping: bool = False) -> None:
        at = time.monotonic()
        if at - self._beat_at < _BEAT_S and not swapping:
            return
        self._beat_at = at
        with self._office.catalogue.write() as session:
            index_life.beat(session, self._run, self._rebuilt.documents, swapping=swapping)
        self._progress.step("progress.rebuilding", min(self._rebuilt.documents, self._total), self._total)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Until who writes to the old index has ended: it sees that a rebuild waits, and goes after its next batch."""
        while True:
            with indexer_lock(self._office) as mine:
                if mine:
                    yield
                    return
            if self._stopping():
                raise Stopped
            self._beat(swapping=True)
            time.sleep(_POLL_S)


@contextmanager
def _only_one(office: Office) -> Iterator[None]:
    """One rebuild on this machine by lock, one in the office by the catalogue."""
    with rebuild_lock(office) as mine:
        if not mine:
            raise BusyError("index.rebuild-running")
        with office.catalogue.read() as session:
            other = index_life.running_rebuild(session)
        if other is not None and not other.owner.startswith(f"{machine()}:"):
            raise BusyError("index.rebuild-running")
        yield


def _count(session: Session) -> int:
    """How many documents there are to be."""
    return sum(count_indexed(session, each) for each in _ORDER)


def _end(office: Office, run: int, state: str, error: JuanzongError | None = None) -> None:
    with office.catalogue.write() as session:
        index_life.end_rebuild(session, run, state, error)
