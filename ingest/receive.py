"""Files become safe: each original is stored and read back, then its rows are committed, then its work is enqueued.

The order is always: write object → read back and verify → commit row → announce. A crash between any two leaves nothing
lost and nothing doubled: objects are keyed by their digest, rows by batch, path and digest, and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.accounts import find_or_make_enterprise, root_organization
from archive.jobs import enqueue
from archive.office import Office
from archive.tables import Batch, Dossier, Organization, ReceivedFile
from base.clock import now
from base.errors import InputError, JuanzongError
from base.progress import Progress
from ingest.delivery.model import DeliveredDossier, DeliveredFile, Delivery
from ingest.keep_lists import keep_lists
from ingest.people import find_or_make_person
from ingest.placing import place_pages, sync_materials
from ingest.storing import StoredFile, StoredPage, by_file, digest_of, store_file, store_original


@dataclass(slots=True)
class Receipt:
    """What one run received. Files are counted: received = new + known + quarantined."""

    batch_id: int
    batch: str
    new_paths: list[str] = field(default_factory=list)
    known_paths: list[str] = field(default_factory=list)
    quarantined: list[tuple[str, JuanzongError]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    moved: list[dict[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def new(self) -> int:
        return len(self.new_paths)

    @property
    def known(self) -> int:
        return len(self.known_paths)

    def set_aside(self, path: str, error: JuanzongError) -> None:
        """A file that could be received but not opened: it counts as set aside, once, whatever it counted as before."""
        for paths in (self.new_paths, self.known_paths):
            if path in paths:
                paths.remove(path)
                self.quarantined.append((path, error))

    @property
    def received(self) -> int:
        return self.new + self.known + len(self.quarantined)


def receive(
    office: Office, delivery: Delivery, batch_name: str, viewer: Viewer, progress: Progress, profile: str
) -> Receipt:
    """Takes in a delivery, dossier by dossier; what was received before is known and not taken twice."""
    batch_id = _find_or_make_batch(office, delivery, batch_name, viewer, profile)
    receipt = Receipt(batch_id, batch_name, ignored=[each.path for each in delivery.files if each.kind == "ignored"])
    total = sum(1 for each in delivery.files if each.kind == "page")
    done = 0
    _receive_lists(office, delivery, batch_id)
    refused = {file.path: error for file, error in delivery.problems if file.kind == "page"}
    paths = frozenset(each.path for each in delivery.files if each.kind == "page")
    for dossier in _with_loose(delivery):
        files = by_file(dossier.pages)
        stored = [store_file(office, file, pages) for file, pages in files]
        with office.catalogue.write() as session:
            batch = session.get_one(Batch, batch_id)
            _commit_dossier(session, batch, dossier, stored, receipt, paths)
        done += len(files)
        progress.step("progress.receiving", done, total)
    _set_aside(office, delivery, refused, batch_id, receipt)
    with office.catalogue.write() as session:
        batch = session.get_one(Batch, batch_id)
        batch.received_at = now()
        batch.notes = [{"code": note.code, "params": _plain(note)} for note in _notes(delivery)]
        keep_lists(session, batch, delivery, will_judge=receipt.new > 0)
        audit.record(session, viewer, "batch.receive", f"batch:{batch_id}", files=receipt.received, new=receipt.new)
    return receipt


def _find_or_make_batch(office: Office, delivery: Delivery, name: str, viewer: Viewer, profile: str) -> int:
    with office.catalogue.write() as session:
        known = session.scalar(select(Batch).where(Batch.name == name))
        if known is not None:
            return known.id
        batch = Batch(
            name=name,
            organization_id=root_organization(session).id,
            profile=profile,
            promised={
                "people": len(delivery.people),
                "pages": sum(row.pages or 0 for row in delivery.people),
            },
            created_at=now(),
        )
        session.add(batch)
        session.flush()
        audit.record(session, viewer, "batch.make", f"batch:{batch.id}")
        return batch.id


def _notes(delivery: Delivery) -> Iterable[JuanzongError]:
    """What of the lists does not fit: said by the reader, and each row of the list that came without any image."""
    yield from delivery.notes
    with_images = {each.person for each in delivery.dossiers}
    for row in delivery.people:
        if row not in with_images:
            yield InputError("delivery.row-without-images", path=row.list_path, row=row.row, number=row.number)


def _with_loose(delivery: Delivery) -> Iterable[DeliveredDossier]:
    """The dossiers, and one without a person for pages that belong to none: a person decides where they go."""
    yield from delivery.dossiers
    if delivery.loose:
        yield DeliveredDossier(key="", layout="single", person=None, materials=(), pages=delivery.loose)


def _commit_dossier(
    session: Session,
    batch: Batch,
    delivered: DeliveredDossier,
    files: list[StoredFile],
    receipt: Receipt,
    paths: frozenset[str],
) -> None:
    """The rows of one dossier in one transaction, with the work they cause."""
    dossier = _find_or_make_dossier(session, batch, delivered)
    sync_materials(session, dossier, delivered)
    fresh: list[tuple[StoredPage, ReceivedFile]] = []
    for stored in files:
        row, is_new = _file_row(session, batch, stored, receipt, paths)
        if is_new and row.state == "received":
            fresh += [(page, row) for page in stored.pages if page.error is None]
    versions = place_pages(session, dossier, delivered, fresh, receipt.replaced)
    for version_id in versions:
        enqueue(session, "measure", version_id, batch_id=batch.id)
    if versions:
        batch.state = "working"


def _file_row(
    session: Session, batch: Batch, stored: StoredFile, receipt: Receipt, paths: frozenset[str]
) -> tuple[ReceivedFile, bool]:
    """The row of a file, and whether its pages are to be placed now."""
    path = stored.file.path
    same_bytes = select(ReceivedFile).where(ReceivedFile.batch_id == batch.id, ReceivedFile.sha256 == stored.sha256)
    known = session.scalar(same_bytes.where(ReceivedFile.path == path))
    if known is not None:
        _count_known(receipt, known, stored)
        return known, False
    row = ReceivedFile(
        batch_id=batch.id, path=path, sha256=stored.sha256, size=stored.file.size, object_key=stored.key,
        received_at=now(),
    )  # fmt: skip
    if stored.error is not None:
        row.state, row.reason, row.reason_params = "quarantined", stored.error.code, _plain(stored.error)
        receipt.quarantined.append((path, stored.error))
    else:
        gone = [each for each in session.scalars(same_bytes) if each.path not in paths and each.state == "received"]
        if gone:
            # The same bytes, but their old place is gone: a move, which a person accepts or not.
            row.state = "moved"
            row.reason_params = {"from": gone[0].path, "from_id": gone[0].id, **_place_of(stored)}
            receipt.known_paths.append(path)
            receipt.moved.append({"from": gone[0].path, "to": path})
        else:
            receipt.new_paths.append(path)
    session.add(row)
    session.flush()
    return row, row.state == "received"


def _place_of(stored: StoredFile) -> dict[str, Any]:
    """Where a moved file's pages belong by its new name: the dossier's key, and for each page material and number."""
    pages = [each.page for each in stored.pages]
    return {
        "dossier": next((page.dossier for page in pages if page.dossier), ""),
        "pages": [[page.page, page.material, page.number] for page in pages],
    }


def _count_known(receipt: Receipt, known: ReceivedFile, stored: StoredFile) -> None:
    if known.state == "quarantined":
        error = stored.error or JuanzongError(known.reason or "image.unreadable", **known.reason_params)
        receipt.quarantined.append((known.path, error))
        return
    receipt.known_paths.append(known.path)
    if known.state == "moved":
        receipt.moved.append({"from": str(known.reason_params["from"]), "to": known.path})


def _find_or_make_dossier(session: Session, batch: Batch, delivered: DeliveredDossier) -> Dossier:
    known = session.scalar(select(Dossier).where(Dossier.batch_id == batch.id, Dossier.key == delivered.key))
    if known is not None:
        return known
    unit = _unit(session, batch, delivered)
    person = find_or_make_person(session, delivered.person, unit) if delivered.person else None
    dossier = Dossier(
        batch_id=batch.id,
        organization_id=unit.id,
        person_id=person.id if person else None,
        key=delivered.key,
        archive_no=delivered.person.archive_no if delivered.person else "",
        layout=delivered.layout,
        state="splitting" if delivered.layout == "run" else "received",
        list_row=asdict(delivered.person) if delivered.person else {},
        created_at=now(),
    )
    session.add(dossier)
    session.flush()
    return dossier


def _unit(session: Session, batch: Batch, delivered: DeliveredDossier) -> Organization:
    office = session.get_one(Organization, batch.organization_id)
    name = delivered.person.organisation if delivered.person else ""
    return find_or_make_enterprise(session, name, office) if name else office


def _receive_lists(office: Office, delivery: Delivery, batch_id: int) -> None:
    """The sender's own lists are kept as they came, byte for byte; of a ZIP its digest, for its members are kept."""
    for file in delivery.files:
        if file.kind == "list":
            sha256, key = store_original(office, file.source, file.path)
        elif file.kind == "container":
            sha256, key = digest_of(file.source, file.path), ""
        else:
            continue
        with office.catalogue.write() as session:
            _add_once(session, batch_id, file, sha256, key, file.kind)


