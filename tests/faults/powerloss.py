"""What is on the disk after the power fails: the calls of a run are written down and replayed with what was not synced left out.

The model is the harshest that POSIX allows: the bytes of a file are there only as they were at its last fsync, and a name is
there only where its folder was synced after it was given. Of the names that were not yet synced any number may have reached
the disk, in the order in which their folder got them; `keep` chooses how many.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A name and what it stands for from now on: the number of a file, a folder, or nothing.
_Change = dict[str, int | None]
_FOLDER = -1
# Of so many names that a folder got and did not sync, how many reached the disk.
Keep = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Op:
    """`kind`: names (in `folder`), sync-folder, sync-file (`file` has `data` now), or mark (`note`: what had happened)."""

    kind: str
    folder: Path = Path()
    names: _Change = field(default_factory=dict)
    file: int = 0
    data: bytes = b""
    note: str = ""


class Recorder:
    """Writes down what is done below `root` while `recording` lasts."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.ops: list[Op] = []

    def mark(self, note: str) -> None:
        """Something outside the files happened now: a call returned, a row was committed."""
        self.ops.append(Op("mark", note=note))

    @contextmanager
    def recording(self) -> Iterator[None]:
        plain = {name: getattr(os, name) for name in ("open", "fsync", "link", "replace", "rename", "unlink", "mkdir")}
        for name, call in plain.items():
            setattr(os, name, self._wrapped(name, call))
        try:
            yield
        finally:
            for name, call in plain.items():
                setattr(os, name, call)

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        note = getattr(self, f"_{'replace' if name == 'rename' else name}")

        def run(*arguments: Any, **named: Any) -> Any:
            answer = call(*arguments, **named)
            note(answer, *arguments)
            return answer

        return run

    def _open(self, _descriptor: int, path: Any, flags: int, *_: Any) -> None:
        if flags & os.O_CREAT:
            self._named(Path(os.fspath(path)))

    def _fsync(self, _answer: None, descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if not self._mine(path):
            return
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            self.ops.append(Op("sync-folder", path))
        else:
            data = os.pread(descriptor, os.fstat(descriptor).st_size, 0) if _readable(descriptor) else path.read_bytes()
            self.ops.append(Op("sync-file", file=os.fstat(descriptor).st_ino, data=data))

    def _link(self, _answer: None, _source: Any, target: Any) -> None:
        self._named(Path(target))

    def _replace(self, _answer: None, source: Any, target: Any) -> None:
        old, new = Path(source), Path(target)
        if old.parent == new.parent:
            self._change(old.parent, {old.name: None, new.name: new.stat().st_ino})
        else:
            self._named(new)
            self._change(old.parent, {old.name: None})

    def _unlink(self, _answer: None, path: Any) -> None:
        self._change(Path(path).parent, {Path(path).name: None})

    def _mkdir(self, _answer: None, path: Any, *_: Any) -> None:
        self._change(Path(path).parent, {Path(path).name: _FOLDER})

    def _named(self, path: Path) -> None:
        self._change(path.parent, {path.name: path.stat().st_ino})

    def _change(self, folder: Path, names: _Change) -> None:
        if self._mine(folder):
            self.ops.append(Op("names", folder, names))

    def _mine(self, path: Path) -> bool:
        return path == self._root or self._root in path.parents


def replay(ops: Sequence[Op], root: Path, out: Path, keep: Keep) -> None:
    """Makes in `out` what the disk holds of `root` where the power fails after `ops`."""
    names: dict[Path, dict[str, int]] = {}
    pending: dict[Path, list[_Change]] = {}
    data: dict[int, bytes] = {}
    for op in ops:
        if op.kind == "names":
            pending.setdefault(op.folder, []).append(op.names)
        elif op.kind == "sync-file":
            data[op.file] = op.data
        elif op.kind == "sync-folder":
            _apply(names.setdefault(op.folder, {}), pending.pop(op.folder, []))
    for folder, changes in pending.items():
        _apply(names.setdefault(folder, {}), changes[: keep(len(changes))])
    _write(names, data, root, out)


def _apply(names: dict[str, int], changes: Sequence[_Change]) -> None:
    for change in changes:
        for name, file in change.items():
            if file is None:
                names.pop(name, None)
            else:
                names[name] = file


def _write(names: dict[Path, dict[str, int]], data: dict[int, bytes], folder: Path, out: Path) -> None:
    out.mkdir()
    for name, file in names.get(folder, {}).items():
        if file == _FOLDER:
            _write(names, data, folder / name, out / name)
        else:
            # What was never synced may be there as a name alone.
            (out / name).write_bytes(data.get(file, b""))


def _readable(descriptor: int) -> bool:
    return fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_WRONLY


def nothing(_count: int) -> int:
    """No name that was not synced is there."""
    return 0


def everything(count: int) -> int:
    """All of them are, though the bytes of their files may not be."""
    return count
