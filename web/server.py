"""Serving the screens on one machine."""

from __future__ import annotations

import logging

import waitress

from archive.office import Office
from web import frame
from web.app import create_app

_THREADS = 8


def serve(office: Office, find: frame.Finder, host: str, port: int) -> None:
    """Serves until the process is told to stop. Eight threads: a slow scan must not hold up the next desk."""
    # A browser asks for a strip of thumbnails at once: that they queue for a moment is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(create_app(office, find), host=host, port=port, threads=_THREADS, ident="juanzong")
