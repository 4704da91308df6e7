"""Rows of a batch's hand-over list that have a dossier by now, though they had none when it was received."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.tables import Dossier

_WITHOUT = "delivery.row-without-images"
_FEW = 500
Note = tuple[str, dict[str, Any]]


def joined_rows(session: Session, batch_id: int, rows: Sequence[int]) -> set[tuple[str, int]]:
    """List and row of those of `rows` (numbers in their list) that a dossier of the batch stands for."""
    row = Dossier.list_row["row"].as_integer()
    statement = select(Dossier.list_row["list_path"].as_string(), row).where(Dossier.batch_id == batch_id)
    statement = statement.where(row.in_(rows) if len(rows) <= _FEW else row.is_not(None))
    return {(str(path), int(number)) for path, number in session.execute(statement)}


def still_true(session: Session, batch_id: int, notes: Sequence[Note]) -> list[Note]:
    """The notes of a batch (`batches.batch_notes`) without those on rows that a person has brought pages to."""
    lacking = [int(params["row"]) for code, params in notes if code == _WITHOUT]
    joined = joined_rows(session, batch_id, lacking) if lacking else set()
    return [
        (code, params)
        for code, params in notes
        if code != _WITHOUT or (str(params["path"]), int(params["row"])) not in joined
    ]
