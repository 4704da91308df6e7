"""`juanzong fsck`: catalogue ⇄ objects ⇄ index. Three answers for an object: good, bad, could not check.

Nothing is deleted and nothing is moved. What looks wrong is looked at again, for the office is at work meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select

from archive.custody import ledger, names, runs
from archive.custody.ledger import Seen
from archive.custody.runs import Run
from archive.custody.snapshots import damage
from archive.office import Office
from archive.tables import StoredObject
from base.errors import JuanzongError
from base.progress import Progress, Silent
from ingest.custody.again import Suspect, look_again
from ingest.custody.looking import Pair, at_once, batches, look, side_by_side
from ingest.custody.report import Problem, Report
from ingest.indexer import open_index
from ingest.verify import verify_index

Stopping = Callable[[], bool]


class StoppedError(Exception):
    """Told to stop; the walk can be gone on with."""


def fsck(
    office: Office,
    *,
    full: bool = True,
    index: bool = True,
    resume: bool = False,
    progress: Progress | None = None,
    stopping: Stopping = lambda: False,
) -> Report:
    """Walks all of it. `full` reads every object; otherwise only whether it is there and of its size.

    `resume`: what a walk that broke off has read and found good is not read again. StorageError where the store or the
    catalogue cannot be used at all; JuanzongError or StoppedError leave the walk to be gone on with.
    """
    report = Report("full" if full else "quick")
    with office.catalogue.write() as session:
        run = runs.begin(session, "fsck", report.mode, resume=resume)
    report.resumed = run.resumed
    try:
        _check_catalogue(office, report)
        _check_objects(office, run, report, progress or Silent(), stopping, full=full)
        if index:
            _check_index(office, report)
    except BaseException as error:
        _end(office, run, report, error)
        raise
    _end(office, run, report, None)
    return report


def _end(office: Office, run: Run, report: Report, error: BaseException | None) -> None:
    state = "done" if error is None else "failed" if isinstance(error, JuanzongError) else "stopped"
    with office.catalogue.write() as session:
        runs.finish(
            session, run, state, checked=sum(each.checked for each in report.parts.values()), bad=len(report.bad),
            could_not_check=len(report.could_not_check), error=error.code if isinstance(error, JuanzongError) else "",
        )  # fmt: skip


def _check_catalogue(office: Office, report: Report) -> None:
    """The database file itself, and rows that contradict themselves."""
    report.count("catalogue", 1)
    for said in damage(office.settings):
        report.fault(Problem(said, "damaged", "custody.catalogue-damaged", where="catalogue"))
    with office.catalogue.read() as session:
        for row, key in names.contradictions(session):
            report.count("catalogue", 1)
            report.fault(Problem(row, "contradiction" if key else "unnamed", rows=(row,), where="catalogue"))


def _check_objects(
    office: Office, run: Run, report: Report, progress: Progress, stopping: Stopping, *, full: bool
) -> None:
    progress.step("progress.fsck", 0, None)
    ledger.enrol(office.catalogue)
    with office.catalogue.read() as session:
        total = session.scalar(select(func.count()).select_from(StoredObject)) or 0
    suspects: list[Suspect] = []
    done = 0
    for pairs in batches(side_by_side(office.catalogue, office.store)):
        if stopping():
            raise StoppedError
        seen = at_once(lambda pair: _look(office, pair, run, full=full), pairs)
        suspects += [each for pair, found in zip(pairs, seen, strict=True) if (each := _suspect(pair, found))]
        done += len(pairs)
        _keep(office, run, pairs, [each for each in seen if each is not None], report, done)
        progress.step("progress.fsck", done, max(total, done))
    report.count("objects", done)
    look_again(office, suspects, report)


def _look(office: Office, pair: Pair, run: Run, *, full: bool) -> Seen | None:
    """None where there is nothing to say: not on record, or read already by the walk that is gone on with."""
    entry, info = pair.entry, pair.info
    if entry is None:
        return None
    if info is None:
        return Seen(entry.key, "bad", "store.missing")
    if run.resumed and entry.state == "good" and _since(entry.checked_at, run.began_at):
        return None
    if full or entry.state in ("bad", "could_not_check") or (entry.size is not None and entry.size != info.size):
        return look(office.store, entry, info.size, sm3=office.settings.keep_sm3)
    return None


def _since(at: datetime | None, began: datetime) -> bool:
    return at is not None and at >= began


def _suspect(pair: Pair, seen: Seen | None) -> Suspect | None:
    info = pair.info
    if pair.entry is None:
        return Suspect(pair.key, None, modified=info.modified if info else None)
    if seen is None or seen.state == "good":
        return None
    return Suspect(pair.key, pair.entry, seen, info.size if info else None)


def _keep(office: Office, run: Run, pairs: list[Pair], seen: list[Seen], report: Report, done: int) -> None:
    """What was found good is noted at once, so that a walk that is killed has not read for nothing."""
    unread = {pair.key for pair in pairs if pair.entry is not None and not pair.entry.sha256}
    good = [each for each in seen if each.state == "good"]
    report.sighted += sum(each.key in unread for each in good)
    with office.catalogue.write() as session:
        ledger.note(session, good, "fsck")
        runs.beat(session, run, pairs[-1].key, done)


def _check_index(office: Office, report: Report) -> None:
    """As `verify-index`; what is on its way into the index is no fault."""
    try:
        index = open_index(office)
        try:
            verified = verify_index(office, index)
        finally:
            index.close()
    except JuanzongError as error:
        report.count("index", 1)
        report.unsure(Problem("index", "index", error.code, where="index"))
        return
    report.count("index", verified.checked - len(verified.moving))
    report.waiting = len(verified.moving)
    for document, problem in verified.bad:
        report.fault(Problem(document, problem, rows=(document,), where="index"))
    for document in verified.unsure:
        if document not in verified.moving:
            report.unsure(Problem(document, "index", "custody.index-unsure", where="index"))
