"""Colour as it was captured, whatever the file stores: bitonal, grey or colour."""

from __future__ import annotations

import cv2

from ingest.measure.answers import measured, unknown
from ingest.measure.view import PageView
from standards.values import Measure

# A grey capture stored as RGB keeps its channels within a level, JPEG included; a colour scanner tints even white paper.
_TINT = 2
_TINTED_SHARE = 0.02
_VIVID = 16
_VIVID_SHARE = 1.0e-4
# Of a bitonal capture nearly nothing lies between ink and paper; of a grey one every stroke has a soft rim.
_BETWEEN_PER_INK = 0.12


def colour_mode(view: PageView) -> Measure:
    if view.header.mode == "1":
        return measured("colour_mode", "bitonal")
    confidence = _colour(view)
    if confidence is not None:
        return measured("colour_mode", "colour", confidence=confidence)
    return _bitonal_or_grey(view)


def _colour(view: PageView) -> float | None:
    """Confidence that colour was captured; None where it was not."""
    if view.header.mode in ("L", "LA", "I;16", "I"):
        return None
    # A quarter of the size takes the grain of a sensor out of the difference of the channels.
    height, width = view.reduced.shape[:2]
    small = cv2.resize(view.reduced, (max(1, width // 3), max(1, height // 3)), interpolation=cv2.INTER_AREA)
    red, green, blue = cv2.split(cv2.GaussianBlur(small, (0, 0), 0.8))
    chroma = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    tinted = float((chroma > _TINT).mean())
    vivid = float((chroma > _VIVID).mean())
    if tinted < _TINTED_SHARE and vivid < _VIVID_SHARE:
        return None
    return 0.98 if tinted > 0.5 or vivid > 5 * _VIVID_SHARE else 0.75


def _bitonal_or_grey(view: PageView) -> Measure:
    grey = view.pixels[::2, ::2, 1]
    ink = int((grey < 128).sum())
    between = int(((grey > 56) & (grey < 200)).sum())
    extremes = float(((grey <= 12) | (grey >= 243)).mean())
    if ink == 0:
        if extremes == 1.0 and int(grey.min()) == int(grey.max()):
            return unknown("colour_mode", "reason.one-tone")
        return measured("colour_mode", "grey", confidence=0.8)
    if extremes > 0.9 and between < _BETWEEN_PER_INK * ink:
        return measured("colour_mode", "bitonal", confidence=0.9)
    return measured("colour_mode", "grey", confidence=0.95)
