"""Beside the workers of one parent: says that they are there, keeps leases honest, and has them woken."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from archive.jobs import LocalQueue
from archive.jobs.crews import BEAT, CrewLog
from archive.office import Office
from base.errors import JuanzongError, StorageError
from ingest.carriers import AWAY, sender

_TURN_S = 0.4
# A disk that is full for so long, or a catalogue that is away, is nothing that passes by itself.
_AWAY_S = 60.0


class CrewKeeper:
    """A thread of its own: a broker that does not answer must not keep dead workers from being replaced."""

    def __init__(self, office: Office, workers: int) -> None:
        self._office = office
        self._queue = LocalQueue(office.catalogue)
        self._log = CrewLog(office.catalogue, office.settings.carrier, workers)
        self._sender = sender(office)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="crew")
        self._told: tuple[float, str] = (0.0, "")
        self._away: tuple[float, StorageError] | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def away(self) -> StorageError | None:
        """Why nothing could be written into the catalogue for a minute: until that ends no unit of work is begun."""
        away = self._away
        return away[1] if away is not None and time.monotonic() - away[0] > _AWAY_S else None

    def _run(self) -> None:
        self._turn()
        while not self._stopping.wait(_TURN_S):
            self._turn()
        self._sender.close()
        with suppress(*AWAY):
            self._log.end()

    def _turn(self) -> None:
        hindrance: JuanzongError | None = None
        try:
            self._sender.turn()
        except JuanzongError as error:
            hindrance = error
        except SQLAlchemyError:
            return
        self._tell(hindrance)

    def _tell(self, hindrance: JuanzongError | None) -> None:
        """Every few seconds, and at once where something has changed."""
        code = hindrance.code if hindrance else ""
        due, told = self._told
        if time.monotonic() < due and code == told:
            return
        # Where the catalogue is away whoever asks for the board cannot read it either: it is told when it answers again.
        with suppress(SQLAlchemyError):
            try:
                self._log.beat(hindrance)
                self._queue.shorten_leases()
            except StorageError as error:
                self._away = self._away or (time.monotonic(), error)
                return
            self._away = None
            self._told = (time.monotonic() + BEAT.total_seconds(), code)
