"""How a measure is answered: a value with its confidence, or the reason why there is none."""

from __future__ import annotations

from standards.values import Box, Measure


def measured(
    name: str, value: float | int | str | bool, unit: str = "", confidence: float = 1.0, boxes: tuple[Box, ...] = ()
) -> Measure:
    return Measure(name, value, unit, min(1.0, max(0.0, confidence)), boxes=boxes)


def unknown(name: str, reason: str) -> Measure:
    """`reason` is a code `reason.…` of the message catalogue."""
    return Measure(name, None, reason=reason)
