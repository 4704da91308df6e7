"""Where the next page of hits begins: the key of the last hit seen, not a count, so that new documents shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from hashlib import sha256

from search.errors import QueryError


@dataclass(frozen=True, slots=True)
class Place:
    """The last hit seen: its rank class (0 is best) and its order key within it."""

    rank: int
    key: int


def encode(place: Place, asked: str) -> str:
    """A cursor for the question `asked` (query, kinds), safe in an address."""
    return base64.urlsafe_b64encode(json.dumps([place.rank, place.key, _digest(asked)]).encode()).decode()


def decode(cursor: str, asked: str) -> Place:
    """QueryError `search.cursor` for a cursor of another question, or none of ours."""
    try:
        rank, key, digest = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, TypeError, UnicodeError, binascii.Error, RecursionError) as error:
        raise QueryError("search.cursor") from error
    if not (type(rank) is int and type(key) is int and digest == _digest(asked)):
        raise QueryError("search.cursor")
    if not (0 <= rank < 1 << 16 and 0 <= key < 1 << 62):
        raise QueryError("search.cursor")
    return Place(rank, key)


def _digest(asked: str) -> str:
    return sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]
