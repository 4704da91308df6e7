"""What wakes a worker. The job row is the truth: a carrier carries nothing, and one that fails only makes work wait."""

from __future__ import annotations

import importlib
import time
from types import ModuleType
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from archive.catalogue import Catalogue
from archive.jobs.claiming import count_runnable
from archive.office import Office
from archive.on_sqlite import Commits
from base.errors import SettingsError, StorageError
from base.settings import Settings

# The catalogue is away or its disk is full: asked again with pauses, and nothing of it counts against a page.
AWAY = (StorageError, SQLAlchemyError)
_FIRST_PAUSE_S = 0.01
_LONGEST_PAUSE_S = 1.0
_FIRST_AWAY_S, _LONGEST_AWAY_S = 0.3, 30.0
_BLINK_S = 0.01


class Bench(Protocol):
    """Where one process works: `ingest.workers` gives it to its carrier."""

    worn: bool  # it has done its share and makes room for a fresh process

    def work_once(self) -> bool:
        """Claims one unit and does it; False where there was none. One of AWAY where the catalogue does not answer."""


class Follower(Protocol):
    """In the worker process: works whenever it is woken."""

    def follow(self, bench: Bench) -> None:
        """Returns when the bench is worn."""


class Sender(Protocol):
    """In the parent of workers: sees to it that whoever may work is woken."""

    def turn(self) -> None:
        """Called a few times a second. JuanzongError says what keeps workers from being woken."""

    def close(self) -> None: ...


class Looking:
    """The local carrier: whoever is idle looks. On SQLite only after a commit, which is noticed at once and costs nothing."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._commits = Commits(catalogue.engine) if catalogue.engine.dialect.name == "sqlite" else None
        self._pause, self._away = _FIRST_PAUSE_S, _FIRST_AWAY_S

    def follow(self, bench: Bench) -> None:
        while not bench.worn:
            try:
                worked = bench.work_once()
            except AWAY:
                # A full disk or a database that is away is said by those who write; work waits until it is over.
                self._away = min(_LONGEST_AWAY_S, 2 * self._away)
                time.sleep(self._away)
                continue
            self._away = _FIRST_AWAY_S
            if worked:
                self._pause = _FIRST_PAUSE_S
            else:
                self._rest()

    def _rest(self) -> None:
        """Longer each time, as a lease that ran out is no commit; work that is enqueued ends it at once."""
        end = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)
        if self._commits is None:
            time.sleep(max(0.0, end - time.monotonic()))
            return
        while time.monotonic() < end and not self._commits.any_new():
            time.sleep(_BLINK_S)


class Silence:
    """The local carrier sends nothing."""

    def turn(self) -> None:
        return

    def close(self) -> None:
        return


def must_be_usable(settings: Settings) -> None:
    """SettingsError where the carrier of the settings cannot be used: said before any worker starts."""
    if settings.carrier == "celery" and not settings.broker_url:
        raise SettingsError("carrier.no-broker")
    if settings.carrier == "celery":
        _celery()


def follower(office: Office) -> Follower:
    """The worker's end of the carrier of the settings."""
    if office.settings.carrier == "local":
        return Looking(office.catalogue)
    made: Follower = _celery().Woken(office.settings.broker_url)
    return made


def sender(office: Office) -> Sender:
    """The parent's end of the carrier of the settings."""
    if office.settings.carrier == "local":
        return Silence()

    def runnable(most: int) -> int:
        with office.catalogue.read() as session:
            return count_runnable(session, most)

    made: Sender = _celery().Waker(office.settings.broker_url, runnable)
    return made


def _celery() -> ModuleType:
    """SettingsError `carrier.not-installed`: only an office of several machines needs it."""
    try:
        return importlib.import_module("ingest.celery_carrier")
    except ModuleNotFoundError as error:
        raise SettingsError("carrier.not-installed") from error
