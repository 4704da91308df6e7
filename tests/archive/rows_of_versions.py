"""Rows for whatever tables a catalogue has, so that every version of the schema can be filled with data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, MetaData, Table

Rows = dict[str, list[dict[str, Any]]]
# A common name, one of the rare characters that need four bytes, what a careless LIKE or a template would take for its own.
_TEXT = "张𬀩%{0}_'\"\\"


def add_to_each_table(connection: Connection, tables: list[Table], round_: int) -> None:
    """One more row in each table, with something in every column; it refers to rows of the same round."""
    ids: dict[tuple[str, str], Any] = {}
    for table in tables:
        values = {column.name: _value(column, round_, ids) for column in table.columns if not _numbered(column)}
        inserted = connection.execute(table.insert().values(values).returning(*table.columns)).mappings().one()
        ids.update({(table.name, name): value for name, value in inserted.items()})


def all_rows(connection: Connection, tables: list[Table]) -> Rows:
    """What each table holds, in the order of its key."""
    return {
        table.name: [
            dict(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns)).mappings()
        ]
        for table in tables
    }


def tables_of(connection: Connection) -> list[Table]:
    """The tables as they are in the database now, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _numbered(column: Column[Any]) -> bool:
    """The database gives the number itself."""
    return column.primary_key and isinstance(column.type, sa.Integer) and not column.foreign_keys


def _value(column: Column[Any], round_: int, ids: dict[tuple[str, str], Any]) -> Any:
    for key in column.foreign_keys:
        return ids.get((key.column.table.name, key.column.name))
    if column.name in ("state", "current"):
        return "current" if column.name == "state" else True
    made: dict[type[Any], Any] = {
        sa.Boolean: True,
        sa.Integer: 2_000_000_000 + round_,
        sa.Float: 0.25,
        sa.DateTime: datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        sa.Date: date(1949, 12, 31),
        sa.JSON: {"名": [_TEXT, 1, 0.1, None, True]},
        sa.LargeBinary: b"\x00\xff",
    }
    return next((value for kind, value in made.items() if isinstance(column.type, kind)), f"{_TEXT}{round_:03d}")
