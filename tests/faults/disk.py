"""A disk that is nearly full: a file system of its own in memory, whose size grows when somebody has made room."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_PAGE = 4096
_LARGE = "256m"


class SmallDisk:
    """Mounted at `folder` while the block lasts; `room` 0: a plain folder. RuntimeError where this user may not mount."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder, self._mounted = folder, room > 0

    def __enter__(self) -> SmallDisk:
        self._folder.mkdir()
        if self._mounted:
            _run("mount", "-t", "tmpfs", "-o", f"size={_LARGE}", "tmpfs", str(self._folder))
        return self

    def __exit__(self, *_: object) -> None:
        if self._mounted:
            _run("umount", "-l", str(self._folder))

    def fill(self, room: int) -> None:
        """From now on only `room` more bytes fit."""
        if self._mounted:
            used = sum(-(-path.stat().st_size // _PAGE) * _PAGE + _PAGE for path in self._folder.rglob("*"))
            _run("mount", "-o", f"remount,size={(used + room) // _PAGE * _PAGE}", str(self._folder))

    def grow(self) -> None:
        if self._mounted:
            _run("mount", "-o", f"remount,size={_LARGE}", str(self._folder))


def let_go(folder: Path) -> None:
    """Takes away the small disk that a killed harness left at `folder`."""
    while os.path.ismount(folder):
        _run("umount", "-l", str(folder))


def may_mount(scratch: Path) -> bool:
    """Whether this user can make a small disk here at all."""
    try:
        with SmallDisk(scratch / "try", _PAGE):
            return True
    except RuntimeError:
        return False
    finally:
        (scratch / "try").rmdir()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
