"""What the machine tells of its processes: real ones, with children of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from base.machine import (
    READER_BYTES,
    Families,
    has_grown,
    machine_bytes,
    reader_limit,
    readers,
    resident_bytes,
    usable_cores,
)

_MEGABYTE = 1 << 20
# A process that starts another one, which holds 80 MB.
_PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "held = b'x' * (80 << 20); print('held', flush=True); input()"])
child.wait()
"""


def test_the_memory_of_a_family_counts_together() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "held\n"
        families = Families(seconds=0.0)
        assert resident_bytes(parent.pid) < 80 * _MEGABYTE < families.bytes_of(parent.pid)
        parent.communicate("\n")
    assert families.bytes_of(parent.pid) == 0


def test_who_started_whom_is_not_looked_up_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    families = Families(seconds=60.0)
    assert families.bytes_of(os.getpid()) > 0
    looked: list[float] = []
    monkeypatch.setattr("base.machine._children_of_all", lambda: looked.append(time.monotonic()) or {})
    assert families.bytes_of(os.getpid()) > 0
    assert not looked


@pytest.mark.parametrize(("gigabytes", "count", "limit"), [(64, 2, 4), (24, 8, 2.4), (8, 8, 2)])
def test_each_reader_has_its_share(monkeypatch: pytest.MonkeyPatch, gigabytes: int, count: int, limit: float) -> None:
    monkeypatch.setattr("base.machine.machine_bytes", lambda: gigabytes << 30)
    assert reader_limit(count) == pytest.approx(limit * (1 << 30), abs=2)


def test_no_more_readers_than_the_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine_bytes() > 0
    monkeypatch.setattr("base.machine.usable_cores", lambda: 16)
    monkeypatch.setattr("base.machine.machine_bytes", lambda: 8 << 30)
    assert readers() == (8 << 30) * 4 // 5 // READER_BYTES == 4
    assert readers(16) == 16
    monkeypatch.setattr("base.machine.machine_bytes", lambda: 0)
    assert readers() == 16
    assert usable_cores() >= 1


def test_a_worker_is_recycled_when_it_grew_and_not_after_each_page() -> None:
    assert not has_grown(99, 100, 1000)
    assert not has_grown(150, 100, 1)
    assert has_grown(150, 100, 50)
    assert has_grown(201, 100, 1)
