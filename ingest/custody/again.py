"""The second look at what the first found wrong: an office at work writes objects before their rows, and rows before we see them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from archive.custody import ledger, names
from archive.custody.ledger import Entry, Seen
from archive.office import Office
from archive.store.keys import original_key, valid_key
from archive.tables import Batch, JobRow, PageVersion, StoredObject, Upload
from base.clock import now
from base.errors import StorageError
from ingest.custody.looking import look
from ingest.custody.report import Problem, Report, kind_of, problem_of

# An object is written before its row: at once for one page, after its whole dossier where a delivery is received.
_PATIENCE_S, _LONG_PATIENCE_S, _POLL_S = 5.0, 15.0, 0.25
_YOUNG = timedelta(hours=1)
_UNFINISHED = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Suspect:
    """An object that did not look right. `entry` None: it is not on record; `modified`: when its bytes came, where known."""

    key: str
    entry: Entry | None
    seen: Seen | None = None
    size: int | None = None
    modified: datetime | None = None


@dataclass(slots=True)
class _Left:
    """What stays wrong after the second look."""

    faults: list[Seen] = field(default_factory=list)
    strays: list[Suspect] = field(default_factory=list)


def look_again(office: Office, suspects: Sequence[Suspect], report: Report, *, how: str = "fsck") -> None:
    """Settles every suspect: nothing after all, on its way, or a fault with the rows that it touches. `how` goes on record.

    What came into the store after `report.began_at` is on its way: somebody is writing now.
    """
    if not suspects:
        return
    ledger.enrol(office.catalogue)
    left = _second_look(office, suspects, report, how)
    _report_strays(office, _wait_for_rows(office, left), report)
    _report_faults(office, left.faults, report, how)


def _second_look(office: Office, suspects: Sequence[Suspect], report: Report, how: str) -> _Left:
    """Each object again, against what rows say of it now."""
    left, good = _Left(), list[Seen]()
    with office.catalogue.read() as session:
        keys = [each.key for each in suspects]
        known = {each.key: each for each in ledger.entries(session, keys)}
        said = names.digests_in_rows(session, [key for key in keys if key in known])
    for suspect in suspects:
        entry = known.get(suspect.key)
        if entry is None:
            left.strays.append(suspect)
            continue
        digest, size = said.get(entry.key, ("", None))
        newer = replace(entry, sha256=digest, size=size) if digest and digest != entry.sha256 else None
        # A row whose own digest was changed must not make good bytes bad: an original's is in its key.
        if newer is not None and names.expected_digest(entry.key) is None:
            with office.catalogue.write() as session:
                entry = ledger.correct(session, newer)
        seen = look(office.store, entry, suspect.size)
        (good if seen.state == "good" else left.faults).append(seen)
    with office.catalogue.write() as session:
        ledger.note(session, good, how)
    report.sighted += sum(not known[each.key].sha256 for each in good)
    return left


def _wait_for_rows(office: Office, left: _Left) -> list[Suspect]:
    """Objects without a row: given a moment, and longer while a delivery is being received."""
    began, waiting = time.monotonic(), left.strays
    while waiting:
        ledger.enrol(office.catalogue)
        with office.catalogue.read() as session:
            known = {each.key for each in ledger.entries(session, [each.key for each in waiting])}
            patience = _LONG_PATIENCE_S if _receiving(session) else _PATIENCE_S
        waiting = [each for each in waiting if each.key not in known]
        if not any(_young(each) for each in waiting) or time.monotonic() - began > patience:
            break
        time.sleep(_POLL_S)
    return waiting


def _report_strays(office: Office, strays: Sequence[Suspect], report: Report) -> None:
    with office.catalogue.read() as session:
        receiving = _receiving(session)
        for each in strays:
            if not _is_key(each.key):
                report.fault(Problem(_printable(each.key), "foreign"))
            elif _can_be_made_again(session, each.key):
                report.superseded += 1
            elif (receiving and _young(each)) or _came_since(each, report.began_at):
                report.in_flight.append(each.key)
            else:
                report.fault(Problem(each.key, "orphan"))


def _report_faults(office: Office, faults: Sequence[Seen], report: Report, how: str) -> None:
    """With the rows that name each. What nothing names any more and is gone is no loss, unless it was an original."""
    with office.catalogue.read() as session:
        rows = names.rows_naming(session, [each.key for each in faults])
        remade = {each.key for each in faults if _being_made_again(session, each.key, rows.get(each.key, []))}
    gone = [
        each.key
        for each in faults
        if each.code == "store.missing" and each.key not in rows and names.expected_digest(each.key) is None
    ]
    kept = [each for each in faults if each.key not in gone and each.key not in remade]
    with office.catalogue.write() as session:
        ledger.forget(session, gone)
        ledger.note(session, kept, how)
    report.in_flight += sorted(remade)
    for each in kept:
        named = tuple(rows.get(each.key, ()))
        if each.state == "bad":
            report.fault(Problem(each.key, problem_of(each.state, each.code), each.code, named))
        else:
            report.unsure(Problem(each.key, problem_of(each.state, each.code), each.code, named))


def _receiving(session: Session) -> bool:
    """Whether a delivery is on its way in, as far as rows say."""
    batch = select(Batch.id).where(Batch.received_at.is_(None)).limit(1)
    upload = select(Upload.id).where(Upload.state == "receiving").limit(1)
    return session.scalar(batch) is not None or session.scalar(upload) is not None


def _young(suspect: Suspect) -> bool:
    return suspect.modified is None or now() - suspect.modified < _YOUNG


def _came_since(suspect: Suspect, began: datetime) -> bool:
    return suspect.modified is not None and suspect.modified > began


def _can_be_made_again(session: Session, key: str) -> bool:
    """A derived object of an image that we have, or a material's PDF: what an earlier version or text left behind."""
    if key.startswith("materials/"):
        return True
    kind, _, rest = key.partition("/")
    if kind != "derived":
        return False
    digest = rest.partition("/")[0]
    known = or_(exists().where(StoredObject.key == original_key(digest)), exists().where(PageVersion.sha256 == digest))
    return bool(session.scalar(select(known)))


def _being_made_again(session: Session, key: str, rows: Sequence[str]) -> bool:
    """A step that is to run, or runs, on the image or material writes its object before it says what its bytes are."""
    step = _STEPS.get(kind_of(key))
    if step is None:
        return False
    kind, subject = step
    numbers = [int(each.partition(":")[2]) for each in rows if each.startswith(f"{subject}:")]
    job = select(JobRow.id).where(JobRow.state.in_(_UNFINISHED), JobRow.kind == kind, JobRow.subject_id.in_(numbers))
    return session.scalar(job.limit(1)) is not None


# The step that makes each kind of object, and what it is done to.
_STEPS = {
    "view": ("measure", "page_version"), "reading": ("read", "page_version"), "material": ("bind", "material"),
}  # fmt: skip


def _is_key(key: str) -> bool:
    try:
        return bool(valid_key(key))
    except StorageError:
        return False


def _printable(name: str) -> str:
    """A file name of another system may hold bytes that are no text."""
    return name.encode("utf-8", "backslashreplace").decode()
