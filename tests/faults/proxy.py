"""A TCP proxy on the loopback between an office and one of its servers, which breaks connections as networks do."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_PIECE = 16384
# How long a network stays broken; clients must live through it or say what they could not do.
BROKEN_S = 2.5
CALM = "calm"


@dataclass(frozen=True, slots=True)
class NetFault:
    """What breaks once `after` bytes have passed in its direction, and then for some seconds (a flipped bit: once).

    `kind`: refuse, cut-request, cut-answer, delay, silent, corrupt-request, corrupt-answer; empty for none.
    """

    kind: str = ""
    after: int = 0

    @property
    def answers(self) -> bool:
        """Whether it is what the server says that is counted."""
        return self.kind.endswith("answer")


class _Line:
    """The network: what has passed, and whether it is broken now. Once the file `calm` is there it is whole for good."""

    def __init__(self, fault: NetFault, mark: Path, calm: Path) -> None:
        self._fault, self._mark, self._calm = fault, mark, calm
        self._lock = threading.Lock()
        self._left = fault.after
        self._broken_until: float | None = None

    def broken(self) -> bool:
        now_broken = self._broken_until is not None and time.monotonic() < self._broken_until
        return now_broken and not self._calm.exists()

    def pass_on(self, piece: bytes, *, answer: bool) -> bytes | None:
        """What arrives of a piece; None where the connection is cut here."""
        if not self._fault.kind or answer != self._fault.answers:
            return None if self._cuts() else piece
        with self._lock:
            before, self._left = self._left, self._left - len(piece)
            now_breaks = before >= 0 > self._left
        if now_breaks and not self._calm.exists():
            return self._break(piece, before)
        if self.broken() and self._fault.kind in ("delay", "silent"):
            time.sleep(BROKEN_S)
            return piece if self._fault.kind == "delay" else None
        return None if self._cuts() else piece

    def _cuts(self) -> bool:
        return self.broken() and (self._fault.kind.startswith("cut") or self._fault.kind == "refuse")

    def _break(self, piece: bytes, at: int) -> bytes | None:
        self._mark.touch()
        if self._fault.kind.startswith("corrupt"):
            bit = 1 << random.Random(self._fault.after).randrange(8)
            return piece[:at] + bytes([piece[at] ^ bit]) + piece[at + 1 :]
        self._broken_until = time.monotonic() + BROKEN_S
        if self._fault.kind == "delay":
            time.sleep(BROKEN_S)
            return piece
        return piece[:at] if at else None


def serve(listening: socket.socket, target: tuple[str, int], fault: NetFault, folder: Path) -> int:
    """The life of the proxy's process. `folder` gets the mark `fired`, and `passed-…` with the bytes of each direction."""
    line = _Line(fault, folder / "fired", folder.parent / CALM)
    counts = {"request": 0, "answer": 0}
    while True:
        client, _ = listening.accept()
        if line.broken() and fault.kind not in ("delay",):
            client.close()
            continue
        try:
            server = socket.create_connection(target, timeout=10)
        except OSError:
            client.close()
            continue
        server.settimeout(None)
        for name, source, goal in (("request", client, server), ("answer", server, client)):
            threading.Thread(target=_pump, args=(source, goal, line, name, counts, folder), daemon=True).start()


def _pump(
    source: socket.socket, goal: socket.socket, line: _Line, name: str, counts: dict[str, int], folder: Path
) -> None:
    try:
        while piece := source.recv(_PIECE):
            counts[name] += len(piece)
            (folder / f"passed-{name}").write_text(str(counts[name]))
            passed = line.pass_on(piece, answer=name == "answer")
            if passed is None:
                break
            goal.sendall(passed)
            if len(passed) < len(piece):
                break
    except OSError:
        pass
    finally:
        for end in (source, goal):
            _close(end)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
