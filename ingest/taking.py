"""Taking in a delivery from a folder or file: its ZIPs are opened, then its files are received."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from archive.access import Viewer
from archive.office import Office
from archive.store.disk import disk_errors
from base.progress import Progress
from ingest.delivery.model import DeliveredFile
from ingest.delivery.opened import open_delivery, open_files
from ingest.delivery.stacks import FindSheets
from ingest.receive import Receipt, receive
from ingest.sheets import find_sheets


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
        delivery = open_delivery(root, left_out, scratch, sheets_of(office))
        return receive(office, delivery, batch_name or root.resolve().name, viewer, progress, office.settings.profile)


def take_in_files(
    office: Office,
    root: Path,
    files: Sequence[DeliveredFile],
    batch_name: str,
    viewer: Viewer,
    progress: Progress,
    present: Collection[str] = (),
) -> Receipt:
    """The same of some files at `root` that `ingest.delivery.walk.classified` made; `present` are paths that lie there too."""
    with room_to_unpack(office) as scratch:
        delivery = open_files(root, root.name, files, scratch=scratch, find_sheets=sheets_of(office))
        delivery = replace(delivery, present=frozenset(present))
        return receive(office, delivery, batch_name, viewer, progress, office.settings.profile)


def sheets_of(office: Office) -> FindSheets | None:
    """How separator sheets are found, where the office uses them: each page of a stack is decoded for it."""
    return find_sheets if office.settings.separator_sheets else None


@contextmanager
def room_to_unpack(office: Office) -> Iterator[Path]:
    """Where ZIPs are unpacked; what a killed run left there goes as soon as no living one works in it."""
    folder = office.settings.data_dir / "unpacked"
    with disk_errors(folder):
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
