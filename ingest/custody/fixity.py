"""Fixity: every object is read again within so many days and held against its digest, beside all other work.

Who was looked at longest ago comes first, and when is kept with each object: so nothing is begun anew after a restart, and two
machines do not read the same. One process of a machine does it, whoever holds the lock.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain

from sqlalchemy.exc import SQLAlchemyError

from archive import audit
from archive.access import Viewer
from archive.custody import ledger
from archive.custody.ledger import Entry, Seen
from archive.custody.numbers import due, fixity_round, not_good
from archive.office import Office
from base.clock import now
from base.errors import InputError, JuanzongError
from base.progress import Progress, Silent
from ingest.custody.again import Suspect, look_again
from ingest.custody.looking import batches, look
from ingest.custody.report import Report
from ingest.custody.second import copy_new, open_second

# As many at a time, so that stopping never waits long and the lock changes hands.
_SOME = 16
_IDLE_S, _TROUBLE_S = 60.0, 300.0
_ENROL_EVERY_S = 600.0
_SECOND_SOME = 64
# How long a turn of another process is waited for; how long a rest goes on after a stop was asked for.
_PATIENCE_S, _STEP_S = 120.0, 0.25
_MB = 1_000_000


class Custodian:
    """Turn after turn of one process, `pause_s` apart: what is new goes to the second store, then some objects are read."""

    def __init__(self, office: Office, stopping: Callable[[], bool] = lambda: False) -> None:
        self._office, self._stopping = office, stopping
        self._enrol_at = 0.0
        self.pause_s = _IDLE_S
        self.last_error: JuanzongError | None = None

    def turn(self) -> None:
        """Never raises: what hinders custody hinders nothing else; a disk or a server that is away is tried again later."""
        try:
            with _lock(self._office) as mine:
                self.pause_s = self._turn() if mine else _IDLE_S
            self.last_error = None
        except JuanzongError as error:
            self.last_error, self.pause_s = error, _TROUBLE_S
        except (SQLAlchemyError, OSError) as error:
            self.last_error = JuanzongError("job.failed", detail=type(error).__name__)
            self.pause_s = _TROUBLE_S

    def _turn(self) -> float:
        """Seconds until the next turn: what was read now, at the rate of the settings."""
        settings = self._office.settings
        if time.monotonic() >= self._enrol_at:
            ledger.enrol(self._office.catalogue)
            self._enrol_at = time.monotonic() + _ENROL_EVERY_S
        copied = 0
        if settings.second_store:
            copied = copy_new(self._office, open_second(settings), stopping=self._stopping, most=_SECOND_SOME).bytes
        size = read_some(self._office, settings.fixity_days, self._stopping) if settings.fixity_days else 0
        return (size + copied) / (settings.fixity_mb_s * _MB) if size or copied else _IDLE_S


def read_some(office: Office, days: int, stopping: Callable[[], bool] = lambda: False, most: int = _SOME) -> int:
    """Reads the objects that were looked at longest ago, of those not looked at for `days`; how many bytes. What is bad is
    looked at again before it counts, and stands then on the screens (`archive.custody.numbers.alarms`)."""
    with office.catalogue.read() as session:
        entries = due(session, now() - timedelta(days=days), most)
    return _read(office, entries, Report(), stopping)


def read_due(
    office: Office, progress: Progress | None = None, stopping: Callable[[], bool] = lambda: False
) -> tuple[Report, int]:
    """Reads all that is due at the rate of the settings, or until it is to stop; what was found, and how many are still due.

    What is known to be not good is read first: it may be good again, and otherwise it is said again. Beside `serve` it takes
    turns' place, so that both together keep the rate. InputError `custody.fixity-off`, `custody.fixity-busy`.
    """
    settings, told, report = office.settings, progress or Silent(), Report("fixity")
    if not settings.fixity_days:
        raise InputError("custody.fixity-off", path="fixity_days")
    with _lock_soon(office, stopping):
        ledger.enrol(office.catalogue)
        with office.catalogue.read() as session:
            total = fixity_round(session, settings.fixity_days).due
            known = not_good(session)
        for entries in chain(batches(known, _SOME), _all_due(office, settings.fixity_days)):
            if stopping():
                break
            size = _read(office, entries, report, stopping)
            told.step("progress.fixity", report.parts["objects"].checked, total + len(known))
            _rest(size / (settings.fixity_mb_s * _MB), stopping)
    with office.catalogue.read() as session:
        return report, fixity_round(session, settings.fixity_days).due


def _all_due(office: Office, days: int) -> Iterator[list[Entry]]:
    """Some at a time, the longest unread first, until none is left. One that a step is making again stays due and is passed by."""
    last, passed = set[str](), set[str]()
    while True:
        with office.catalogue.read() as session:
            entries = due(session, now() - timedelta(days=days), _SOME + len(passed))
        passed |= {each.key for each in entries if each.key in last}
        fresh = [each for each in entries if each.key not in passed]
        if not fresh:
            return
        yield fresh
        last = {each.key for each in fresh}


def _rest(seconds: float, stopping: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not stopping() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _STEP_S))


def read_again(office: Office, viewer: Viewer, key: str) -> str:
    """Reads one object now, whatever its turn; its state after that, empty where it is not on record. A person asks for it."""
    with office.catalogue.write() as session:
        entries = ledger.entries(session, [key])
        if entries:
            audit.record(session, viewer, "custody.look", f"object:{key}")
    _read(office, entries, Report())
    with office.catalogue.read() as session:
        return next((each.state for each in ledger.entries(session, [key])), "")


def _read(
    office: Office, entries: Sequence[Entry], report: Report, stopping: Callable[[], bool] = lambda: False
) -> int:
    """How many bytes; what stays wrong after a second look is in the report."""
    size, looked = 0, list[Seen]()
    suspects: list[Suspect] = []
    report.count("objects", 0)
    for entry in entries:
        if stopping():
            break
        report.count("objects", 1)
        seen = look(office.store, entry)
        size += seen.size or entry.size or 0
        if seen.state == "good":
            looked.append(seen)
        else:
            suspects.append(Suspect(entry.key, entry, seen, entry.size))
    with office.catalogue.write() as session:
        ledger.note(session, looked, "fixity")
    look_again(office, suspects, report, how="fixity")
    return size


@contextmanager
def _lock_soon(office: Office, stopping: Callable[[], bool]) -> Iterator[None]:
    """The same lock, which `serve` has for a moment in each of its turns; InputError where somebody keeps it."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        with _lock(office) as mine:
            if mine:
                yield
                return
        if stopping() or time.monotonic() > end:
            raise InputError("custody.fixity-busy", path=office.settings.data_dir)
        time.sleep(_STEP_S)


@contextmanager
def _lock(office: Office) -> Iterator[bool]:
    """True for the one process of this machine that does it; the lock goes with the process, however it ends."""
    office.locks_path.mkdir(parents=True, exist_ok=True)
    with (office.locks_path / "custody.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mine = False
        else:
            mine = True
        yield mine