def _set_aside(
    office: Office, delivery: Delivery, refused: dict[str, JuanzongError], batch_id: int, receipt: Receipt
) -> None:
    """Files that gave no page at all (a locked PDF …): their bytes are kept, their reason is listed.

    Of what could not be taken out of a ZIP the bytes are those of the ZIP, which is stored once.
    """
    placed = {page.file.path for page in delivery.pages()}
    kept: dict[Path, tuple[str, str]] = {}
    for file in delivery.files:
        error = refused.get(file.path)
        if error is None or file.path in placed:
            continue
        if file.source not in kept:
            kept[file.source] = store_original(office, file.source, file.path)
        sha256, key = kept[file.source]
        with office.catalogue.write() as session:
            row = _add_once(session, batch_id, file, sha256, key, "quarantined")
            row.reason, row.reason_params = error.code, _plain(error)
        receipt.quarantined.append((file.path, error))


def _add_once(session: Session, batch_id: int, file: DeliveredFile, sha256: str, key: str, state: str) -> ReceivedFile:
    known = session.scalar(
        select(ReceivedFile).where(
            ReceivedFile.batch_id == batch_id, ReceivedFile.path == file.path, ReceivedFile.sha256 == sha256
        )
    )
    if known is not None:
        return known
    row = ReceivedFile(
        batch_id=batch_id, path=file.path, sha256=sha256, size=file.size, object_key=key, state=state,
        received_at=now(),
    )  # fmt: skip
    session.add(row)
    return row


def count_files(session: Session, batch_id: int, state: str) -> int:
    statement = select(func.count()).where(ReceivedFile.batch_id == batch_id, ReceivedFile.state == state)
    return session.scalar(statement) or 0


def _plain(error: JuanzongError) -> dict[str, object]:
    return {key: value if isinstance(value, (int, float, str)) else str(value) for key, value in error.params.items()}
