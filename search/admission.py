"""Which documents no index takes, and why: the same ones in every engine, so that none of them answers otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain

from search.index import KINDS, Document, Rejected

# A page holds some thousand characters, a material's register of a few hundred pages a hundred thousand.
MOST_CHARACTERS = 500_000
MOST_NAME_CHARACTERS, MOST_VALUES = 1_000, 1_000
MOST_STORED_BYTES = 1_000_000
# Elasticsearch takes ids up to 512 bytes.
_LONGEST_ID = 200
_STORED = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_LARGEST_ID = 1 << 53


def refusal(document: Document) -> Rejected | None:
    """Why `document` cannot be taken, None where it can."""
    for code, values in chain(_broken(document), _too_large(document)):
        return Rejected(document.id if isinstance(document.id, str) else repr(document.id), code, values)
    return None


_Problems = Iterator[tuple[str, dict[str, object]]]


def _too_large(document: Document) -> _Problems:
    if len(document.text) > MOST_CHARACTERS:
        yield "search.document-too-large", {"found": len(document.text), "limit": MOST_CHARACTERS}
    for field in ("title", "place", "class_code", "archive_no"):
        found = len(getattr(document, field))
        if found > MOST_NAME_CHARACTERS:
            yield "search.document-value-too-long", {"field": field, "found": found, "limit": MOST_NAME_CHARACTERS}
    for field in ("names", "identifiers", "units", "organisations"):
        values = getattr(document, field)
        if len(values) > MOST_VALUES:
            yield "search.document-too-many-values", {"field": field, "found": len(values), "limit": MOST_VALUES}
        found = max((len(each) for each in values if isinstance(each, str)), default=0)
        if found > MOST_NAME_CHARACTERS:
            yield "search.document-value-too-long", {"field": field, "found": found, "limit": MOST_NAME_CHARACTERS}
    try:
        size = len(_STORED.encode(document.stored).encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError, RecursionError):
        yield "search.document-value", {"field": "stored"}
    else:
        if size > MOST_STORED_BYTES:
            yield "search.document-value-too-long", {"field": "stored", "found": size, "limit": MOST_STORED_BYTES}


def _broken(document: Document) -> _Problems:
    """Values that are not what the field says; their content stays out of the reason: it may be personal."""
    for field, holds in _CHECKS.items():
        if not holds(getattr(document, field)):
            yield "search.document-value", {"field": field}
    # By its id a document has its place among hits.
    if not document.id.startswith(f"{document.kind}:"):
        yield "search.document-value", {"field": "kind"}


def _id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable()


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, str) for each in value)


def _number(value: object) -> bool:
    return type(value) is int and 0 <= value < _LARGEST_ID


def _numbers(value: object) -> bool:
    return isinstance(value, Iterable) and all(map(_number, value))


def _year(value: object) -> bool:
    return type(value) is int and 1 <= value <= date.max.year


def _day(value: object) -> bool:
    """yyyymmdd, month and day 00 where they are not known; 30 February is a date that stands on paper."""
    return type(value) is int and _year(value // 10_000) and value // 100 % 100 <= 12 and value % 100 <= 31


def _share(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value <= 1


def _maybe(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or holds(value)


_CHECKS: dict[str, Callable[[object], bool]] = {
    "id": _id,
    "kind": lambda value: value in KINDS,
    "text": _text,
    "names": _texts,
    "identifiers": _texts,
    "title": _text,
    "class_code": _text,
    "year": _maybe(_year),
    "organisations": _numbers,
    "stored": lambda value: isinstance(value, dict),
    "units": _texts,
    "enterprise": _maybe(_number),
    "district": _maybe(_number),
    "place": _text,
    "day": _maybe(_day),
    "archive_no": _text,
    "confidence": _maybe(_share),
}
