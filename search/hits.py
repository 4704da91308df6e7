"""What an index keeps of a document as it came, and how it comes back with a hit; the same in every engine."""

from __future__ import annotations

import json
import re
from typing import Any

from search.highlight import marks, snippet
from search.index import Document, Hit
from search.query import Query

_BODY = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SURROGATES = re.compile("[\ud800-\udfff]")


def body_of(document: Document) -> str:
    """What comes back, as JSON. Halves of surrogates, which UTF-8 has not, are escaped in it."""
    body: dict[str, Any] = {"id": document.id, "kind": document.kind, "text": document.text, "title": document.title}
    if document.stored:
        body["stored"] = document.stored
    text = _BODY.encode(body)
    try:
        # Many times faster than to look for halves, and hardly any text has one.
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
    return text


def hit_of(body: str | bytes, score: float, query: Query) -> Hit:
    found: dict[str, Any] = json.loads(body)
    text = str(found["text"])
    places = marks(text, query.looked_for())
    return Hit(
        id=found["id"],
        kind=found["kind"],
        title=str(found["title"]),
        score=score,
        text=text,
        snippet=snippet(text, places),
        marks=places,
        stored=found.get("stored", {}),
    )
