"""An upload that a person called whole becomes a delivery of its batch, by the code that takes in a folder.

Its files lie under numbers; the names that they were delivered with come from the rows. Before anything is taken in, all of
it is read once more: what the disk no longer gives as it came is asked for again, and nothing is taken half.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import audit
from archive.access import viewer_of
from archive.catalogue import Catalogue
from archive.office import Office
from archive.tables import Account, Batch, ReceivedFile, Upload, UploadFile
from archive.upload_area import UploadArea, whole_of
from base.clock import SLACK, now
from base.errors import JuanzongError
from base.progress import Progress
from ingest.delivery import naming
from ingest.delivery.model import Delivery, file_at
from ingest.delivery.opened import open_files
from ingest.delivery.stacks import FindSheets
from ingest.delivery.walk import LIST_EXTENSIONS, classified
from ingest.receive import Receipt, receive
from ingest.taking import room_to_unpack, sheets_of

LEASE = timedelta(seconds=60)
_MOST_ATTEMPTS = 3


def claim(catalogue: Catalogue, owner: str) -> int | None:
    """The next upload to take in, leased to `owner`; None where none waits. One whose process died comes again."""
    at = now()
    # Farther ahead than it can have been set: a clock was put back since.
    over = (Upload.lease_until < at) | (Upload.lease_until > at + LEASE + SLACK)
    waits = (Upload.state == "whole") | ((Upload.state == "receiving") & over)
    statement = select(Upload).where(waits).order_by(Upload.id).limit(1)
    with catalogue.read() as session:
        if session.scalar(statement) is None:
            return None
    with catalogue.write() as session:
        row = session.scalar(statement.with_for_update(skip_locked=True))
        if row is None:
            return None
        if row.attempt >= _MOST_ATTEMPTS:
            row.state, row.error_code, row.error_params = "failed", "upload.broke-off", {"attempts": row.attempt}
            return None
        row.state, row.lease_owner, row.lease_until = "receiving", owner, now() + LEASE
        row.attempt += 1
        return row.id


def beat(catalogue: Catalogue, upload_id: int, owner: str, done: int, total: int) -> bool:
    """Renews the lease and says how far it is; False where another process has it now."""
    with catalogue.write() as session:
        mine = update(Upload).where(Upload.id == upload_id, Upload.lease_owner == owner, Upload.state == "receiving")
        values = {"lease_until": now() + LEASE, "done": done, "answer": {"of": total}}
        return bool(session.connection().execute(mine.values(**values)).rowcount)


def release(catalogue: Catalogue, owner: str) -> None:
    """Its process ended: another may go on at once."""
    with catalogue.write() as session:
        held = update(Upload).where(Upload.lease_owner == owner, Upload.state == "receiving")
        session.connection().execute(held.values(lease_until=now()))


def take_in(office: Office, upload_id: int, progress: Progress) -> Receipt | None:
    """Receives a claimed upload; None where it could not be, and the row says why. Again after a crash it goes on.

    Its bytes leave the upload area once the store has them.
    """
    try:
        return _take_in(office, upload_id, progress)
    except JuanzongError as error:
        params = {key: str(value) for key, value in error.params.items()}
        _end(office, upload_id, "failed", error_code=error.code, error_params=params)
        return None
    except Exception as error:  # noqa: BLE001 — a job ends here; the text may hold personal data, the type does not
        _end(office, upload_id, "failed", error_code="job.failed", error_params={"detail": type(error).__name__})
        return None


def _take_in(office: Office, upload_id: int, progress: Progress) -> Receipt | None:
    area = UploadArea(office.settings.data_dir)
    with office.catalogue.read() as session:
        upload = session.get_one(Upload, upload_id)
        batch = session.get_one(Batch, upload.batch_id)
        viewer = viewer_of(session, session.get_one(Account, upload.account_id))
        rows = session.scalars(
            select(UploadFile)
            .where(UploadFile.upload_id == upload_id, UploadFile.state.in_(["here", "ignored"]))
            .order_by(UploadFile.id)
        ).all()
    if _send_back_damaged(office, area, upload_id, rows):
        return None
    with room_to_unpack(office) as scratch:
        delivery, names = delivery_of(area, rows, scratch, sheets_of(office))
        receipt = receive(office, delivery, batch.name, viewer, progress, batch.profile)
    with office.catalogue.write() as session:
        audit.record(session, viewer, "upload.receive", f"upload:{upload_id}", batch=batch.id, files=receipt.received)
    counts = {
        "of": receipt.received, "received": receipt.received, "new": receipt.new, "known": receipt.known,
        "aside": len(receipt.quarantined), "replaced": len(receipt.replaced), "moved": len(receipt.moved),
        "ignored": len(receipt.ignored),
    }  # fmt: skip
    _end(office, upload_id, "received", done=receipt.received, answer=counts, ended_at=now())
    with office.catalogue.read() as session:
        kept = _not_in_store(session, batch.id, rows, _kept_whole(delivery, names))
    area.drop(upload_id, [row.id for row in rows if row.id not in kept])
    return receipt


def _end(office: Office, upload_id: int, state: str, **values: object) -> None:
    with office.catalogue.write() as session:
        row = session.get_one(Upload, upload_id)
        row.state, row.changed_at, row.lease_until = state, now(), None
        for name, value in values.items():
            setattr(row, name, value)


def _send_back_damaged(office: Office, area: UploadArea, upload_id: int, rows: Sequence[UploadFile]) -> int:
    """How many files are not on the disk as they came: they are to come again, and the upload is open for them."""
    damaged = []
    for row in rows:
        path = area.path(upload_id, row.id)
        if row.state == "here" and (not path.is_file() or whole_of(path).sha256 != row.sha256):
            damaged.append(row.id)
    if damaged:
        with office.catalogue.write() as session:
            for row in session.scalars(select(UploadFile).where(UploadFile.id.in_(damaged))):
                row.state, row.got, row.sha256, row.reason = "waiting", 0, "", "upload.damaged-here"
        error = {"error_code": "upload.some-damaged", "error_params": {"count": len(damaged)}}
        _end(office, upload_id, "open", **error)
    return len(damaged)


def delivery_of(
    area: UploadArea,
    rows: Sequence[UploadFile],
    scratch: Path | None = None,
    find_sheets: FindSheets | None = None,
) -> tuple[Delivery, dict[str, int]]:
    """The rows as a delivery, and the ids of its files by delivered path. ZIPs are unpacked below `scratch`.

    Files that came without any folder are called after the upload: `001.jpg` of the next one is another sheet.
    """
    shared = shared_folder([row.path for row in rows if row.state == "here"])
    name = shared or (f"upload-{rows[0].upload_id}" if rows else "upload")
    files, names = [], {}
    for row in rows:
        path = row.path.removeprefix(f"{shared}/") if shared else row.path
        source = area.path(row.upload_id, row.id)
        if row.state == "ignored":
            files.append(file_at(path, source, row.size, "ignored", row.reason))
        else:
            files.append(classified(source, path, row.size))
            names[path] = row.id
    return open_files(area.root, name, files, scratch=scratch, find_sheets=find_sheets), names


def shared_folder(paths: Sequence[str]) -> str:
    """The folder that only carries the hand-over, as `juanzong ingest FOLDER` is told it; empty where there is none.

    A folder that all files lie in and that has a table right inside: but not one named after a person, nor one with folders
    of classes or materials in it, which is a dossier and must keep its name.
    """
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    if len(tops) != 1 or any("/" not in path for path in paths):
        return ""
    top = next(iter(tops))
    steps = [path.split("/") for path in paths]
    has_list = any(len(each) == 2 and f".{each[1].rpartition('.')[2].casefold()}" in LIST_EXTENSIONS for each in steps)
    below = {each[1] for each in steps if len(each) > 2}
    is_dossier = any(naming.material_name(each) or naming.class_folder(each) for each in below)
    return top if has_list and not is_dossier and naming.who_of(top) is None else ""


def _kept_whole(delivery: Delivery, names: dict[str, int]) -> dict[str, int]:
    """Of the files those whose bytes are kept as they came: a ZIP gives its members, what is ignored is not kept."""
    wanted = {file.path for file in delivery.files if file.kind in ("page", "list")}
    return {path: row for path, row in names.items() if path in wanted}


def _not_in_store(session: Session, batch_id: int, rows: Sequence[UploadFile], names: dict[str, int]) -> set[int]:
    """Files whose bytes no row of the batch names in the store (one too large, say): they stay here."""
    digests = {row.id: row.sha256 for row in rows if row.state == "here"}
    wanted = sorted({digests[each] for each in names.values()})
    stored: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        statement = select(ReceivedFile.sha256).where(ReceivedFile.batch_id == batch_id, ReceivedFile.sha256.in_(some))
        stored |= set(session.scalars(statement.where(ReceivedFile.object_key != "")))
    return {each for each in names.values() if digests[each] not in stored}
