"""What can go wrong between a query and its answer."""

from __future__ import annotations

from base.errors import InputError
from base.text.unreadable import UNREADABLE

_LONGEST_QUOTED = 40


class QueryError(InputError):
    """A query that cannot be run as written: the text says which part and what to write instead.

    What was typed is quoted by its beginning only, and without characters that would steer a screen or terminal.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(
            code, **{name: _quoted(value) if isinstance(value, str) else value for name, value in params.items()}
        )


def _quoted(text: str) -> str:
    plain = "".join(char if char.isprintable() else UNREADABLE for char in text[:_LONGEST_QUOTED])
    return plain if len(text) <= _LONGEST_QUOTED else f"{plain}…"
