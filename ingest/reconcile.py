"""At the end of receiving: what manifests and lists promised of the batch against what it holds, kept with the batch."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.office import Office
from archive.tables import Batch, ReceivedFile
from base.errors import StorageError
from ingest.delivery.homes import as_delivered
from ingest.delivery.lists.reader import read_lists
from ingest.delivery.model import DeliveredFile, Delivery, file_at
from ingest.delivery.promise import Promise
from ingest.delivery.reconcile import reconcile
from ingest.delivery.settled import Settled, counts_of, digest_of_stream


def settle(office: Office, batch_id: int, delivery: Delivery) -> Settled:
    """Manifests of earlier deliveries of the batch count as those of this one do; so do the files."""
    with office.catalogue.read() as session:
        manifests = _rows(session, batch_id, ReceivedFile.state == "manifest")
    promises = [*delivery.promises, *_kept_promises(office, manifests, {each.manifest for each in delivery.promises})]
    if not promises:
        return Settled(None, counts_of(delivery))
    with office.catalogue.read() as session:
        rows = _rows(session, batch_id, ReceivedFile.state != "manifest")
    files = {file.place: file for file in delivery.files}
    digests = _Digests(office, {row.path: row for row in rows}, files)
    arrived = {row.path: row.size for row in rows}
    ignored = [file.place for file in delivery.files if file.kind in ("ignored", "manifest")]
    own = {row.path for row in (*manifests, *rows) if row.home and row.home == delivery.name}
    own |= {each.from_root for each in promises if each.home and each.home == delivery.name}
    settled = reconcile(promises, arrived, ignored, digests.of)
    return Settled(
        settled.told(lambda path: as_delivered(path, delivery.name if path in own else "")), counts_of(delivery)
    )


def keep_settled(batch: Batch, settled: Settled) -> None:
    """For the page of the batch. What a delivery without lists does not say leaves what an earlier one said."""
    said = {name: value for name, value in settled.as_json().items() if value is not None}
    if said:
        batch.promised = {**batch.promised, "reconcile": {**batch.promised.get("reconcile", {}), **said}}


def duplicates_in(session: Session, batch_id: int, name: str) -> list[dict[str, str]]:
    """Files of a batch with the very same bytes at two places, each with the earlier one that it repeats, as a delivery called
    `name` names them."""
    mine = (ReceivedFile.batch_id == batch_id) & (ReceivedFile.state == "received")
    twice = select(ReceivedFile.sha256).where(mine).group_by(ReceivedFile.sha256).having(func.count() > 1)
    statement = select(ReceivedFile).where(mine, ReceivedFile.sha256.in_(twice))
    first: dict[str, ReceivedFile] = {}
    found = []
    for row in session.scalars(statement.order_by(ReceivedFile.id)):
        earlier = first.setdefault(row.sha256, row)
        if earlier is not row:
            found.append({"file": row.told_in(name), "of": earlier.told_in(name)})
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    path: str
    sha256: str
    size: int
    state: str
    key: str
    home: str


def _rows(session: Session, batch_id: int, which: ColumnElement[bool]) -> list[_Row]:
    """Files of the batch; of two at one place the later one comes later."""
    columns = (
        ReceivedFile.path, ReceivedFile.sha256, ReceivedFile.size, ReceivedFile.state, ReceivedFile.object_key,
        ReceivedFile.home,
    )  # fmt: skip
    statement = select(*columns).where(ReceivedFile.batch_id == batch_id, which).order_by(ReceivedFile.id)
    return [_Row(*each) for each in session.execute(statement)]


def _kept_promises(office: Office, rows: list[_Row], read: set[str]) -> list[Promise]:
    """Of the manifests that earlier deliveries brought, read again from the store."""
    kept = {row.path: row for row in rows if row.path not in read}
    promises: list[Promise] = []
    for row in kept.values():
        with tempfile.TemporaryDirectory(prefix="juanzong-") as folder:
            source = Path(folder) / f"manifest{Path(row.path).suffix}"
            source.write_bytes(office.store.read(row.key))
            table = source.suffix.casefold() in (".xlsx", ".xlsm", ".xls", ".csv", ".tsv")
            file = file_at(row.path, source, row.size, "list" if table else "manifest")
            promises += [replace(each, home=row.home) for each in read_lists([file]).promises]
    return promises


@dataclass(frozen=True, slots=True)
class _Digests:
    """What is on record answers at once; for another algorithm the stored bytes are read, so that what we hold is compared."""

    office: Office
    rows: dict[str, _Row]
    files: dict[str, DeliveredFile]

    def of(self, path: str, algorithm: str) -> str | None:
        row = self.rows[path]
        if algorithm == "sha256":
            return row.sha256
        try:
            if row.key:
                with self.office.store.open(row.key) as stream:
                    return digest_of_stream(stream, algorithm)
            with self.files[path].source.open("rb") as stream:
                return digest_of_stream(stream, algorithm)
        except (StorageError, OSError, KeyError):
            return None
