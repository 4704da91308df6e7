"""Files become safe: each original is stored and read back, then its rows are committed, then its work is enqueued.

The order is always: write object → read back and verify → commit row → announce. A crash between any two leaves nothing
lost and nothing doubled: objects are keyed by their digest, rows by batch, place and digest, and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.accounts import find_or_make_enterprise, root_organization
from archive.custody import sm3
from archive.jobs import enqueue_many
from archive.office import Office
from archive.tables import Batch, Dossier, Organization, ReceivedFile
from base.clock import now
from base.errors import InputError, JuanzongError
from base.progress import Progress
from ingest.delivery.homes import housed
from ingest.delivery.model import DeliveredDossier, DeliveredFile, Delivery
from ingest.file_rows import FileRows, plain_params
from ingest.gone import Spoken, spoken_of
from ingest.keep_lists import keep_lists
from ingest.people import find_or_make_person
from ingest.placing import FreshPage, place_pages, sync_materials
from ingest.receipt import Receipt
from ingest.reconcile import duplicates_in, keep_settled, settle
from ingest.storing import Original, StoredFile, digest_of, store_ahead, store_original

__all__ = ["Receipt", "count_files", "receive"]


def receive(
    office: Office, delivery: Delivery, batch_name: str, viewer: Viewer, progress: Progress, profile: str
) -> Receipt:
    """Takes in a delivery, dossier by dossier; what was received before is known and not taken twice."""
    batch_id = _find_or_make_batch(office, delivery, batch_name, viewer, profile)
    delivery = housed(delivery)
    ignored = [each.path for each in delivery.files if each.kind == "ignored"]
    receipt = Receipt(batch_id, batch_name, delivery.name, ignored=ignored)
    receipt.separators = [{"file": page.file.path, "page": page.page} for page in delivery.separators]
    total = sum(1 for each in delivery.files if each.kind == "page")
    done = 0
    _receive_lists(office, delivery, batch_id)
    refused = {file.path: error for file, error in delivery.problems if file.kind == "page"}
    spoken = spoken_of(delivery)
    for dossier, stored in store_ahead(office, _with_loose(delivery)):
        with office.catalogue.write() as session:
            batch = session.get_one(Batch, batch_id)
            _commit_dossier(session, batch, dossier, stored, receipt, spoken)
        done += len(stored)
        progress.step("progress.receiving", done, total)
    _set_aside(office, delivery, refused, batch_id, receipt)
    settled = receipt.settled = settle(office, batch_id, delivery)
    with office.catalogue.write() as session:
        batch = session.get_one(Batch, batch_id)
        batch.received_at = now()
        notes = [*_notes(delivery), *settled.notes()]
        batch.notes = [{"code": note.code, "params": plain_params(note)} for note in notes]
        keep_settled(batch, settled)
        receipt.duplicates = duplicates_in(session, batch_id, delivery.name)
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
    spoken: Spoken,
) -> None:
    """The rows of one dossier in one transaction, with the work they cause."""
    dossier = _find_or_make_dossier(session, batch, delivered)
    materials = sync_materials(session, dossier, delivered)
    rows = FileRows(session, dossier, files, spoken, receipt)
    fresh: list[FreshPage] = []
    for stored in files:
        row, pages = rows.row_of(stored)
        others = [each for each in rows.at_place(stored.file) if each.sha256] if pages else []
        fresh += [FreshPage(page, row, others) for page in pages]
    sm3.keep(session, [each for stored in files for each in stored.objects()])
    session.flush()
    versions = place_pages(session, dossier, materials, fresh, receipt.replaced)
    enqueue_many(session, "measure", versions, batch_id=batch.id)
    if versions:
        batch.state = "working"


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
    """The sender's own lists are kept as they came, byte for byte, and so are sheets between stacks; of a ZIP its digest, for
    its members are kept."""
    for file in delivery.files:
        if file.kind in ("list", "manifest", "separator"):
            kept = store_original(office, file.source, file.path)
        elif file.kind == "container":
            kept = Original(digest_of(file.source, file.path), "", file.size, "")
        else:
            continue
        with office.catalogue.write() as session:
            _add_once(session, batch_id, file, kept, file.kind)


def _set_aside(
    office: Office, delivery: Delivery, refused: dict[str, JuanzongError], batch_id: int, receipt: Receipt
) -> None:
    """Files that gave no page at all (a locked PDF …): their bytes are kept, their reason is listed.

    Of what could not be taken out of a ZIP the bytes are those of the ZIP, which is stored once.
    """
    if not refused:
        return
    placed = {page.file.path for page in delivery.pages()}
    kept: dict[Path, Original] = {}
    for file in delivery.files:
        error = refused.get(file.path)
        if error is None or file.path in placed:
            continue
        if file.source not in kept:
            kept[file.source] = store_original(office, file.source, file.path)
        with office.catalogue.write() as session:
            row = _add_once(session, batch_id, file, kept[file.source], "quarantined")
            row.reason, row.reason_params = error.code, plain_params(error)
        receipt.quarantined.append((file.path, error))


def _add_once(session: Session, batch_id: int, file: DeliveredFile, kept: Original, state: str) -> ReceivedFile:
    sm3.keep(session, kept.objects())
    known = session.scalar(
        select(ReceivedFile).where(
            ReceivedFile.batch_id == batch_id, ReceivedFile.path == file.place, ReceivedFile.sha256 == kept.sha256
        )
    )
    if known is not None:
        return known
    row = ReceivedFile(
        batch_id=batch_id, path=file.place, home=file.home, sha256=kept.sha256, size=file.size, object_key=kept.key,
        state=state, received_at=now(),
    )  # fmt: skip
    session.add(row)
    return row


def count_files(session: Session, batch_id: int, state: str) -> int:
    statement = select(func.count()).where(ReceivedFile.batch_id == batch_id, ReceivedFile.state == state)
    return session.scalar(statement) or 0
