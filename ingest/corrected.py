"""THE reading of a page's image: what the engine in force read, with what people corrected. Nobody reads the object themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.line_corrections import in_force
from archive.store.contract import ObjectStore
from archive.tables import LineCorrection, PageVersion, Reading
from ocr.corrections import Correction, Merged, merge
from ocr.lines import Box, PageReading


def corrected_reading(session: Session, store: ObjectStore, version: PageVersion) -> PageReading:
    """The lines of an image as they are searched, bound, judged and shown.

    An image that was not read (or could not be) has no lines but those that a person added. StorageError as the store
    gives it.
    """
    return merged_reading(session, store, version).reading


def merged_reading(session: Session, store: ObjectStore, version: PageVersion) -> Merged:
    """The same, and which line is a person's."""
    return merge(machine_reading(session, store, version), corrections_of(in_force(session, version.id)))


def machine_reading(session: Session, store: ObjectStore, version: PageVersion) -> PageReading:
    """What the engine in force read, without corrections; no lines where none has read the image yet."""
    row = current_reading(session, version.id)
    if row is None:
        return PageReading("", "", version.width or 0, version.height or 0, 0, 0.0, (), {})
    return reading_of(store, row)


def reading_of(store: ObjectStore, row: Reading) -> PageReading:
    """A reading as its engine left it. StorageError as the store gives it."""
    return PageReading.from_json(json.loads(store.read(row.object_key)))


def current_reading(session: Session, version_id: int) -> Reading | None:
    """The row of the reading in force, None while the image is not read."""
    statement = select(Reading).where(Reading.version_id == version_id, Reading.current)
    return session.scalar(statement.order_by(Reading.id.desc()).limit(1))


def corrections_of(rows: Iterable[LineCorrection]) -> list[Correction]:
    """Rows as the merge takes them; noise has no text."""
    return [
        Correction(row.line_id, box_of(row.box), row.text, tuple((s, e) for s, e in row.spans), row.vertical)
        for row in rows
    ]


def box_of(value: Iterable[Any]) -> Box:
    """Four corners as JSON keeps them."""
    a, b, c, d = ((float(x), float(y)) for x, y in value)
    return a, b, c, d
