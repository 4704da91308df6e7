"""Drains the outbox into the index, and opens the index that the settings name.

The embedded index has one writer on its machine: whoever holds the lock file. On a server any machine may write, and one at
a time does: the lock is then a lease in the catalogue as well.
"""

from __future__ import annotations

import fcntl
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import index_life, outbox
from archive.office import Office
from archive.tables import IndexRebuild, Material, Page, Person
from ingest.index_documents import build_many, reason_of
from search.embedded import EmbeddedIndex
from search.index import SearchIndex

ROWS = 500
_REBUILD_LOCK = "rebuild.lock"
_LOOK_S, _POLL_S = 0.2, 0.02


def open_index(office: Office) -> SearchIndex:
    """The office's index by its settings. Opening asks nothing of a server and mends nothing: `ingest.index_upkeep` does.

    A new office, of which nothing can be found yet, gets an empty one.
    """
    if office.settings.search == "embedded" and not office.index_path.exists() and _holds_nothing(office):
        return EmbeddedIndex.create(office.index_path)
    return existing_index(office)


def existing_index(office: Office) -> SearchIndex:
    """The same, and an empty one is not made either."""
    if office.settings.search == "elasticsearch":
        from search.elastic.index import ElasticIndex  # noqa: PLC0415  # its client is an extra

        return ElasticIndex(office.settings)
    return EmbeddedIndex(office.index_path)


def _holds_nothing(office: Office) -> bool:
    with office.catalogue.read() as session:
        return not any(session.scalar(select(each.id).limit(1)) for each in (Page, Material, Person))


def machine() -> str:
    return socket.gethostname()


@contextmanager
def rebuild_lock(office: Office) -> Iterator[bool]:
    """True for the one process of this machine that may rebuild the index; the lock goes with the process, however it ends.

    It is tried for a moment: somebody may only be looking whether a rebuild is at work.
    """
    with _lock(office, _REBUILD_LOCK) as file:
        end = time.monotonic() + _LOOK_S
        while not (mine := _taken(file)) and time.monotonic() < end:
            time.sleep(_POLL_S)
        yield mine


def rebuild_at_work(office: Office, session: Session) -> IndexRebuild | None:
    """The rebuild that is at work. One of this machine that was killed is none at once, for its lock is free; one of another
    machine when it has been silent for a minute."""
    row = index_life.running_rebuild(session)
    if row is None or not row.owner.startswith(f"{machine()}:"):
        return row
    with _lock(office, _REBUILD_LOCK) as file:
        return None if _taken(file, fcntl.LOCK_SH) else row


@contextmanager
def indexer_lock(office: Office) -> Iterator[bool]:
    """True for the one process that may write to the index now; the lock goes with the process, however it ends."""
    with _lock(office, "indexer.lock") as file:
        if not _taken(file):
            yield False
            return
        if office.settings.search == "embedded":
            yield True
        else:
            with _lease(office) as mine:
                yield mine


def _lock(office: Office, name: str) -> IO[str]:
    office.locks_path.mkdir(parents=True, exist_ok=True)
    return (office.locks_path / name).open("w")


def _taken(file: IO[str], how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _lease(office: Office) -> Iterator[bool]:
    """Kept by name of the machine: its next process goes on at once where one was killed."""
    with office.catalogue.write() as session:
        mine = index_life.take_writer(session, machine())
    try:
        yield mine
    finally:
        if mine:
            with office.catalogue.write() as session:
                index_life.leave_writer(session, machine())


def drain(office: Office, index: SearchIndex, stopping: Callable[[], bool] = lambda: False) -> int:
    """Writes what waits in the outbox, oldest first, and returns how many rows it was. The caller holds the lock.

    The rows are settled only after the index has them: a crash in between writes the same documents again, to the same
    end. It ends early where it is `stopping` or a rebuild waits to swap.
    """
    done = 0
    while not stopping():
        with office.catalogue.read() as session:
            rows = [] if _is_swapping(office, session) else outbox.waiting(session, ROWS)
            built = build_many(office, session, (row.document_id for row in rows))
        if not rows:
            break
        refused = {each: reason_of(error.code, error.params) for each, error in built.refused.items()}
        taken = index.write(built.documents, deleted=[*built.gone, *built.refused])
        refused |= {each.id: reason_of(each.reason, dict(each.values)) for each in taken}
        with office.catalogue.write() as session:
            outbox.settle(session, rows, refused)
            if not _still_mine(office, session):
                # Another machine took over meanwhile and may have been overtaken by this: it writes them once more.
                outbox.announce(session, {row.document_id for row in rows})
                break
        done += len(rows)
    return done


def _is_swapping(office: Office, session: Session) -> bool:
    row = rebuild_at_work(office, session)
    return row is not None and row.state == "swapping"


def _still_mine(office: Office, session: Session) -> bool:
    return office.settings.search == "embedded" or index_life.take_writer(session, machine())
