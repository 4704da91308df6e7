"""The rows of delivered files: one for each place and content, looked up for a whole dossier at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from archive.tables import ReceivedFile
from base.clock import now
from base.errors import JuanzongError
from ingest.receipt import Receipt
from ingest.storing import StoredFile

# SQLite takes some thousand values in one question, other databases more.
_AT_ONCE = 500


class FileRows:
    """What the batch knows of these files' places and contents, and the rows that it gets of them.

    `still_there` are all paths of the delivery: a file whose old place is none of them was moved.
    """

    def __init__(
        self,
        session: Session,
        batch_id: int,
        files: Sequence[StoredFile],
        still_there: frozenset[str],
        receipt: Receipt,
    ) -> None:
        self._session, self._batch_id = session, batch_id
        self._still_there, self._receipt = still_there, receipt
        self._by_path: dict[str, list[ReceivedFile]] = defaultdict(list)
        self._by_bytes: dict[str, list[ReceivedFile]] = defaultdict(list)
        found = {row.id: row for row in self._asked(ReceivedFile.path, (file.file.path for file in files))}
        digests = {file.sha256 for file in files} - {""}
        found.update({row.id: row for row in self._asked(ReceivedFile.sha256, digests)})
        for row in found.values():
            self._by_path[row.path].append(row)
            self._by_bytes[row.sha256].append(row)

    def _asked(self, column: InstrumentedAttribute[str], values: Iterable[str]) -> Iterator[ReceivedFile]:
        wanted = list(values)
        for start in range(0, len(wanted), _AT_ONCE):
            some = column.in_(wanted[start : start + _AT_ONCE])
            # The oldest first: of several old places of a file that moved, the first is named.
            rows = select(ReceivedFile).where(ReceivedFile.batch_id == self._batch_id, some).order_by(ReceivedFile.id)
            yield from self._session.scalars(rows)

    def row_of(self, stored: StoredFile) -> tuple[ReceivedFile, bool]:
        """The row of a file, and whether its pages are to be placed now. The session is not flushed."""
        path = stored.file.path
        known = next((row for row in self._by_path[path] if row.sha256 == stored.sha256), None)
        if known is not None:
            _count_known(self._receipt, known, stored)
            return known, False
        row = ReceivedFile(
            batch_id=self._batch_id, path=path, sha256=stored.sha256, size=stored.file.size, object_key=stored.key,
            received_at=now(), state="received",
        )  # fmt: skip
        if stored.error is not None:
            row.state, row.reason, row.reason_params = "quarantined", stored.error.code, plain_params(stored.error)
            self._receipt.quarantined.append((path, stored.error))
        elif (old := self._moved_from(stored)) is not None:
            # The same bytes, but their old place is gone: a move, which a person accepts or not.
            row.state = "moved"
            row.reason_params = {"from": old.path, "from_id": old.id, **_place_of(stored)}
            self._receipt.known_paths.append(path)
            self._receipt.moved.append({"from": old.path, "to": path})
        else:
            self._receipt.new_paths.append(path)
            self._forget_unread(path)
        self._session.add(row)
        return row, row.state == "received"

    def is_new_place(self, path: str) -> bool:
        """Nothing of the batch was ever received at this path."""
        return not any(row.sha256 for row in self._by_path[path])

    def _moved_from(self, stored: StoredFile) -> ReceivedFile | None:
        gone = (row for row in self._by_bytes[stored.sha256] if row.state == "received")
        return next((row for row in gone if row.path not in self._still_there), None)

    def _forget_unread(self, path: str) -> None:
        """The file that could not be read last time is here now."""
        for row in self._by_path[path]:
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
    if known.state == "quarantined":
        error = stored.error or JuanzongError(known.reason or "image.unreadable", **known.reason_params)
        receipt.quarantined.append((known.path, error))
        return
    receipt.known_paths.append(known.path)
    if known.state == "moved":
        receipt.moved.append({"from": str(known.reason_params["from"]), "to": known.path})


def plain_params(error: JuanzongError) -> dict[str, object]:
    """The error's parameters as a row keeps them."""
    return {key: value if isinstance(value, (int, float, str)) else str(value) for key, value in error.params.items()}
