"""Taking in a delivery from a folder or file: its ZIPs are opened, then its files are received."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.access import Viewer
from archive.office import Office
from base.progress import Progress
from ingest.delivery.opened import open_delivery
from ingest.receive import Receipt, receive


def take_in(
    office: Office,
    root: Path,
    batch_name: str | None,
    viewer: Viewer,
    progress: Progress,
    left_out: Sequence[Path] = (),
) -> Receipt:
    """Receives what lies at `root` as a delivery of a batch (by default of the name of `root`); `left_out` does not count.

    InputError as `read_delivery` gives them; StorageError `disk.full`, `store.…`: run it again, and it goes on.
    """
    with room_to_unpack(office) as scratch:
        delivery = open_delivery(root, left_out, scratch)
        return receive(office, delivery, batch_name or root.resolve().name, viewer, progress, office.settings.profile)


@contextmanager
def room_to_unpack(office: Office) -> Iterator[Path]:
    """Where ZIPs are unpacked; what a killed run left there goes as soon as no living one works in it."""
    folder = office.settings.data_dir / "unpacked"
    folder.mkdir(exist_ok=True)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _sweep(folder, lock)
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield folder
    finally:
        os.close(lock)


def _sweep(folder: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    for left in folder.iterdir():
        shutil.rmtree(left, ignore_errors=True)
