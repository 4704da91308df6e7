"""Reduced images of a page: what a screen shows at first sight."""

from __future__ import annotations

import cv2
import numpy as np

from base.images import Pixels

VIEW_SIDE = 1600  # pixels of the longer side: the page fills a 1366×768 screen at twice its height
THUMBNAIL_SIDE = 240  # shown at 120 px, sharp on a double-density screen
_QUALITY = 82


def reduced_jpeg(pixels: Pixels, side: int) -> bytes:
    """The page (RGB) as JPEG with its longer side at most `side` pixels."""
    scale = min(1.0, side / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = pixels if scale == 1.0 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return bytes(np.asarray(encoded).tobytes())
