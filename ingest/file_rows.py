"""The rows of delivered files: one for each place and content, looked up for a whole dossier at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from archive.tables import Dossier, PageVersion, ReceivedFile
from base.clock import now
from base.errors import JuanzongError
from ingest.delivery.homes import as_delivered
from ingest.delivery.model import DeliveredFile
from ingest.gone import Gone, Spoken
from ingest.placing import at_home_in
from ingest.receipt import Receipt
from ingest.storing import StoredFile, StoredPage

# SQLite takes some thousand values in one question, other databases more.
_AT_ONCE = 500


class FileRows:
    """What the batch knows of these files' places and contents, and the rows that it gets of them."""

    def __init__(
        self, session: Session, dossier: Dossier, files: Sequence[StoredFile], spoken: Spoken, receipt: Receipt
    ) -> None:
        self._session, self._dossier, self._receipt = session, dossier, receipt
        self._by_place: dict[str, list[ReceivedFile]] = defaultdict(list)
        by_bytes: dict[str, list[ReceivedFile]] = defaultdict(list)
        names = {name for file in files for name in (file.file.place, file.file.path)}
        found = {row.id: row for row in self._asked(ReceivedFile.path, names)}
        digests = {file.sha256 for file in files} - {""}
        found.update({row.id: row for row in self._asked(ReceivedFile.sha256, digests)})
        for row in found.values():
            self._by_place[row.path].append(row)
            if row.sha256 in digests:
                by_bytes[row.sha256].append(row)
        self._gone, self._stacks = Gone(session, spoken, by_bytes), spoken.stacks

    def _asked(self, column: InstrumentedAttribute[str], values: Iterable[str]) -> Iterator[ReceivedFile]:
        wanted = list(values)
        mine = ReceivedFile.batch_id == self._dossier.batch_id
        for start in range(0, len(wanted), _AT_ONCE):
            some = column.in_(wanted[start : start + _AT_ONCE])
            yield from self._session.scalars(select(ReceivedFile).where(mine, some).order_by(ReceivedFile.id))

    def row_of(self, stored: StoredFile) -> tuple[ReceivedFile, list[StoredPage]]:
        """The row of a file, and those of its pages that are to be placed now. The session is not flushed."""
        file, receipt = stored.file, self._receipt
        known = next((row for row in self.at_place(file) if row.sha256 == stored.sha256), None)
        stack, counted = file.place in self._stacks, file.path in receipt.stacks
        if stack:
            receipt.stacks.add(file.path)
        if known is not None:
            if not counted:
                _count_known(receipt, known, stored)
            return known, self._not_placed(known, stored) if stack else []
        row = ReceivedFile(
            batch_id=self._dossier.batch_id, path=file.place, home=file.home, sha256=stored.sha256, size=file.size,
            object_key=stored.key, received_at=now(), state="received",
        )  # fmt: skip
        if stored.error is not None:
            row.state, row.reason, row.reason_params = "quarantined", stored.error.code, plain_params(stored.error)
            receipt.quarantined.append((file.path, stored.error))
        elif (old := self._gone.one_of(stored.sha256)) is not None:
            # The same bytes, but their old place is gone: a move, which a person accepts or not.
            row.state = "moved"
            row.reason_params = {"from": old.path, "from_id": old.id, **_place_of(stored)}
            receipt.known_paths.append(file.path)
            receipt.moved.append({"from": old.told_in(receipt.name), "to": file.path})
        else:
            receipt.new_paths.append(file.path)
            self._forget_unread(file)
        self._session.add(row)
        return row, [page for page in stored.pages if page.error is None] if row.state == "received" else []

    def at_place(self, file: DeliveredFile) -> list[ReceivedFile]:
        """All that the batch has of this place, also as versions before 0017 kept it: by the path alone."""
        rows = self._by_place[file.place]
        if not file.home:
            return rows
        return [*rows, *(row for row in self._by_place[file.path] if not row.home and self._is_of_dossier(row))]

    def _is_of_dossier(self, row: ReceivedFile) -> bool:
        pages = self._session.scalars(select(PageVersion.page_id).where(PageVersion.file_id == row.id)).all()
        return not pages or bool(at_home_in(self._session, self._dossier, pages))

    def _not_placed(self, known: ReceivedFile, stored: StoredFile) -> list[StoredPage]:
        """The pages of a stack that go to another dossier than those before them."""
        if known.state != "received":
            return []
        placed = set(self._session.scalars(select(PageVersion.file_page).where(PageVersion.file_id == known.id)))
        return [page for page in stored.pages if page.error is None and page.page.page not in placed]

    def _forget_unread(self, file: DeliveredFile) -> None:
        """The file that could not be read last time is here now."""
        for row in self.at_place(file):
            if not row.sha256:
                self._session.delete(row)


def _place_of(stored: StoredFile) -> dict[str, Any]:
    """Where a moved file's pages belong by its new name: the dossier's key, and for each page material and number."""
    pages = [each.page for each in stored.pages]
    return {
        "dossier": next((page.dossier for page in pages if page.dossier), ""),
        "pages": [[page.page, page.material, page.number] for page in pages],
    }


def _count_known(receipt: Receipt, known: ReceivedFile, stored: StoredFile) -> None:
    path = stored.file.path
    if known.state == "quarantined":
        error = stored.error or JuanzongError(known.reason or "image.unreadable", **known.reason_params)
        receipt.quarantined.append((path, error))
        return
    receipt.known_paths.append(path)
    if known.state == "moved":
        receipt.moved.append({"from": as_delivered(str(known.reason_params["from"]), stored.file.home), "to": path})


def plain_params(error: JuanzongError) -> dict[str, object]:
    """The error's parameters as a row keeps them."""
    return {key: value if isinstance(value, (int, float, str)) else str(value) for key, value in error.params.items()}
