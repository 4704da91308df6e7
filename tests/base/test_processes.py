"""Ending on a signal, also one that came where every error is swallowed: each in a process of its own, as it is for good there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_EITHER = """
ending = Ending()
ending.must_end()
try:
    os.kill(os.getpid(), NUMBER)
    time.sleep(20)
except KeyboardInterrupt:
    print("interrupted")
"""
_SWALLOWED = """
ending = Ending(lambda: print("told"))
with suppress(BaseException):
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(20)
os.kill(os.getpid(), signal.SIGTERM)
for _ in range(2):
    try:
        ending.must_end()
    except KeyboardInterrupt:
        print("must end")
"""


def _says(program: str) -> list[str]:
    begins = "import os, signal, time\nfrom contextlib import suppress\nfrom base.processes import Ending\n"
    done = subprocess.run(
        [sys.executable, "-c", begins + program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_either_signal_interrupts_the_main_thread(number: str) -> None:
    assert _says(_EITHER.replace("NUMBER", f"signal.{number}")) == ["interrupted"]


def test_an_interrupt_that_a_library_swallowed_is_not_lost() -> None:
    assert _says(_SWALLOWED) == ["told", "must end", "must end"]
