"""Colour as it was captured, whatever the file stores: bitonal, grey or colour."""

from __future__ import annotations

import cv2
from cv2.typing import MatLike

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
    # The grain of a sensor is gone from the difference of the channels where each pixel is the mean of many.
    tinted = _share_beyond(_chroma(*cv2.split(view.small)), _TINT)
    vivid = _share_beyond(_chroma(*view.coarse), _VIVID)
    if tinted < _TINTED_SHARE and vivid < _VIVID_SHARE:
        return None
    return 0.98 if tinted > 0.5 or vivid > 5 * _VIVID_SHARE else 0.75


def _chroma(red: MatLike, green: MatLike, blue: MatLike) -> MatLike:
    return cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))


def _share_beyond(plane: MatLike, level: int) -> float:
    return cv2.countNonZero(cv2.threshold(plane, level, 1, cv2.THRESH_BINARY)[1]) / plane.size


def _bitonal_or_grey(view: PageView) -> Measure:
    fine = view.reduced[::2, ::2, 1]
    if float(((fine <= 24) | (fine >= 231)).mean()) < 0.8:
        return measured("colour_mode", "grey", confidence=0.95)
    # Whether a stroke has a soft rim shows in the pixels as stored alone.
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
