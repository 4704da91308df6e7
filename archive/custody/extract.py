"""The catalogue as plain lines for a reader without us: who, which dossier, which paper, which page, which object.

Every table but those of accounts, of work under way and of the search: passwords never leave, and the rest says nothing of an
archive.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.tables import Table
from base.files import replacing

_LEFT_OUT = frozenset({
    "job", "outbox", "index_rebuild", "index_health", "saved_search", "counter", "crew", "upload", "upload_file",
    "stored_object", "custody_run", "page_need",
})  # fmt: skip
# Of an account only who it is: its password stays here.
_PARTLY = {"account": ("id", "login", "name", "organization_id")}


def tables() -> list[str]:
    """The names of the tables that an extract holds."""
    return sorted(name for name in Table.metadata.tables if name not in _LEFT_OUT)


def write_extract(session: Session, folder: Path) -> None:
    """One file `TABLE.jsonl` for each table, a row a line, as of one moment; memory stays flat. OSError as the disk gives it."""
    for name in tables():
        table = Table.metadata.tables[name]
        columns = [table.c[each] for each in _PARTLY.get(name, table.c.keys())]
        rows = session.execute(select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=1000))
        with replacing(folder / f"{name}.jsonl") as part, part.open("w", encoding="utf-8") as lines:
            for row in rows.mappings():
                lines.write(json.dumps(dict(row), ensure_ascii=False, default=_plain) + "\n")


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a column of type {type(value).__name__}")
