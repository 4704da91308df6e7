"""Which rows name which objects. A column called `object_key` names one wherever it stands; the others are listed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.store.keys import ORIGINALS, digest_in_key
from archive.tables import Hold, Material, PageVersion, Reading, StoredObject, Table
from base.errors import StorageError

_MORE: dict[type[Any], tuple[str, ...]] = {PageVersion: ("view_key", "thumbnail_key"), Material: ("pdf_key",)}
# A hold may outlive what it holds, and is no proof that it is there.
_NO_NAMES = (Hold,)
_AT_ONCE = 500
_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Naming:
    """A column whose values are keys of objects; `digest` and `size` stand beside it where the row knows them."""

    table: type[Any]
    key: InstrumentedAttribute[Any]
    digest: InstrumentedAttribute[Any] | None = None
    size: InstrumentedAttribute[Any] | None = None

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)


@dataclass(frozen=True, slots=True)
class Named:
    """An object as a row names it. `sha256` is empty and `size` None where the row does not say."""

    key: str
    sha256: str
    size: int | None


@cache
def namings() -> tuple[Naming, ...]:
    """Every column that names objects, of every table that there is."""
    found = []
    for mapper in Table.registry.mappers:
        table = mapper.class_
        if table in _NO_NAMES:
            continue
        if hasattr(table, "object_key"):
            found.append(Naming(table, table.object_key, getattr(table, "sha256", None), getattr(table, "size", None)))
        found += [Naming(table, getattr(table, name)) for name in _MORE.get(table, ())]
    return tuple(sorted(found, key=lambda each: (each.name, each.key.key)))


def not_on_record(session: Session, naming: Naming, after: int) -> tuple[list[Named], int | None]:
    """The next objects that rows behind the id `after` name and the ledger does not know; and where to go on (None: the end)."""
    columns = [naming.table.id, naming.key, *(each for each in (naming.digest, naming.size) if each is not None)]
    unknown = ~exists().where(StoredObject.key == naming.key)
    statement: Select[Any] = (
        select(*columns)
        .where(naming.table.id > after, naming.key.is_not(None), naming.key != "", unknown)
        .order_by(naming.table.id)
        .limit(_ROWS)
    )
    rows = session.execute(statement).all()
    found = {}
    for row in rows:
        size = row[3] if naming.size is not None else None
        digest = row[2] if naming.digest is not None else ""
        found[row[1]] = Named(row[1], expected_digest(row[1]) or digest or "", size)
    return list(found.values()), rows[-1][0] if len(rows) == _ROWS else None


def expected_digest(key: str) -> str | None:
    """The digest that stands in an original's or a copy's key; None for all others, and for what is no key of ours."""
    try:
        return digest_in_key(key)
    except StorageError:
        return None


def rows_naming(session: Session, keys: Iterable[str]) -> dict[str, list[str]]:
    """For each key the rows that name it, such as `page_version:12`, with the page, material and dossier they belong to."""
    wanted, found = list(keys), defaultdict[str, list[str]](list)
    for some in _parts(wanted):
        for naming in namings():
            for key, row in session.execute(_with_owner(naming).where(naming.key.in_(some)).order_by(naming.table.id)):
                found[key] += _owners(row)
    return {key: list(dict.fromkeys(found[key])) for key in wanted if key in found}


def digests_in_rows(session: Session, keys: Iterable[str]) -> dict[str, tuple[str, int | None]]:
    """Digest and size of each key as the newest row that names it says; only of those that a row says it of."""
    found: dict[str, tuple[str, int | None]] = {}
    for some in _parts(list(keys)):
        for naming in namings():
            if naming.digest is None:
                continue
            columns = [naming.key, naming.digest, *([naming.size] if naming.size is not None else [])]
            for row in session.execute(select(*columns).where(naming.key.in_(some)).order_by(naming.table.id)):
                found[row[0]] = (row[1], row[2] if naming.size is not None else found.get(row[0], ("", None))[1])
    return found


def contradictions(session: Session) -> Iterator[tuple[str, str]]:
    """(row, key) of each row whose digest is not the one in the key it names, or that names nothing where it must."""
    for naming in namings():
        if naming.digest is not None:
            other: ColumnElement[bool] = naming.key.startswith(ORIGINALS) & (naming.key != ORIGINALS + naming.digest)
            rows = session.execute(select(naming.table.id, naming.key).where(other).order_by(naming.table.id))
            yield from ((f"{naming.name}:{number}", key) for number, key in rows)
    for table in (PageVersion, Reading):
        rows = session.execute(select(table.id, table.object_key).where(table.object_key == "").order_by(table.id))
        yield from ((f"{table.__tablename__}:{number}", key) for number, key in rows)


def _with_owner(naming: Naming) -> Select[Any]:
    """The key and the row itself: what it belongs to is read off its columns."""
    return select(naming.key, naming.table)


def _owners(row: Any) -> list[str]:
    named = [f"{row.__tablename__}:{row.id}"]
    version = row
    if isinstance(row, Reading):
        version = row.version
        named.append(f"page_version:{version.id}")
    if isinstance(version, PageVersion):
        named += [f"page:{version.page_id}", f"dossier:{version.page.dossier_id}"]
    elif isinstance(row, Material):
        named.append(f"dossier:{row.dossier_id}")
    return named


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
