"""What one worker process holds while it works: the office and, once a page must be read, an engine."""

from __future__ import annotations

from functools import cached_property

from archive.jobs.contract import Job
from archive.office import Office
from base.errors import JuanzongError
from ocr.engine import OcrEngine
from ocr.engines import engine_factory
from standards.profiles import load_profile


class LeaseLostError(JuanzongError):
    """Another attempt took the job over: this one's result is thrown away with its transaction."""

    def __init__(self, job: Job) -> None:
        super().__init__("job.lease-lost", job=job.id)


class Workshop:
    """One per process: the engine is not thread-safe and loads its models once."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.profile = load_profile(office.settings.profile)

    @cached_property
    def engine(self) -> OcrEngine:
        settings = self.office.settings
        return engine_factory(settings.ocr_engine, settings.ocr_runtime)()
