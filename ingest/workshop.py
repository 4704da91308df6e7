"""What one worker process holds while it works: the office and, once a page must be read, an engine."""

from __future__ import annotations

from collections.abc import Callable

from archive.jobs.contract import Job
from archive.office import Office
from base.errors import JuanzongError
from ocr.engine import OcrEngine
from ocr.engines import EngineFactory, engine_factory
from ocr.models import RuntimeChoice
from standards.profiles import load_profile

# How an engine is found by its name; must be picklable, because workers are spawned.
FindEngine = Callable[[str, RuntimeChoice], EngineFactory]


class LeaseLostError(JuanzongError):
    """Another attempt took the job over: this one's result is thrown away with its transaction."""

    def __init__(self, job: Job) -> None:
        super().__init__("job.lease-lost", job=job.id)


class Workshop:
    """One per process: the engine is not thread-safe and loads its models once."""

    def __init__(self, office: Office, find_engine: FindEngine = engine_factory) -> None:
        self.office = office
        self._find_engine = find_engine
        self.profile = load_profile(office.settings.profile)
        self._engine: tuple[str, OcrEngine] | None = None

    def engine_named(self, name: str = "") -> OcrEngine:
        """The engine `name`, or the office's own; another one takes its place, so that a worker never holds two."""
        settings = self.office.settings
        name = name or settings.ocr_engine
        if self._engine is None or self._engine[0] != name:
            self._engine = None
            self._engine = name, self._find_engine(name, settings.ocr_runtime)()
        return self._engine[1]
