"""A document as the embedded index takes it, in plain values: making them is most of the work of writing, and needs no index."""

from __future__ import annotations

from dataclasses import dataclass

from search.admission import refusal
from search.analysis import order_key, tokens_of
from search.hits import body_of
from search.index import Document, Rejected, stamp
from search.keys import archive_key, day_key, labels
from search.layout import WORD_FIELDS


@dataclass(frozen=True, slots=True)
class Prepared:
    """(field, value) of the schema in `search.layout`; a field may come several times."""

    id: str
    texts: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, int], ...]
    body: bytes


def prepared(document: Document) -> Prepared | Rejected:
    """All that the index keeps of a document, or why no index takes it."""
    return refusal(document) or Prepared(
        document.id, tuple(_texts(document)), tuple(_numbers(document)), body_of(document).encode()
    )


def _texts(document: Document) -> list[tuple[str, str]]:
    tokens = tokens_of(document)
    return [
        ("id", document.id),
        # The digest first: then `stamps` reads equal parts of the whole by how it begins.
        ("stamp", stamp(document) + document.id),
        ("kind", document.kind),
        *((field, tokens[field]) for field in WORD_FIELDS),
        *(("class", value) for value in tokens["class"].split()),
        *(("label", value) for value in labels(document)),
        ("organisation", " ".join(map(str, document.organisations))),
        ("archive_key", archive_key(document)),
    ]


def _numbers(document: Document) -> list[tuple[str, int]]:
    values = {
        "order": order_key(document.id),
        "day_key": day_key(document),
        "year": document.year,
        "day": document.day,
        "confidence": None if document.confidence is None else round(document.confidence * 100),
        "enterprise": document.enterprise,
        "district": document.district,
    }
    return [(field, number) for field, number in values.items() if number is not None]
