"""The ledger: one row for each object with the digest its bytes must have, and when and how they were last looked at.

What makes an object records its digest in the transaction that names it. What only a key or a row says of an object is
entered when custody next looks, and an object of an earlier version gets its digest when it is read for the first time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.catalogue import Catalogue
from archive.custody.names import Named, Naming, namings, not_on_record
from archive.tables import StoredObject
from base.clock import now

# A row of this is an `Entry`.
ENTRIES = select(
    StoredObject.key, StoredObject.sha256, StoredObject.size, StoredObject.checked_at, StoredObject.state,
    StoredObject.sm3,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """An object as it was written and read back; `size` in bytes."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger. `sha256` is empty and `size` None where nobody has read the object yet, `sm3` where nobody asked for it."""

    key: str
    sha256: str
    size: int | None
    checked_at: datetime | None = None
    state: str = "unknown"
    sm3: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at an object found: `state` good, bad or could_not_check, `code` why, its digests and size where it was read."""

    key: str
    state: str
    code: str = ""
    sha256: str = ""
    size: int | None = None
    sm3: str = ""


def record(session: Session, *kept: Written) -> None:
    """Says what the bytes of objects are, in the transaction that names them; they were verified when they were written."""
    at = now()
    for each in kept:
        row = session.get(StoredObject, each.key)
        if row is None:
            row = StoredObject(key=each.key, recorded_at=at)
            session.add(row)
        elif row.sha256 != each.sha256:
            # Other bytes under the same key: nobody holds a copy of these yet.
            row.second_at = row.package_id = None
            row.recorded_at, row.sm3 = at, ""
        row.sha256, row.size = each.sha256, each.size
        row.checked_at, row.how, row.state, row.code = at, "write", "good", ""
    session.flush()


def enrol(catalogue: Catalogue) -> int:
    """Enters every object that a row names and the ledger does not know; how many. Short transactions, beside all other work."""
    return sum(_enrol(catalogue, naming) for naming in namings())


def _enrol(catalogue: Catalogue, naming: Naming) -> int:
    count, after = 0, 0
    while True:
        with catalogue.read() as session:
            found, more = not_on_record(session, naming, after)
        if found:
            with catalogue.write() as session:
                count += _enter(session, found)
        if more is None:
            return count
        after = more


def _enter(session: Session, found: Sequence[Named]) -> int:
    """Another process may have entered some of them meanwhile."""
    known = {each.key for each in entries(session, [each.key for each in found])}
    fresh = [each for each in found if each.key not in known]
    at = now()
    session.add_all(
        StoredObject(key=each.key, sha256=each.sha256, size=each.size, recorded_at=at, state="unknown")
        for each in fresh
    )
    return len(fresh)


def entries(session: Session, keys: Sequence[str]) -> list[Entry]:
    """The rows of these keys, in no order."""
    found: list[Entry] = []
    for start in range(0, len(keys), 500):
        found += _read(session, StoredObject.key.in_(keys[start : start + 500]))
    return found


def after(session: Session, key: str, limit: int) -> list[Entry]:
    """The next rows behind `key`, in the order of keys."""
    statement = ENTRIES.where(StoredObject.key > key).order_by(StoredObject.key).limit(limit)
    return [Entry(*row) for row in session.execute(statement)]


def note(session: Session, seen: Iterable[Seen], how: str) -> None:
    """Keeps what a look found. Digest and size are taken from it where there were none; a digest on record is never written over."""
    at = now()
    looks = list(seen)
    known = {each.key: each for each in entries(session, [each.key for each in looks])}
    rows: dict[frozenset[str], list[dict[str, object]]] = defaultdict(list)
    for each in looks:
        values = {"key": each.key, "checked_at": at, "how": how, "state": each.state, "code": each.code}
        entry = known.get(each.key)
        if entry is not None and each.state == "good":
            if not entry.sha256 and each.sha256:
                values |= {"how": "sight", "sha256": each.sha256}
            if entry.size is None and each.size is not None:
                values["size"] = each.size
            # Not of bytes that a step has written over since.
            if each.sm3 and not entry.sm3 and each.sha256 == (entry.sha256 or each.sha256):
                values["sm3"] = each.sm3
        rows[frozenset(values)].append(values)
    for alike in rows.values():
        session.execute(update(StoredObject), alike)


def correct(session: Session, entry: Entry) -> Entry:
    """A row that names the object is newer than the ledger: its digest stands (a step that ran again made other bytes)."""
    session.execute(
        update(StoredObject)
        .where(StoredObject.key == entry.key)
        .values(sha256=entry.sha256, sm3="", size=entry.size, second_at=None, package_id=None)
    )
    return replace(entry, state="unknown", sm3="")


def forget(session: Session, keys: Sequence[str]) -> None:
    """Takes rows out whose objects are gone and that nothing names any more; the caller has made sure of both."""
    for start in range(0, len(keys), 500):
        session.execute(delete(StoredObject).where(StoredObject.key.in_(keys[start : start + 500])))


def _read(session: Session, where: object) -> list[Entry]:
    return [Entry(*row) for row in session.execute(ENTRIES.where(where))]  # type: ignore[arg-type]
