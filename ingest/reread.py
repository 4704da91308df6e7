"""Reading the pages of a batch or a dossier again with another engine: beside what is there, in the background, on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.jobs import enqueue
from archive.office import Office
from archive.tables import Batch, Dossier, JobRow, Page, PageVersion, Person, Reading
from base.clock import now
from base.errors import InputError
from base.progress import Progress
from ingest.batch import work_until_done
from ingest.steps.read import CHOSEN
from ocr.engines import engine_factory

# After the first reading of other pages, before their PDFs.
_PRIORITY = 140


@dataclass(frozen=True, slots=True)
class Reread:
    """The answer of `juanzong reread`. `read` and `failed` are known once it was waited for; `counting`: pages whose text is
    now this engine's."""

    name: str
    engine: str
    pages: int
    read: int = 0
    failed: int = 0
    counting: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "engine": self.engine,
            "pages": self.pages,
            "read": self.read,
            "failed": self.failed,
            "counting": self.counting,
        }


def reread(
    office: Office, viewer: Viewer, name: str, engine: str, progress: Progress, *, use: bool, wait: bool
) -> Reread:
    """Reads the pages of a batch (its name) or a dossier (档号, ID number or the delivery's name of it) with `engine`.

    The readings lie beside those that are there; `use`: a person lets them count. InputError `reread.unknown` where the
    viewer sees no such batch or dossier; OcrError `ocr.engine-unknown`.
    """
    viewer.must_work_at("clerk")
    engine_factory(engine, office.settings.ocr_runtime)
    round_ = now().isoformat(timespec="microseconds")
    with office.catalogue.write() as session:
        batch_id, dossier_id, versions = _pages(session, viewer, name)
        for version in versions:
            enqueue(
                session, "read", version, batch_id=batch_id, revision=f"{engine}:{round_}", priority=_PRIORITY,
                argument=engine + (CHOSEN if use else ""),
            )  # fmt: skip
        subject = f"batch:{batch_id}" if dossier_id is None else f"dossier:{dossier_id}"
        audit.record(
            session, viewer, "pages.reread", subject, dossier_id=dossier_id, engine=engine, pages=len(versions), use=use
        )  # fmt: skip
    if not wait:
        return Reread(name, engine, len(versions))
    work_until_done(office, batch_id, progress)
    with office.catalogue.read() as session:
        return _result(session, name, engine, versions, round_)


def _pages(session: Session, viewer: Viewer, name: str) -> tuple[int, int | None, list[int]]:
    """The batch to work for, the dossier where it is about one, and the current images of the pages that can be opened."""
    batch: Batch | None = session.scalar(
        scoped(select(Batch).where(Batch.name == name), viewer, Batch).order_by(Batch.id.desc()).limit(1)
    )
    if batch is not None:
        return batch.id, None, _versions(session, Dossier.batch_id == batch.id)
    dossier: Dossier | None = session.scalar(scoped(_named(name), viewer, Dossier))
    if dossier is None:
        raise InputError("reread.unknown", path=name, name=name)
    return dossier.batch_id, dossier.id, _versions(session, Dossier.id == dossier.id)


def _named(name: str) -> Select[Any]:
    return (
        select(Dossier)
        .outerjoin(Person, Person.id == Dossier.person_id)
        .where(or_(Dossier.archive_no == name, Dossier.key == name, Person.id_number == name.upper()))
        .order_by(Dossier.id)
        .limit(1)
    )


def _versions(session: Session, where: Any) -> list[int]:
    statement = (
        select(PageVersion.id)
        .join(Page, Page.id == PageVersion.page_id)
        .join(Dossier, Dossier.id == Page.dossier_id)
        .where(where, Page.state == "active", PageVersion.state == "current", PageVersion.width.is_not(None))
        .order_by(Dossier.id, Page.position, Page.id)
    )
    return list(session.scalars(statement))


def _result(session: Session, name: str, engine: str, versions: list[int], round_: str) -> Reread:
    jobs = select(JobRow.state, func.count()).where(JobRow.unique_key.endswith(f":{engine}:{round_}", autoescape=True))
    states = dict(session.execute(jobs.group_by(JobRow.state)).tuples().all())
    counting = (
        select(func.count())
        .select_from(Reading)
        .where(Reading.version_id.in_(versions), Reading.engine == engine, Reading.current)
    )
    done = states.get("done", 0)
    return Reread(name, engine, len(versions), done, len(versions) - done, session.scalar(counting) or 0)
