"""What the server is told of our fields, and a document as one line for it. Nothing here speaks to a server.

All analysis is ours: texts come as tokens between blanks, everything else as values that are taken whole. So the built-in
`whitespace` analyser is all that the mapping needs, and a server with IK or smartcn answers no otherwise than one without.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from base.text.normalise import UNKNOWN
from search.analysis import analysis_id, order_key, tokens_of
from search.hits import body_of
from search.index import Document, stamp
from search.keys import archive_key, day_key, labels

# Raised whenever a field or a setting below changes.
_MAPPING_VERSION = 1
_SURROGATES = re.compile("[\ud800-\udfff]")

_PHRASE: dict[str, Any] = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "positions"}
# Only there or not.
_TOKEN: dict[str, Any] = {"type": "keyword", "doc_values": False}
# Looked for and counted.
_VALUE: dict[str, Any] = {"type": "keyword"}
# Ordered by or read, never looked for.
_ORDER: dict[str, Any] = {"type": "keyword", "index": False}
_NUMBER: dict[str, Any] = {"type": "long"}
_ORDER_NUMBER: dict[str, Any] = {"type": "long", "index": False}
_STORED: dict[str, Any] = {"type": "keyword", "index": False, "doc_values": False}

_PHRASE_FIELDS = ("text", "title", "name", "unit", "place")
_TOKEN_FIELDS = ("identifier", "pinyin", "date", "number")
_FIELDS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(_PHRASE_FIELDS, _PHRASE),
    **dict.fromkeys((*_TOKEN_FIELDS, "organisation"), _TOKEN),
    **dict.fromkeys(("kind", "class", "label"), _VALUE),
    **dict.fromkeys(("archive_key", "stamp"), _ORDER),
    **dict.fromkeys(("year", "confidence"), _NUMBER),
    **dict.fromkeys(("enterprise", "district", "order", "day_key"), _ORDER_NUMBER),
    "body": _STORED,
}


def format_id() -> str:
    """Changes whenever an index must be rebuilt."""
    return f"elastic-{_MAPPING_VERSION}/{analysis_id()}"


def format_digest() -> str:
    """`format_id` in eight characters that may stand in an index's name."""
    return sha256(format_id().encode()).hexdigest()[:8]


def settings() -> dict[str, Any]:
    """One shard, so that counts are exact; a copy as soon as there is a second machine for it.

    What is written is seen when the writer asks for it, not by the clock.
    """
    return {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}}


def mappings(beat: float) -> dict[str, Any]:
    """Only `body` is kept as it came: tokens are looked for, never read."""
    return {
        "dynamic": "strict",
        "_meta": meta(beat),
        "_source": {"includes": ["body"]},
        "properties": _FIELDS,
    }


def meta(beat: float) -> dict[str, Any]:
    """Who made the index and when it was last worked on, in seconds since 1970."""
    return {"format": format_id(), "beat": beat}


def source(document: Document) -> bytes:
    """The document as one line of JSON. Halves of surrogates, which UTF-8 has not, stay in `body` alone."""
    tokens = tokens_of(document)
    fields: dict[str, Any] = {
        **{field: tokens[field] for field in _PHRASE_FIELDS},
        **{field: tokens[field].split() for field in (*_TOKEN_FIELDS, "class")},
        "organisation": [str(each) for each in document.organisations],
        "kind": document.kind,
        "label": [_SURROGATES.sub(UNKNOWN, each) for each in labels(document)],
        "stamp": stamp(document),
        "archive_key": archive_key(document),
        "order": order_key(document.id),
        "day_key": day_key(document),
        "year": document.year,
        "confidence": None if document.confidence is None else round(document.confidence * 100),
        "enterprise": document.enterprise,
        "district": document.district,
        "body": body_of(document),
    }
    there = {field: value for field, value in fields.items() if value not in (None, "", [])}
    return json.dumps(there, ensure_ascii=False, separators=(",", ":")).encode()
