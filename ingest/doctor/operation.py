"""What an office that runs should be looked at for: work that nobody takes up, and a clock that does not fit its records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from archive import figures
from archive.catalogue import is_newest
from archive.office import open_office
from archive.tables import AuditEntry
from base.clock import SLACK, now
from base.errors import JuanzongError
from base.settings import Settings
from ingest.doctor.check import Check

_LATE_S = 3600.0


def work(settings: Settings) -> Check:
    """Jobs that were set aside, and such as wait for longer than an hour with nobody at work."""
    return _looked("work", settings, _work)


def clock(settings: Settings) -> Check:
    """Whether the newest line of the audit trail lies ahead of the clock: then it was set back, or is wrong."""
    return _looked("clock", settings, _clock)


def _looked(name: str, settings: Settings, look: Callable[[Session], Check]) -> Check:
    try:
        if not is_newest(settings):
            return Check(name, "warn", "doctor.operation.none")
        office = open_office(settings)
    except (JuanzongError, SQLAlchemyError):
        return Check(name, "warn", "doctor.operation.none")  # `data-folder` says why
    try:
        with office.catalogue.read() as session:
            return look(session)
    finally:
        office.close()


def _work(session: Session) -> Check:
    jobs = figures.open_jobs(session)
    aside = sum(each.count for each in jobs if each.state in ("failed", "poisoned"))
    waiting = sum(each.count for each in jobs if each.state == "waiting")
    oldest = max((each.oldest_s for each in jobs if each.state == "waiting"), default=0.0)
    workers = figures.workers_at_work(session)
    params: dict[str, object] = {
        "aside": aside, "waiting": waiting, "workers": workers, "minutes": round(oldest / 60)
    }  # fmt: skip
    data = {**params, "oldest_s": round(oldest)}
    if waiting and not workers and oldest > _LATE_S:
        return Check("work", "warn", "doctor.work.nobody", params, data)
    if aside:
        return Check("work", "warn", "doctor.work.aside", params, data)
    return Check("work", "ok", "doctor.work.well", params, data)


def _clock(session: Session) -> Check:
    newest: datetime | None = session.scalar(select(func.max(AuditEntry.at)))
    ahead = (newest - now()).total_seconds() if newest is not None else 0.0
    params: dict[str, object] = {"minutes": round(ahead / 60)}
    if ahead > SLACK.total_seconds():
        return Check("clock", "warn", "doctor.clock.behind", params, {"behind_s": round(ahead)})
    return Check("clock", "ok", "doctor.clock.well", data={"behind_s": 0})
