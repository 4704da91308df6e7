"""What documents are ordered and suggested by, the same in every engine."""

from __future__ import annotations

import re

from search.analysis import order_key
from search.cursor import Key, Place
from search.errors import QueryError
from search.index import Document, Kind, Sort

# What each sort goes by. Every document has one, and no other has the same.
ORDERS: dict[Sort, str] = {"relevance": "order", "archive_no": "archive_key", "date": "day_key"}
_ARCHIVE_KEY = re.compile("[az][0-9a-f]+")

# A day in 23 bits (year 14, month 4, day 5), an order key in 39: kind 2, whether its id has no number 1, serial 36.
_MONTHS, _DAYS = 16, 32
_UNDATED = (1 << 23) - 1
_SHORT_BITS, _SERIAL_BITS = 39, 36
_ORDER_SERIAL_BITS = 56
# Hits of equal rank stand in this order of kinds.
IN_ORDER: tuple[Kind, ...] = ("person", "material", "page")


def order_span(kind: Kind) -> tuple[int, int]:
    """The least order key of a kind, and the one behind its greatest."""
    least = order_key(f"{kind}:0")
    return least, least + (1 << (_ORDER_SERIAL_BITS + 1))


def archive_key(document: Document) -> str:
    """Text whose order is 档号 by its characters, then `order_key`; those without a 档号 last. Only 0-9, a-f and one letter."""
    order = f"{order_key(document.id):016x}"
    if not document.archive_no:
        return f"z{order}"
    # A byte 0 ends the number, so that one which begins another stands before it.
    return f"a{document.archive_no.encode('utf-8', 'surrogatepass').hex()}00{order}"


def day_key(document: Document) -> int:
    """A number of 62 bits whose order is `day`, then `order_key`; those without a day last.

    Numbers of ids are told apart up to 36 bits.
    """
    return _day(document.day) << _SHORT_BITS | _short(order_key(document.id))


def _day(day: int | None) -> int:
    if day is None:
        return _UNDATED
    return (day // 10_000 * _MONTHS + day // 100 % 100) * _DAYS + day % 100


def _short(order: int) -> int:
    """`order_key` in 39 bits: its kind, whether the id ends in no number, and the number or the top of the digest."""
    kind, rest = divmod(order, 1 << (_ORDER_SERIAL_BITS + 1))
    unnumbered, serial = divmod(rest, 1 << _ORDER_SERIAL_BITS)
    most = (1 << _SERIAL_BITS) - 1
    short = serial >> (_ORDER_SERIAL_BITS - _SERIAL_BITS) if unnumbered else min(serial, most)
    return (kind << 1 | unnumbered) << _SERIAL_BITS | short


def key_of(place: Place, sort: Sort) -> Key:
    """What the hit at `place` is ordered by; QueryError `search.cursor` where no hit of this sort could be there."""
    return _archive_key_of(place) if sort == "archive_no" else number_of(place)


def number_of(place: Place) -> int:
    """The same for the sorts that go by a number."""
    key = place.keys[0]
    if len(place.keys) > 1 or not isinstance(key, int):
        raise QueryError("search.cursor")
    return key


def _archive_key_of(place: Place) -> str:
    key = place.keys[0]
    if len(place.keys) > 1 or not isinstance(key, str) or not _ARCHIVE_KEY.fullmatch(key):
        raise QueryError("search.cursor")
    return key


def labels(document: Document) -> tuple[str, ...]:
    """What is suggested of a document while somebody types: the names of a person, the title of a material."""
    if document.kind == "person":
        found = document.names
    elif document.kind == "material":
        found = (document.title,)
    else:
        return ()
    return tuple(dict.fromkeys(each for each in found if each.strip()))
