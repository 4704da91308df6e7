"""Which file a known one was moved from: one of the same bytes whose old place a delivery says is gone.

A delivery that brings other dossiers says nothing of those that came before: that a blank sheet of one of them has the bytes of a
sheet of another does not move it. It speaks of a dossier by bringing files of it, or by bringing half of it or more elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.tables import Dossier, Page, PageVersion, ReceivedFile
from ingest.delivery.model import Delivery
from ingest.delivery.packed import Marks
from ingest.delivery.place import without_sets, without_zips


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a delivery called `name` speaks of: all places of its files, the keys of its dossiers, and the files (stacks) whose
    pages go to several of them."""

    name: str
    places: Marks
    dossiers: frozenset[str]
    stacks: frozenset[str] = frozenset()


def spoken_of(delivery: Delivery) -> Spoken:
    """The same of a delivery whose files have their homes."""
    owners: dict[str, set[str | None]] = defaultdict(set)
    if delivery.separators:
        for page in delivery.pages():
            owners[page.file.place].add(page.dossier)
    return Spoken(
        delivery.name,
        Marks(
            chain(
                (file.place for file in delivery.files if file.kind == "page"),
                delivery.present,
                (f"{delivery.name}/{path}" for path in delivery.present),
            )
        ),
        frozenset(dossier.key for dossier in delivery.dossiers),
        frozenset(place for place, keys in owners.items() if len(keys) > 1),
    )


class Gone:
    """The files of a batch that may have been moved into one delivered dossier; `by_bytes` are rows with bytes of its files."""

    def __init__(self, session: Session, spoken: Spoken, by_bytes: Mapping[str, Sequence[ReceivedFile]]) -> None:
        self._session, self._spoken = session, spoken
        candidates = [row for rows in by_bytes.values() for row in rows if self._has_left(row)]
        self._owners = self._owners_of([row.id for row in candidates]) if candidates else {}
        self._dissolved = self._dissolved_of(candidates)
        self._rows: dict[str, list[ReceivedFile]] = defaultdict(list)
        for row in candidates:
            self._rows[row.sha256].append(row)

    def one_of(self, sha256: str) -> ReceivedFile | None:
        """A file of these bytes that is no longer where it was; None where there is none."""
        return next((row for row in self._rows[sha256] if self._has_left(row) and self._is_spoken_of(row)), None)

    def _has_left(self, row: ReceivedFile) -> bool:
        return row.id is not None and row.state == "received" and row.path not in self._spoken.places

    def _is_spoken_of(self, row: ReceivedFile) -> bool:
        dossier, key = self._owners.get(row.id, (0, ""))
        if key in self._spoken.dossiers or dossier in self._dissolved:
            return True
        if not key:
            return row.home in ("", self._spoken.name)
        # A page that a person moved since was delivered with the dossier in its path.
        folders = without_zips(without_sets(tuple(row.path.split("/")[:-1]))[0])
        return any("/".join(folders[:end]) in self._spoken.dossiers for end in range(1, len(folders) + 1))

    def _owners_of(self, file_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
        """The dossier, id and key, in which the page of each file stands now."""
        statement = (
            select(PageVersion.file_id, Dossier.id, Dossier.key)
            .join(Page, Page.id == PageVersion.page_id)
            .join(Dossier, Dossier.id == Page.dossier_id)
        )
        found: dict[int, tuple[int, str]] = {}
        for start in range(0, len(file_ids), 500):
            some = PageVersion.file_id.in_(file_ids[start : start + 500])
            rows = self._session.execute(statement.where(some).order_by(PageVersion.id))
            found |= {file: (dossier, key) for file, dossier, key in rows}
        return found

    def _dissolved_of(self, candidates: Iterable[ReceivedFile]) -> set[int]:
        """Dossiers of which half of the files or more came again, here and at other places."""
        again = Counter(self._owners[row.id][0] for row in candidates if row.id in self._owners)
        return {dossier for dossier, count in again.items() if 2 * count >= self._files_of(dossier)}

    def _files_of(self, dossier_id: int) -> int:
        statement = (
            select(func.count(PageVersion.file_id.distinct()))
            .join(Page, Page.id == PageVersion.page_id)
            .join(ReceivedFile, ReceivedFile.id == PageVersion.file_id)
            .where(Page.dossier_id == dossier_id, ReceivedFile.state == "received", PageVersion.origin == "delivered")
        )
        return self._session.scalar(statement) or 0
