"""A process that takes in one file after the other: what it must survive may take it down without taking the tests with it.

Each line it reads names a folder with a delivery; it answers with one line: `ok`, or the error that is none of ours.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from base.errors import JuanzongError
from base.images import opened, read_header
from ingest.delivery.model import DeliveredPage
from ingest.delivery.opened import open_delivery
from ingest.delivery.pages import page_bytes
from ingest.delivery.settled import settle_delivery
from ingest.measure.view import PageView

MEMORY_BYTES = 8 << 30
_MOST_PAGES = 20


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    # A library that writes to stdout must not answer for us.
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(take_in(Path(line.strip())) + "\n")


def take_in(folder: Path) -> str:
    try:
        delivery = open_delivery(folder)
        settle_delivery(delivery)
        for page in list(delivery.pages())[:_MOST_PAGES]:
            look_at(page)
    except JuanzongError:
        return "ok"
    except Exception as error:  # noqa: BLE001 — this is what the test is about
        return f"{type(error).__name__}: {error}".replace("\n", " ")
    return "ok"


def look_at(page: DeliveredPage) -> None:
    """As receiving and measuring do."""
    try:
        data, frame = page_bytes(page)
        with opened(data, page.file.path):
            pass
        PageView.decoded(data, page.file.path, read_header(data, page.file.path), frame)
    except JuanzongError:
        return


if __name__ == "__main__":
    main()
