"""Whether an office can do its work now, and the figures that a monitor draws: asked often, so answered from a short memory."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from archive import figures
from archive.figures import Custody, OpenJobs
from archive.office import Office
from archive.store.keys import original_key
from base.errors import JuanzongError
from ingest.index_status import Backlog, backlog

# An address that no file has: asking for it shows that the store answers, and reads nothing.
_NO_OBJECT = original_key("0" * 64)
_READY_KEPT_S = 2.0
_FIGURES_KEPT_S = 15.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """How one part answered: `code` is of the message catalogue, empty where it is well; `seconds` it took."""

    name: str
    code: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """`ready`: pages can be received and shown. A search that is away makes an office slower, not unready."""

    answers: tuple[Answer, ...]

    @property
    def ready(self) -> bool:
        return not any(each.code for each in self.answers if each.name != "index")


@dataclass(frozen=True, slots=True)
class Figures:
    """All that `/metrics` shows. `free_bytes`: on the disk of the data folder."""

    readiness: Readiness
    jobs: list[OpenJobs] = field(default_factory=list)
    pages: dict[str, int] = field(default_factory=dict)
    workers: int = 0
    custody: Custody | None = None
    index: Backlog | None = None
    free_bytes: int = 0


class Health:
    """One per process that answers a monitor. Many may ask at once: one looks, and the others get its answer."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._ready = _Kept(_READY_KEPT_S, self._look)
        self._figures = _Kept(_FIGURES_KEPT_S, self._count)

    def readiness(self) -> Readiness:
        return self._ready.get()

    def figures(self) -> Figures:
        """Never raises: with the catalogue away it holds what is known without it."""
        return self._figures.get()

    def _look(self) -> Readiness:
        return Readiness(
            (
                _asked("catalogue", self._ask_catalogue),
                _asked("store", self._ask_store),
                _asked("index", self._ask_index),
            )
        )

    def _ask_catalogue(self) -> str:
        with self._office.catalogue.read() as session:
            session.execute(text("SELECT 1"))
        return ""

    def _ask_store(self) -> str:
        self._office.store.stat(_NO_OBJECT)
        return ""

    def _ask_index(self) -> str:
        problem = backlog(self._office).problem
        return problem[0] if problem else ""

    def _count(self) -> Figures:
        readiness = self._look()
        free = shutil.disk_usage(self._office.settings.data_dir).free
        if any(each.name == "catalogue" and each.code for each in readiness.answers):
            return Figures(readiness, free_bytes=free)
        with self._office.catalogue.read() as session:
            return Figures(
                readiness,
                figures.open_jobs(session),
                figures.pages_by_step(session),
                figures.workers_at_work(session),
                figures.custody(session),
                backlog(self._office),
                free,
            )


def _asked(name: str, ask: Callable[[], str]) -> Answer:
    began = time.monotonic()
    try:
        code = ask()
    except JuanzongError as error:
        code = error.code
    except (SQLAlchemyError, OSError):
        code = f"{name}.unreachable"
    return Answer(name, code, time.monotonic() - began)


class _Kept(Generic[T]):
    """An answer that holds for some seconds; while one asks anew the others wait for what it brings."""

    def __init__(self, seconds: float, make: Callable[[], T]) -> None:
        self._seconds, self._make = seconds, make
        self._lock = threading.Lock()
        self._kept: tuple[float, T] | None = None

    def get(self) -> T:
        with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] >= self._seconds:
                self._kept = time.monotonic(), self._make()
            return self._kept[1]
