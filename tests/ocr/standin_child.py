"""The child of `ocr.paddle_process` with a reader that fails as it is told to; all around the reader is the real script.

Run like it: `python -I tests/ocr/standin_child.py MODELS THREADS BYTES`. What it does is told by the first pixel of the page;
what it reads is the number in the pixel's second value and the number of its process.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

ORDERS = ("WELL", "DIES", "HANGS", "EATS", "GARBAGE", "OTHER", "LATE", "PRINTS", "CONNECTS")
_GARBAGE = {"quads": [[[0, 0], [1, "x"], [1, 1]]]}


class StandIn:
    version = "standin"

    def __init__(self, models: Path, threads: int) -> None:
        assert models.is_dir() and threads > 0
        self._mark = 0
        self.late_by = 0

    def find(self, image: Any) -> list[Any]:
        _, self._mark, order = (int(value) for value in image[0, 0])
        self.late_by = 0
        getattr(self, ORDERS[order].lower())()
        return [[[10, 10], [90, 10], [90, 30], [10, 30]]]

    def read(self, cuts: list[Any]) -> list[list[Any]]:
        text = f"{self._mark}号{os.getpid()}"
        return [[text, 0.95, len(text) * 2.0, [2 * i for i in range(len(text))]] for _ in cuts]

    def well(self) -> None: ...

    def dies(self) -> None:
        sys.stderr.write("told to die\n")
        sys.stderr.flush()
        os._exit(9)

    def hangs(self) -> None:
        time.sleep(600)

    def eats(self) -> None:
        held = [bytearray(64 << 20) for _ in range(1000)]
        raise AssertionError(f"{len(held)} pieces, and nobody stopped it")

    def garbage(self) -> None:
        raise _Garbage

    def other(self) -> None:
        """Answers the question before."""
        self.late_by = 1

    def late(self) -> None:
        time.sleep(0.5)

    def prints(self) -> None:
        os.write(1, b"Creating model: PP-OCRv6\n")

    def connects(self) -> None:
        with socket.socket() as way_out:
            way_out.connect(("127.0.0.1", 9))


class _Garbage(Exception):
    pass


def _loaded() -> ModuleType:
    file = Path(__file__).parents[2] / "ocr" / "paddle_child.py"
    spec = importlib.util.spec_from_file_location("paddle_child", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _misled(child: ModuleType) -> Any:
    """The real answer, but for the orders that are about the answer itself."""
    answered = child._answer

    def answer(reader: StandIn, header: dict[str, Any], body: bytes) -> dict[str, Any]:
        said: dict[str, Any] = answered(reader, header, body)
        if "_Garbage" in said.get("error", ""):
            return {"id": said["id"], "rss": 0, **_GARBAGE}
        return {**said, "id": said["id"] - reader.late_by}

    return answer


if __name__ == "__main__":
    child = _loaded()
    child._Reader = StandIn
    child._answer = _misled(child)
    child.main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
