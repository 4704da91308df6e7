"""Who else holds the objects: the second store, packages on off-line disks; and how many have all three copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from archive.custody.ledger import ENTRIES, Entry
from archive.tables import CopyPackage, StoredObject
from base.clock import now

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PackageSeen:
    """A package as the screens show it; `size` in bytes. `newest`: objects that lie in no package after it."""

    id: int
    name: str
    state: str
    objects: int
    size: int
    manifest_sha256: str
    made_at: datetime
    verified_at: datetime | None
    newest: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Objects on record and how many of them have a second copy, an off-line copy, both. `size` in bytes."""

    objects: int
    size: int
    second: int
    offline: int
    both: int
    oldest_second: datetime | None


def without_second(session: Session, after: str, limit: int) -> list[Entry]:
    return _entries(session, StoredObject.second_at.is_(None) & (StoredObject.key > after), limit)


def with_second(session: Session, after: str, limit: int) -> list[Entry]:
    return _entries(session, StoredObject.second_at.is_not(None) & (StoredObject.key > after), limit)


def without_package(session: Session, after: str, limit: int) -> list[Entry]:
    """Objects that lie in no package that is whole."""
    whole = select(CopyPackage.id).where(CopyPackage.state == "whole")
    lacks = StoredObject.package_id.is_(None) | StoredObject.package_id.not_in(whole)
    return _entries(session, lacks & (StoredObject.key > after), limit)


def count_without_second(session: Session) -> int:
    return session.scalar(select(func.count()).where(StoredObject.second_at.is_(None))) or 0


def note_second(session: Session, keys: Sequence[str]) -> None:
    """These were read back in the second store just now."""
    _set(session, keys, second_at=now())


def lose_second(session: Session, keys: Sequence[str]) -> None:
    """These are not good there."""
    _set(session, keys, second_at=None)


def note_package(session: Session, package_id: int, digests: Sequence[tuple[str, str]]) -> None:
    """(key, digest) of objects that lie in a package; one whose bytes were made anew meanwhile is not in it."""
    for key, sha256 in digests:
        session.execute(
            update(StoredObject)
            .where(StoredObject.key == key, StoredObject.sha256 == sha256)
            .values(package_id=package_id)
        )


def open_package(session: Session, name: str) -> int:
    """The row of a package that is being written: the one of this name, or a new one."""
    row = session.scalar(select(CopyPackage).where(CopyPackage.name == name)) or CopyPackage(name=name, made_at=now())
    row.state = "writing"
    session.add(row)
    session.flush()
    return row.id


def close_package(session: Session, package_id: int, objects: int, size: int, manifest_sha256: str) -> None:
    row = session.get_one(CopyPackage, package_id)
    row.state, row.objects, row.size, row.manifest_sha256 = "whole", objects, size, manifest_sha256
    row.verified_at = now()


def note_verified(session: Session, name: str, *, whole: bool) -> None:
    """What a look at a package found, where it is one of ours."""
    row = session.scalar(select(CopyPackage).where(CopyPackage.name == name))
    if row is not None:
        row.state, row.verified_at = ("whole" if whole else "damaged"), now()


def packages(session: Session) -> list[PackageSeen]:
    held = select(func.count()).where(StoredObject.package_id == CopyPackage.id).scalar_subquery()
    rows = session.execute(select(CopyPackage, held).order_by(CopyPackage.id)).tuples()
    return [
        PackageSeen(
            row.id,
            row.name,
            row.state,
            row.objects,
            row.size,
            row.manifest_sha256,
            row.made_at,
            row.verified_at,
            newest,
        )
        for row, newest in rows
    ]


def counts(session: Session) -> Counts:
    whole = select(CopyPackage.id).where(CopyPackage.state == "whole")
    second, offline = StoredObject.second_at.is_not(None), StoredObject.package_id.in_(whole)
    row = session.execute(
        select(
            func.count(), func.coalesce(func.sum(StoredObject.size), 0), func.count().filter(second),
            func.count().filter(offline), func.count().filter(second & offline), func.min(StoredObject.second_at),
        ).select_from(StoredObject)
    ).one()  # fmt: skip
    return Counts(*row)


def _entries(session: Session, where: ColumnElement[bool], limit: int) -> list[Entry]:
    return [Entry(*row) for row in session.execute(ENTRIES.where(where).order_by(StoredObject.key).limit(limit))]


def _set(session: Session, keys: Sequence[str], **values: Any) -> None:
    for some in _parts(keys):
        session.execute(update(StoredObject).where(StoredObject.key.in_(some)).values(**values))


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
