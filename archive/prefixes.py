"""What begins with a text, asked in a way that an index answers on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute

_LAST = "\U0010ffff"


def begins(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """The column begins with `text`, letter for letter. LIKE would not do: SQLite's takes small letters for capitals and no index.

    Both databases order texts by code points, so all that begins alike stands together.
    """
    return and_(column >= text, column < text + _LAST) if text else true()
