"""A delivery with its ZIPs open: they are unpacked into a folder of ours that goes with the delivery."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.delivery.model import DeliveredFile, Delivery
from ingest.delivery.read import files_at, read_files
from ingest.delivery.stacks import FindSheets
from ingest.delivery.unpack import Unpacker
from ingest.delivery.walk import Problem


def open_delivery(
    root: Path, left_out: Sequence[Path] = (), scratch: Path | None = None, find_sheets: FindSheets | None = None
) -> Delivery:
    """What lies at `root`, ZIPs open. Errors as `read_delivery` gives them; StorageError `disk.full` where there is no room.

    ZIPs are unpacked below `scratch`, by default where the system keeps what is for a while; the members are there as long
    as the delivery is.
    """
    name, files, unreadable = files_at(root, left_out)
    return open_files(root, name, files, unreadable, scratch, find_sheets)


def open_files(
    root: Path,
    name: str | None,
    files: Sequence[DeliveredFile],
    unreadable: Sequence[Problem] = (),
    scratch: Path | None = None,
    find_sheets: FindSheets | None = None,
) -> Delivery:
    """The same of files that came by another way; see `read_files`."""
    if not any(file.kind == "container" for file in files):
        return read_files(root, name, files, unreadable, find_sheets)
    held = _Scratch(scratch)
    unpacker = Unpacker(held.folder)
    if name is None:
        # The delivery itself is one ZIP: it stands for the folder that was packed.
        name, found = Path(files[0].path).stem, unpacker.members(files[0])
    else:
        found = unpacker.expand(files)
    delivery = read_files(root, name, found.files, [*unreadable, *found.problems], find_sheets)
    for _, error in delivery.problems:
        _forget_where(error)
    return replace(delivery, held=held)


def _forget_where(error: BaseException) -> None:
    """An error that is kept keeps all that its calls held, and so the folder, unless it forgets where it was raised."""
    error.__traceback__ = error.__cause__ = error.__context__ = None


class _Scratch:
    """A folder that goes when nobody holds this any more, at the latest with the process."""

    def __init__(self, place: Path | None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="juanzong-", dir=place))
        self._end = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
