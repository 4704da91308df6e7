"""What a person does with uploads: opens one for a batch, says that it is whole, goes on without files, gives one up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer, scoped
from archive.batches import find_batch
from archive.tables import Account, Batch, Upload, UploadFile
from archive.upload_area import UploadArea
from base.clock import now
from base.errors import AccessError, InputError

_SHOWN = 100
_ENDED = ("received", "removed")


@dataclass(frozen=True, slots=True)
class Room:
    """What must stay free on the disk (bytes), and whether what is taken in is written to the same disk once more."""

    keep_free: int
    stored_here: bool


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One upload as the desk shows it; `counts` are files by state, bytes are of those that count (not ignored or left)."""

    id: int
    batch_id: int
    batch: str
    by: str
    state: str
    counts: dict[str, int]
    size: int
    got: int
    done: int
    created_at: datetime
    changed_at: datetime
    error_code: str | None
    error_params: dict[str, Any]
    answer: dict[str, Any]

    @property
    def here(self) -> int:
        return self.counts.get("here", 0)

    @property
    def files(self) -> int:
        """All that are to come: what is passed over, refused or left out does not count."""
        return self.here + self.counts.get("waiting", 0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that is not here, or is not taken, and why."""

    id: int
    path: str
    size: int
    got: int
    state: str
    reason: str | None
    params: dict[str, Any]


def open_upload(session: Session, viewer: Viewer, batch_id: int) -> int:
    """A new upload for a batch; the one that nobody has put a file into yet, where there is one.

    InputError `upload.batch-accepted` for a batch that was accepted.
    """
    viewer.must_work_at("clerk")
    batch = find_batch(session, viewer, batch_id)
    if batch.state == "accepted":
        raise InputError("upload.batch-accepted")
    empty = select(Upload.id).where(Upload.batch_id == batch.id, Upload.state == "open", Upload.total == 0)
    known = session.scalar(empty.where(Upload.account_id == viewer.must_have_account()).limit(1))
    if known is not None:
        return known
    upload = Upload(
        batch_id=batch.id, account_id=viewer.must_have_account(), state="open", error_params={}, answer={},
        created_at=now(), changed_at=now(),
    )  # fmt: skip
    session.add(upload)
    session.flush()
    audit.record(session, viewer, "upload.open", f"upload:{upload.id}", batch=batch.id)
    return upload.id


def find_upload(session: Session, viewer: Viewer, upload_id: int) -> Upload:
    """AccessError `not-found` where the viewer does not see its batch."""
    viewer.must_work_at("clerk")
    statement = select(Upload).join(Batch, Batch.id == Upload.batch_id).where(Upload.id == upload_id)
    upload: Upload | None = session.scalar(scoped(statement, viewer, Batch))
    if upload is None:
        raise AccessError("not-found")
    return upload


def must_take_files(session: Session, viewer: Viewer, upload_id: int) -> Upload:
    """InputError `upload.closed` where it is being taken in, was taken in or was given up."""
    upload = find_upload(session, viewer, upload_id)
    if upload.state != "open":
        raise InputError("upload.closed")
    return upload


def must_have_room(session: Session, area: UploadArea, room: Room) -> None:
    """InputError `upload.no-room` where what was announced does not fit: into the area, and once more when it is taken in."""
    coming = select(func.sum(UploadFile.size - UploadFile.got), func.sum(UploadFile.size)).join(
        Upload, Upload.id == UploadFile.upload_id
    )
    open_ones = Upload.state.not_in(_ENDED) & UploadFile.state.in_(["waiting", "here"])
    missing, all_bytes = session.execute(coming.where(open_ones)).one()
    again = int(all_bytes or 0) if room.stored_here else 0
    needed, free = int(missing or 0) + again + room.keep_free, area.free_bytes()
    if needed > free:
        raise InputError("upload.no-room", needed=needed // 1_000_000, free=free // 1_000_000)


def declare_whole(session: Session, viewer: Viewer, upload_id: int, files: int) -> None:
    """Nothing is missing: it may be taken in. `files` is what the person saw; said twice is harmless.

    InputError `upload.unfinished`, `upload.empty`, `upload.count-changed`.
    """
    upload = find_upload(session, viewer, upload_id)
    if upload.state in ("whole", "receiving", "received"):
        return
    if upload.state == "removed":
        raise InputError("upload.closed")
    counts = _counts(session, [upload.id]).get(upload.id, {})
    waiting, here = counts.get("waiting", (0, 0, 0))[0], counts.get("here", (0, 0, 0))[0]
    if waiting:
        raise InputError("upload.unfinished", count=waiting)
    if not here:
        raise InputError("upload.empty")
    if here != files:
        raise InputError("upload.count-changed", count=here)
    upload.state, upload.whole_at, upload.changed_at, upload.attempt = "whole", now(), now(), 0
    upload.account_id, upload.done, upload.error_code = viewer.must_have_account(), 0, None
    audit.record(session, viewer, "upload.whole", f"upload:{upload.id}", batch=upload.batch_id, files=here)


def reopen(session: Session, viewer: Viewer, upload_id: int) -> None:
    """Takes the word back, or tries again after a failure; InputError `upload.closed` once the taking-in has begun."""
    upload = find_upload(session, viewer, upload_id)
    if upload.state not in ("whole", "failed"):
        raise InputError("upload.closed")
    upload.state, upload.whole_at, upload.changed_at = "open", None, now()
    audit.record(session, viewer, "upload.reopen", f"upload:{upload.id}", batch=upload.batch_id)


def leave_out(session: Session, viewer: Viewer, upload_id: int, file_ids: Sequence[int] | None = None) -> int:
    """A person goes on without files that have not come (None: all of them); how many. Chosen again they come after all."""
    upload = must_take_files(session, viewer, upload_id)
    statement = select(UploadFile).where(UploadFile.upload_id == upload.id, UploadFile.state == "waiting")
    if file_ids is not None:
        statement = statement.where(UploadFile.id.in_(file_ids))
    rows = session.scalars(statement).all()
    for row in rows:
        row.state, row.changed_at = "left", now()
    if rows:
        audit.record(session, viewer, "upload.leave-out", f"upload:{upload.id}", batch=upload.batch_id, files=len(rows))
    return len(rows)


def give_up(session: Session, viewer: Viewer, upload_id: int) -> list[int]:
    """Nothing of it is taken in; the ids of the files whose bytes the caller drops after the commit. `upload.closed`."""
    upload = find_upload(session, viewer, upload_id)
    if upload.state in ("receiving", *_ENDED):
        raise InputError("upload.closed")
    upload.state, upload.ended_at, upload.changed_at = "removed", now(), now()
    audit.record(session, viewer, "upload.remove", f"upload:{upload.id}", batch=upload.batch_id)
    return list(session.scalars(select(UploadFile.id).where(UploadFile.upload_id == upload.id)))


def upload_row(session: Session, viewer: Viewer, upload_id: int) -> UploadRow:
    return _rows(session, [find_upload(session, viewer, upload_id)])[0]


def list_uploads(
    session: Session, viewer: Viewer, batch_id: int | None = None, *, after: int | None = None, limit: int = 50
) -> tuple[list[UploadRow], int | None]:
    """Uploads in sight and the id to go on after (None at the end): those that are not taken in first, then the newest; given up
    ones are left out."""
    viewer.must_work_at("clerk")
    statement = select(Upload).join(Batch, Batch.id == Upload.batch_id).where(Upload.state != "removed")
    statement = statement.where((Upload.state != "open") | (Upload.total > 0))
    if batch_id is not None:
        statement = statement.where(Upload.batch_id == find_batch(session, viewer, batch_id).id)
    ended = Upload.state == "received"
    if after is not None:
        was_ended = session.scalar(select(ended).where(Upload.id == after))
        older = ended & (Upload.id < after)
        statement = statement.where(older if was_ended else ended | (Upload.id < after))
    rows = session.scalars(scoped(statement, viewer, Batch).order_by(ended, Upload.id.desc()).limit(limit + 1)).all()
    return _rows(session, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def troubles(session: Session, viewer: Viewer, upload_id: int) -> list[Trouble]:
    """The first files that have not come, were refused or left out, by path."""
    upload = find_upload(session, viewer, upload_id)
    statement = (
        select(UploadFile)
        .where(UploadFile.upload_id == upload.id, UploadFile.state.in_(["waiting", "refused", "left"]))
        .order_by(UploadFile.state == "waiting", UploadFile.path)
        .limit(_SHOWN)
    )
    return [
        Trouble(row.id, row.path, row.size, row.got, row.state, row.reason, row.reason_params)
        for row in session.scalars(statement)
    ]


def _counts(session: Session, ids: Sequence[int]) -> dict[int, dict[str, tuple[int, int, int]]]:
    """By upload and state: how many files, their bytes, the bytes that are here."""
    statement = (
        select(
            UploadFile.upload_id, UploadFile.state, func.count(), func.sum(UploadFile.size), func.sum(UploadFile.got)
        )
        .where(UploadFile.upload_id.in_(ids))
        .group_by(UploadFile.upload_id, UploadFile.state)
    )
    answer: dict[int, dict[str, tuple[int, int, int]]] = {}
    for upload_id, state, count, size, got in session.execute(statement):
        answer.setdefault(upload_id, {})[state] = (int(count), int(size), int(got))
    return answer


def _rows(session: Session, uploads: Sequence[Upload]) -> list[UploadRow]:
    counts = _counts(session, [each.id for each in uploads])
    ids = {each.account_id for each in uploads}
    names: dict[int, str] = dict(
        session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))).tuples().all()
    )
    rows = []
    for each in uploads:
        mine = counts.get(each.id, {})
        coming = [mine[state] for state in ("here", "waiting") if state in mine]
        rows.append(
            UploadRow(
                id=each.id, batch_id=each.batch_id, batch=each.batch.name, by=names.get(each.account_id, ""),
                state=each.state, counts={state: count for state, (count, _, _) in mine.items()},
                size=sum(size for _, size, _ in coming), got=sum(got for _, _, got in coming), done=each.done, created_at=each.created_at, changed_at=each.changed_at,
                error_code=each.error_code, error_params=each.error_params, answer=each.answer,
            )
        )  # fmt: skip
    return rows
