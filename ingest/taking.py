"""Taking in a delivery, however it came: its ZIPs are opened, its files received, and what was promised is reconciled.

The one way in for the command line, for a watched folder and for an upload that is whole.
"""

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
from ingest.delivery.model import DeliveredFile
from ingest.delivery.opened import open_files
from ingest.delivery.read import files_at
from ingest.delivery.walk import Problem
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
    name, files, unreadable = files_at(root, left_out)
    batch = batch_name or root.resolve().name
    return take_in_files(office, root, name, files, unreadable, batch, viewer, progress)


def take_in_files(
    office: Office,
    root: Path,
    name: str | None,
    files: Sequence[DeliveredFile],
    unreadable: Sequence[Problem],
    batch_name: str,
    viewer: Viewer,
    progress: Progress,
) -> Receipt:
    """The same of files that came by another way, such as an upload: each `path` is as it was delivered, each `source` where
    its bytes lie now (`ingest.delivery.walk.classified` makes them). `name` is what the delivered folder is called.
    """
    with _scratch(office) as scratch:
        delivery = open_files(root, name, files, unreadable, scratch)
        return receive(office, delivery, batch_name, viewer, progress, office.settings.profile)


@contextmanager
def _scratch(office: Office) -> Iterator[Path]:
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
