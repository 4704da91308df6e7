"""Who works: each parent of worker processes says every few seconds that it is there, and what keeps it from work."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.catalogue import Catalogue
from archive.jobs.claiming import shared_time
from archive.tables import CrewRow
from base.errors import JuanzongError

BEAT = timedelta(seconds=5)
# Not heard of for so long: gone, though nobody saw it end.
SILENT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers of one parent. `code` is empty or says with `params` what keeps them from work, `since` when."""

    machine: str
    carrier: str
    workers: int
    started_at: datetime
    beat_at: datetime
    code: str
    params: dict[str, Any]
    since: datetime | None

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": self.machine, "carrier": self.carrier, "workers": self.workers,
            "started_at": self.started_at.isoformat(), "beat_at": self.beat_at.isoformat(),
            "reason": self.code or None, "since": self.since.isoformat() if self.since else None,
        }  # fmt: skip


class CrewLog:
    """The line of one parent in the catalogue. Not for several threads."""

    def __init__(self, catalogue: Catalogue, carrier: str, workers: int) -> None:
        self._catalogue = catalogue
        self._line = {"machine": socket.gethostname(), "carrier": carrier, "workers": workers}
        self.name = f"{self._line['machine']}-{os.getpid()}-{uuid4().hex[:8]}"

    def beat(self, hindrance: JuanzongError | None = None) -> None:
        """Says that it is there; those that are long gone are struck off by whoever beats."""
        with self._catalogue.write() as session:
            time = shared_time(session)
            row = session.scalar(select(CrewRow).where(CrewRow.name == self.name))
            if row is None:
                row = CrewRow(name=self.name, started_at=time, beat_at=time, code="", params={}, **self._line)
                session.add(row)
            row.beat_at = time
            code = hindrance.code if hindrance else ""
            if row.code != code:
                row.code, row.since = code, time if code else None
                given = hindrance.params if hindrance else {}
                row.params = {key: str(value) for key, value in given.items() if value is not None}
            session.execute(delete(CrewRow).where(CrewRow.beat_at < time - 10 * SILENT))

    def end(self) -> None:
        with self._catalogue.write() as session:
            session.execute(delete(CrewRow).where(CrewRow.name == self.name))


def crews_at_work(session: Session) -> Sequence[Crew]:
    """Those that were heard of lately."""
    rows = session.scalars(select(CrewRow).order_by(CrewRow.machine, CrewRow.id))
    oldest = shared_time(session) - SILENT
    return [
        Crew(row.machine, row.carrier, row.workers, row.started_at, row.beat_at, row.code, row.params, row.since)
        for row in rows
        if row.beat_at >= oldest
    ]
