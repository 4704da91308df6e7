"""Keeps the index in step with the catalogue: makes it anew where none can be searched, writes what waits, and where it cannot,
says so once and tries again with growing pauses."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from archive import index_life, outbox
from archive.office import Office
from base.errors import BusyError, JuanzongError, StorageError
from base.progress import Progress, Silent
from ingest.index_rebuild import Stopped, rebuild
from ingest.indexer import drain, indexer_lock, open_index
from search.index import IndexState, SearchIndex

POLL_S = 0.25
_LONGEST_PAUSE_S = 15.0
# How often the engine is asked how it is while all goes well.
_LOOK_EVERY_S = 15.0
_TRIES = 4
_PATIENCE_S = 10.0
Tell = Callable[[JuanzongError | None], None]


def keep_up(
    office: Office,
    index: SearchIndex,
    *,
    look: bool = True,
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """One turn: the index is made anew where none can be searched, then what waits is written, unless another does it.

    Whether it was ours to do. `look`: the engine is asked how it is first. StorageError where it cannot be written.
    """
    if look:
        state = index.state()
        if state.state in ("down", "wrong-version"):
            raise error_of(state)
        if state.state == "rebuild":
            try:
                rebuild(office, index, progress or Silent(), stopping)
            except BusyError:
                return False
    with indexer_lock(office) as mine:
        if mine:
            drain(office, index, stopping)
    return mine


def catch_up(office: Office, batch_id: int, progress: Progress) -> JuanzongError | None:
    """Returns when all of a batch is in the index, or with what hinders it after a few tries: it waits then, and is not lost.

    Where another process writes to the index, it is waited for as long as it gets on.
    """
    index = open_index(office)
    failures, moved_at, last = 0, time.monotonic(), -1
    total = left = _waiting(office, batch_id)
    error: JuanzongError | None = None
    while left and failures < _TRIES:
        progress.step("progress.indexing", total - left, total)
        try:
            mine = keep_up(office, index, progress=progress)
        except JuanzongError as raised:
            error, failures = raised, failures + 1
            time.sleep(POLL_S * 2**failures)
        else:
            error = None
            if not mine:
                time.sleep(POLL_S)
        left = _waiting(office, batch_id)
        if left != last:
            last, moved_at = left, time.monotonic()
        elif error is None and time.monotonic() - moved_at > _PATIENCE_S:
            error = _hindrance(office)
            if error is not None:
                break
            moved_at = time.monotonic()
    index.close()
    progress.step("progress.indexing", total - left, total)
    return error if left else None


def _waiting(office: Office, batch_id: int) -> int:
    with office.catalogue.read() as session:
        return outbox.count_waiting(session, batch_id)


def _hindrance(office: Office) -> JuanzongError | None:
    """What the process that writes to the index says of it."""
    with office.catalogue.read() as session:
        health = index_life.health(session)
        return StorageError(health.code, **health.params) if health is not None else None


def error_of(state: IndexState) -> StorageError:
    return StorageError(state.detail, **dict(state.values))


class Keeper:
    """Turn after turn of one process, `pause_s` apart. `tell` hears once of each new hindrance, and once (None) of its end."""

    def __init__(self, office: Office, tell: Tell, stopping: Callable[[], bool] = lambda: False) -> None:
        self._office, self._tell, self._stopping = office, tell, stopping
        self._index: SearchIndex | None = None
        self._failures = 0
        self._look_at = 0.0
        self._told = ""
        self.last_error: JuanzongError | None = None

    @property
    def pause_s(self) -> float:
        return min(_LONGEST_PAUSE_S, POLL_S * 2**self._failures) if self._failures else POLL_S

    def turn(self) -> None:
        """Never raises: what hinders the index hinders nothing else."""
        try:
            self._turn()
        except Stopped:
            return
        except JuanzongError as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001 — a turn ends here; the text may hold personal data, the type does not
            self._failed(StorageError("index.failed", detail=type(error).__name__))
        else:
            self._failures = 0
            self._say(None)

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    def _turn(self) -> None:
        if self._index is None:
            self._index = open_index(self._office)
        look = time.monotonic() >= self._look_at
        keep_up(self._office, self._index, look=look, stopping=self._stopping)
        if look:
            self._look_at = time.monotonic() + _LOOK_EVERY_S

    def _failed(self, error: JuanzongError) -> None:
        self._failures += 1
        self._look_at = 0.0
        self.close()
        self._say(error)

    def _say(self, error: JuanzongError | None) -> None:
        self.last_error = error
        code = error.code if error is not None else ""
        if code == self._told:
            return
        # The catalogue may be what is down.
        with contextlib.suppress(SQLAlchemyError, StorageError):
            with self._office.catalogue.write() as session:
                index_life.note_health(session, error)
            self._tell(error)
            self._told = code
