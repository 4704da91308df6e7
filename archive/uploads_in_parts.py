"""Files on their way from a browser: announced, brought in parts, each part with its digest, gone on with where it stopped.

The announced list is the manifest: it says how many there will be before the first byte comes. A part counts once it is on
the disk; a file counts once all of it was read back and is what the browser read. The same part again is no harm.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.catalogue import Catalogue
from archive.tables import Upload, UploadFile
from archive.upload_area import PART_BYTES, UploadArea, Whole
from archive.upload_desk import Room, find_upload, must_have_room, must_take_files
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import InputError

MOST_ANNOUNCED = 1000
MOST_FILES = 200_000
# A page has at most 500 MB (`ingest.storing`); a ZIP holds many and may be larger.
_LARGEST = 500_000_000
_LARGEST_ZIP = 200_000_000_000
_LONGEST_PATH, _LONGEST_NAME = 1000, 255


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that a browser has: its path as dropped, bytes, time (ms since 1970); `replace`: instead of another so named."""

    path: str
    size: int
    modified: int
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of a file with their digest; `tree` comes with the last part of a file (`upload_area.Whole`)."""

    file_id: int
    offset: int
    sha256: str
    data: bytes
    tree: str = ""


@dataclass(frozen=True, slots=True)
class FileState:
    """How far a file is. `state` as in the row, or `other` (another file has this path) or `damaged` (send the part again)."""

    id: int
    state: str
    got: int
    reason: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


def announce(
    session: Session,
    viewer: Viewer,
    area: UploadArea,
    upload_id: int,
    files: Sequence[Announced],
    *,
    ignored: Callable[[str], str | None],
    room: Room,
) -> list[FileState]:
    """Notes the files, and answers for each how much of it is here; `ignored` says of a path why it is passed over.

    InputError `upload.closed`, `upload.too-many`, `upload.no-room`: then nothing was noted.
    """
    upload = must_take_files(session, viewer, upload_id)
    paths = [each.path for each in files]
    known_rows = session.scalars(
        select(UploadFile).where(UploadFile.upload_id == upload.id, UploadFile.path.in_(paths))
    )
    known = {row.path: row for row in known_rows}
    fresh = [each for each in files if each.path not in known]
    if len(files) > MOST_ANNOUNCED or upload.total + len(fresh) > MOST_FILES:
        raise InputError("upload.too-many", limit=MOST_FILES)
    upload.total += len({each.path for each in fresh})
    upload.changed_at = now()
    answers = []
    for each in files:
        row = known.get(each.path)
        if row is None:
            row = known[each.path] = _new_row(upload.id, each, ignored)
            session.add(row)
        elif not _is_same(row, each):
            if not each.replace:
                answers.append((row, "other"))
                continue
            _begin_again(row, each)
        elif row.state == "left":
            row.state = "waiting"
        answers.append((row, ""))
    session.flush()
    must_have_room(session, area, room)
    return [_answer(area, row, state) for row, state in answers]


def _new_row(upload_id: int, file: Announced, ignored: Callable[[str], str | None]) -> UploadFile:
    row = UploadFile(
        upload_id=upload_id, path=file.path, size=file.size, modified=file.modified, state="waiting", got=0, sha256="",
        reason_params={}, changed_at=now(),
    )  # fmt: skip
    largest = _LARGEST_ZIP if file.path.casefold().endswith(".zip") else _LARGEST
    if not is_safe(file.path):
        row.state, row.reason = "refused", "upload.bad-path"
    elif (reason := ignored(file.path)) is not None:
        row.state, row.reason = "ignored", reason
    elif file.size > largest:
        row.state, row.reason = "refused", "upload.too-large"
        row.reason_params = {"megabytes": file.size // 1_000_000, "limit": largest // 1_000_000}
    return row


def is_safe(path: str) -> bool:
    """A path below the delivery: no step up, no empty step, nothing that cannot be shown."""
    steps = path.split("/")
    return (
        len(path) <= _LONGEST_PATH
        and all(step not in ("", ".", "..") and len(step) <= _LONGEST_NAME for step in steps)
        and "\\" not in path
        and path.isprintable()
    )


def _is_same(row: UploadFile, file: Announced) -> bool:
    return row.size == file.size and (row.modified == file.modified or row.state in ("ignored", "refused"))


def _begin_again(row: UploadFile, file: Announced) -> None:
    row.size, row.modified, row.got, row.sha256 = file.size, file.modified, 0, ""
    row.state, row.reason, row.reason_params, row.changed_at = "waiting", None, {}, now()


def _answer(area: UploadArea, row: UploadFile, state: str) -> FileState:
    got = row.got
    if row.state == "waiting" and got:
        # The disk may have lost what the row says (a copied catalogue, a disk put back): what is not there comes again.
        got = min(got, area.here(row.upload_id, row.id)) // PART_BYTES * PART_BYTES
        row.got = got
    return FileState(row.id, state or row.state, got, row.reason, row.reason_params)


def keep_parts(
    catalogue: Catalogue, viewer: Viewer, area: UploadArea, upload_id: int, parts: Sequence[Part]
) -> list[FileState]:
    """Takes some parts, each of another file: written, read back where the file is whole, then said in the rows.

    A part is answered with how far its file is now; one whose bytes are not those announced is `damaged` and leaves nothing.
    """
    with catalogue.read() as session:
        find_upload(session, viewer, upload_id)
        ids = [part.file_id for part in parts]
        rows = {
            row.id: row
            for row in session.scalars(
                select(UploadFile).where(UploadFile.upload_id == upload_id, UploadFile.id.in_(ids))
            )
        }
    if len(rows) != len(parts):
        raise InputError("upload.unknown-file")
    answers: dict[int, FileState] = {}
    written: list[tuple[Part, Whole | None]] = []
    for part in parts:
        row = rows[part.file_id]
        if row.state != "waiting" or part.offset != row.got or not _fits(row, part):
            answers[row.id] = FileState(row.id, row.state, row.got, row.reason)
        elif not hmac.compare_digest(sha256_of_bytes(part.data), part.sha256):
            answers[row.id] = FileState(row.id, "damaged", row.got, "upload.part-damaged")
        else:
            area.write(upload_id, row.id, part.offset, part.data)
            last = part.offset + len(part.data) == row.size
            written.append((part, area.read_back(upload_id, row.id) if last else None))
    good = [part.file_id for part, whole in written if whole is not None and whole.tree == part.tree]
    area.finish(upload_id, good)
    with catalogue.write() as session:
        upload = must_take_files(session, viewer, upload_id)
        upload.changed_at = now()
        for part, whole in written:
            answers[part.file_id] = _commit(session, upload, part, whole)
    return [answers[part.file_id] for part in parts]


def _fits(row: UploadFile, part: Part) -> bool:
    """Parts lie side by side from the start, all of one length but the last."""
    return part.offset % PART_BYTES == 0 and len(part.data) == min(PART_BYTES, row.size - part.offset)


def _commit(session: Session, upload: Upload, part: Part, whole: Whole | None) -> FileState:
    values: dict[str, Any] = {"got": part.offset + len(part.data), "changed_at": now(), "reason": None}
    if whole is not None and whole.tree == part.tree:
        values |= {"state": "here", "sha256": whole.sha256}
    elif whole is not None:
        # Its parts are not of one file: it changed at the clerk's while it came, or on our disk. From the start.
        values |= {"got": 0, "reason": "upload.changed"}
    # Whoever came first with this part has said it already.
    held = update(UploadFile).where(
        UploadFile.id == part.file_id, UploadFile.state == "waiting", UploadFile.got == part.offset
    )
    session.connection().execute(held.values(**values))
    row = session.scalars(
        select(UploadFile).where(UploadFile.id == part.file_id, UploadFile.upload_id == upload.id)
    ).one()
    return FileState(row.id, row.state, row.got, row.reason)
