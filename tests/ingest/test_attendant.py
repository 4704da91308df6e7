"""What runs behind the screens ends with whoever started it, also when that was interrupted at the start."""

from __future__ import annotations

import threading

import pytest

from archive.office import Office
from base.processes import Ending
from ingest.attendant import Attendant


class Asked(Ending):
    """Asked to end before anybody waited, in a process whose signals stay as they are."""

    def __init__(self) -> None:
        self._asked = True


def test_interrupted_while_it_starts_it_leaves_no_thread(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    start, before = threading.Thread.start, threading.enumerate()

    def interrupted(thread: threading.Thread) -> None:
        if thread.name == "tallies":
            raise KeyboardInterrupt
        start(thread)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", interrupted)
        with pytest.raises(KeyboardInterrupt), Attendant(office.settings, office):
            pytest.fail("it started")
    assert [thread for thread in threading.enumerate() if thread not in before] == []


def test_it_ends_though_the_interrupt_was_swallowed_before_it_waits(office: Office) -> None:
    with pytest.raises(KeyboardInterrupt), Attendant(office.settings, office) as attendant:
        attendant.wait(Asked())
