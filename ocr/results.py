"""A reading as it is kept: what was read, by which engine, with which models and parameters, and when.

Two readings that differ in any of these lie beside each other; only the very same way of reading lands in the same place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base.digests import sha256_of_bytes
from ocr.lines import PageReading

_DIGEST_LENGTH = 12  # 48 bits: enough to tell apart the few ways in which one page is ever read


def parameters_digest(parameters: Mapping[str, Any]) -> str:
    """The first 12 hex digits of SHA-256 over the parameters, model digests among them, as JSON with sorted keys.

    What an engine's parameters hold must therefore be the same for every page that it reads in the same way.
    """
    canonical = json.dumps(parameters, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return sha256_of_bytes(canonical.encode())[:_DIGEST_LENGTH]


def as_value(reading: PageReading, read_at: datetime) -> dict[str, Any]:
    """`PageReading.as_json` with the time (ISO 8601) and the digest of the parameters."""
    return reading.as_json() | {
        "read_at": read_at.isoformat(timespec="seconds"),
        "parameters_digest": parameters_digest(reading.parameters),
    }


def from_value(value: Mapping[str, Any]) -> PageReading:
    """A reading of `as_value`, or with as little as the command's contract promises (no positions of characters).

    KeyError, TypeError or ValueError for anything else.
    """
    given = {"engine_version": "", "parameters": {}} | dict(value)
    return PageReading.from_json(given | {"lines": [{"spans": []} | line for line in given["lines"]]})


def as_object(reading: PageReading, read_at: datetime) -> bytes:
    """`as_value` as it is stored: JSON in UTF-8."""
    value = as_value(reading, read_at)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def plausible(reading: object, width: int, height: int) -> bool:
    """An answer is about the image of this size: every line has text, a confidence from 0 to 1 and a box within it."""
    if not isinstance(reading, PageReading) or (reading.width, reading.height) != (width, height):
        return False
    return all(
        line.text and 0 <= line.confidence <= 1 and all(0 <= x <= width and 0 <= y <= height for x, y in line.box)
        for line in reading.lines
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What decides which of a page's readings counts. `chosen_at`: when a person chose it, None where nobody did."""

    id: int
    engine: str
    read_at: datetime
    chosen_at: datetime | None


def counting(readings: Iterable[Kept], own_engine: str) -> int | None:
    """The id of the reading that counts: the last that a person chose, or else the newest of `own_engine`, or the newest.

    None where there is none. A re-run by another engine for comparison thus changes nothing by itself.
    """

    def rank(kept: Kept) -> tuple[bool, float, bool, datetime, int]:
        chosen = kept.chosen_at.timestamp() if kept.chosen_at else 0.0
        return kept.chosen_at is not None, chosen, kept.engine == own_engine, kept.read_at, kept.id

    best = max(readings, key=rank, default=None)
    return best.id if best else None
