"""A cell as text or whole number, as a person sees it in the sheet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from ingest.delivery.lists.sheets import Cell

_LONGEST = 1e21
_COUNT = re.compile(r"共?([0-9]{1,6})(?:\.0+)?[页张份面]?")


def text(value: Cell) -> str:
    """The cell as written, blanks at the ends off; whole numbers without a point, dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LONGEST and value == int(value):
        # A spreadsheet keeps and shows 15 digits, the rest as zeros.
        return str(int(Decimal(f"{value:.15g}")))
    # A text table protects long numbers as ="123" or '123.
    return re.sub(r'^="(.*)"$', r"\1", str(value).strip()).strip("\ufeff\t '")


def count(value: Cell) -> int | None:
    """A number of pages or copies: 3, 3.0, `3页`, `3`; None for anything else."""
    match = _COUNT.fullmatch("".join(unicodedata.normalize("NFKC", text(value)).split()))
    return int(match[1]) if match else None


def is_blank(row: tuple[Cell, ...]) -> bool:
    return not any(text(cell) for cell in row)
