"""A cell as text or whole number, as a person sees it in the sheet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from ingest.delivery.lists.sheets import Cell

_LONGEST = 1e21
# Blanks, a byte-order mark inside, the apostrophe that makes a number text.
_EDGES = " \t\r\n\v\f\u00a0\u3000\ufeff'"
_BLANKS = " \t\r\n\v\f\u00a0\u3000"
_COUNT = re.compile(r"共?([0-9]{1,6})(?:\.0+)?[页张份面]?")


def text(value: Cell) -> str:
    """The cell as written, blanks at the ends off; whole numbers without a point, dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _unprotected(value.strip(_EDGES))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LONGEST and value == int(value):
        # A spreadsheet keeps and shows 15 digits, the rest as zeros.
        return str(int(Decimal(f"{value:.15g}")))
    return str(value)


def _unprotected(text: str) -> str:
    """A text table protects long numbers as `="123"` or `'123`."""
    return text[2:-1].strip(_EDGES) if text.startswith('="') and text.endswith('"') else text


def count(value: Cell) -> int | None:
    """A number of pages or copies: 3, 3.0, `3页`, `3`; None for anything else."""
    match = _COUNT.fullmatch("".join(unicodedata.normalize("NFKC", text(value)).split()))
    return int(match[1]) if match else None


def has_edges(value: Cell) -> bool:
    """Whether blanks or line breaks stand at an end of a cell that says something; a mark that protects a number is none."""
    if not isinstance(value, str):
        return False
    inner = value.strip("'\ufeff")
    return bool(inner.strip(_EDGES)) and inner != inner.strip(_BLANKS)


def is_blank(row: tuple[Cell, ...]) -> bool:
    return not any(text(cell) for cell in row)
