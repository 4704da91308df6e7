"""The office that a verb works on, and who works on it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.access import Viewer, machine_viewer
from archive.office import Office, open_office
from base.settings import load_settings


@contextmanager
def opened(data_dir: Path) -> Iterator[Office]:
    """The office of the data folder, closed however the verb ends."""
    office = open_office(load_settings(data_dir))
    try:
        yield office
    finally:
        office.close()


def me() -> Viewer:
    """The user of the operating system, who is written to the audit trail."""
    return machine_viewer(getpass.getuser())
