"""SM3 of objects beside their SHA-256 (GB/T 32905), on record where the settings ask for it (`keep_sm3`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.catalogue import Catalogue
from archive.custody import ledger
from archive.tables import StoredObject
from base.clock import now

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Digested:
    """An object as it was written and read back, with both digests; `size` in bytes."""

    key: str
    sha256: str
    size: int
    sm3: str


def keep(session: Session, written: Sequence[Digested]) -> None:
    """Puts the digests of objects on record, in the transaction that names them; those without SM3 are left to the ledger."""
    fresh = {each.key: each for each in written if each.sm3}
    known = {each.key: each for each in ledger.entries(session, list(fresh))}
    at = now()
    session.add_all(
        StoredObject(
            key=each.key, sha256=each.sha256, sm3=each.sm3, size=each.size, recorded_at=at, checked_at=at, how="write",
            state="good",
        )
        for each in fresh.values()
        if each.key not in known
    )  # fmt: skip
    rows = [{"key": key, "sm3": fresh[key].sm3} for key, entry in known.items() if entry.sha256 == fresh[key].sha256]
    if rows:
        session.execute(update(StoredObject), rows)


def on_record(catalogue: Catalogue, keys: Sequence[str]) -> Mapping[str, str]:
    """SM3 by key, of the objects that have one on record."""
    found: dict[str, str] = {}
    with catalogue.read() as session:
        for start in range(0, len(keys), _AT_ONCE):
            some = StoredObject.key.in_(keys[start : start + _AT_ONCE])
            statement = select(StoredObject.key, StoredObject.sm3).where(some, StoredObject.sm3 != "")
            found.update(session.execute(statement).tuples().all())
    return found
