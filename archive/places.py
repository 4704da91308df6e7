"""库位: where a dossier's paper stands, as a clerk writes it: 1号库房-3列-2节-4层-07盒, from the room as far down as it is known."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.access import Viewer
from archive.dossiers import find_dossier
from archive.tables import Place
from base.errors import InputError

Kind = Literal["room", "row", "section", "shelf", "box"]
# 库房-列-节-层-盒, from the outside in.
KINDS: tuple[Kind, ...] = ("room", "row", "section", "shelf", "box")
_LONGEST_NAME = 20
_BETWEEN = re.compile(r"\s*[-—–/、,;]\s*|\s+")


def parts_of(written: str) -> tuple[str, ...]:
    """The names from the room down; any dash, stroke, comma or blank stands between them.

    InputError `place.too-deep` for more than five, `place.name` for one that is longer than 20 characters or not printable.
    """
    plain = unicodedata.normalize("NFKC", written).strip()
    names = tuple(each for each in _BETWEEN.split(plain) if each)
    if len(names) > len(KINDS):
        raise InputError("place.too-deep", count=len(names), limit=len(KINDS))
    for name in names:
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise InputError("place.name", limit=_LONGEST_NAME)
    return names


def record(session: Session, viewer: Viewer, dossier_id: int, written: str) -> str:
    """Puts a dossier where `written` says, nowhere where it is empty; answers the place in its one form."""
    viewer.must_work_at("clerk")
    dossier = find_dossier(session, viewer, dossier_id)
    names = parts_of(written)
    before = dossier.place_id
    dossier.place_id = _place(session, names)
    if dossier.place_id != before:
        audit.record(
            session, viewer, "dossier.place", f"dossier:{dossier.id}", dossier_id=dossier.id, old=before,
            new=dossier.place_id,
        )  # fmt: skip
    return "-".join(names)


def place_of(session: Session, viewer: Viewer, dossier_id: int) -> str:
    """As `record` answers it; empty where none is recorded."""
    names: list[str] = []
    place_id = find_dossier(session, viewer, dossier_id).place_id
    while place_id is not None and len(names) < len(KINDS):
        place = session.get_one(Place, place_id)
        names.insert(0, place.name or place.code)
        place_id = place.parent_id
    return "-".join(names)


def _place(session: Session, names: tuple[str, ...]) -> int | None:
    """The row of the last of them; those that are not there yet are made."""
    parent: int | None = None
    for depth, name in enumerate(names):
        code = "-".join(names[: depth + 1])
        place = session.scalar(select(Place).where(Place.code == code))
        if place is None:
            place = Place(parent_id=parent, kind=KINDS[depth], code=code, name=name)
            session.add(place)
            session.flush()
        parent = place.id
    return parent
