"""Where the next page of hits begins: the key of the last hit seen, not a count, so that new documents shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from search.errors import QueryError

_LONGEST_TEXT = 10_000
Key = int | str


@dataclass(frozen=True, slots=True)
class Place:
    """The last hit seen: its rank class (0 is best) and what it is ordered by within it."""

    rank: int
    keys: tuple[Key, ...]


def encode(place: Place, asked: str) -> str:
    """A cursor for the question `asked` (query, kinds, sort), safe in an address."""
    return base64.urlsafe_b64encode(json.dumps([place.rank, place.keys, _digest(asked)]).encode()).decode()


def decode(cursor: str, asked: str) -> Place:
    """QueryError `search.cursor` for a cursor of another question, or none of ours.

    Its keys are numbers of at most 62 bits or texts: whoever reads a text says which ones can be ours.
    """
    try:
        rank, keys, digest = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, TypeError, UnicodeError, binascii.Error, RecursionError) as error:
        raise QueryError("search.cursor") from error
    if not (type(rank) is int and 0 <= rank < 1 << 16 and digest == _digest(asked)):
        raise QueryError("search.cursor")
    if not (isinstance(keys, list) and keys and all(map(_is_key, keys))):
        raise QueryError("search.cursor")
    return Place(rank, tuple(keys))


def asked(query: str, kinds: Iterable[str], sort: str) -> str:
    """The question that a cursor belongs to."""
    return json.dumps([query, sorted(set(kinds)), sort])


def _is_key(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    return type(value) is int and 0 <= value < 1 << 62


def _digest(asked: str) -> str:
    return sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]
