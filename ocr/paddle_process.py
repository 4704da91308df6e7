"""The process that PaddleOCR runs in: started from its own environment, asked over a pipe, ended when it is in the way.

It may crash, hang or take all memory: what it was asked is answered by an error, and the next question finds a new process.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from base.images import Pixels
from base.machine import usable_cores
from ocr.errors import OcrError

NAME = "paddleocr"
_LENGTH = struct.Struct(">I")
# The longest answer: a page of 1,000 lines is a tenth of it.
_LONGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class PaddlePlace:
    """Where `make setup-paddle` put what the process needs; `child` is the script that it runs."""

    folder: Path = Path(__file__).parents[1] / ".venv-paddle"
    child: Path = Path(__file__).parent / "paddle_child.py"

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    def is_set_up(self) -> bool:
        """The stamp is the last thing that set-up writes."""
        return (self.folder / "juanzong-paddle").is_file() and self.python.is_file()


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one process: seconds to start and to answer one question; bytes at which it is renewed, and that it never has."""

    open_seconds: float = 120.0
    answer_seconds: float = 120.0
    renew_bytes: int = 2 << 30
    most_bytes: int = 4 << 30


class PaddleProcess:
    """Not thread-safe. The process ends with this one, however this one ends."""

    def __init__(self, place: PaddlePlace, limits: Limits) -> None:
        """Starts it; OcrError `ocr.paddle-missing` where it was not set up, `ocr.paddle-broken` where it does not start."""
        if not place.is_set_up():
            raise OcrError("ocr.paddle-missing")
        self._place, self._limits = place, limits
        self._running: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._timed_out = False
        self._asked = 0
        self.resident_bytes = 0
        self.version = str(self._start()["version"])

    def ask(self, question: str, images: Sequence[Pixels]) -> dict[str, Any]:
        """The answer to one question about BGR images, of the same process.

        OcrError `ocr.failed` where the process ends or says that it failed, `ocr.page-timeout` where it says nothing,
        `ocr.garbage` where it answers something else, `ocr.engine-dead` where no new one starts.
        """
        if self.resident_bytes > self._limits.renew_bytes or self._ended_by_itself():
            self.close()
        if self._running is None:
            self._restart()
        self._asked += 1
        shapes = [image.shape for image in images]
        header = json.dumps({"ask": question, "id": self._asked, "shapes": shapes}).encode()
        answer = self._exchange([_LENGTH.pack(len(header)), header, *images], self._limits.answer_seconds)
        if answer.get("id") != self._asked:
            self.close()
            raise OcrError("ocr.garbage", engine=NAME)
        self.resident_bytes = int(answer.get("rss", 0))
        if "error" in answer:
            raise OcrError("ocr.failed", engine=NAME, detail=str(answer["error"]))
        return answer

    def close(self) -> None:
        """Ends the process at once."""
        if self._running is not None:
            self._running.kill()
            self._running.communicate()
        if self._said is not None:
            self._said.close()
        self._running = self._said = None
        self.resident_bytes = 0

    def _ended_by_itself(self) -> bool:
        """Between two questions, as the machine's own killer has it: no fault of the next page."""
        return self._running is not None and self._running.poll() is not None

    def _restart(self) -> None:
        try:
            self._start()
        except OcrError as error:
            raise OcrError("ocr.engine-dead") from error

    def _start(self) -> dict[str, Any]:
        place = self._place
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        command = [place.python, "-I", place.child, place.models, usable_cores(), self._limits.most_bytes]
        try:
            self._running = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                env=_environment(place.folder / "home"),
            )
            return self._exchange([], self._limits.open_seconds)
        except (OSError, OcrError) as error:
            detail = error.params.get("detail", error.code) if isinstance(error, OcrError) else error
            self.close()
            raise OcrError("ocr.paddle-broken", detail=detail) from error

    def _exchange(self, parts: Sequence[bytes | Pixels], seconds: float) -> dict[str, Any]:
        """What it answers within `seconds`; without parts, what it says by itself. An unusable answer ends it."""
        assert self._running is not None  # noqa: S101 - started by who calls this
        self._timed_out = False
        patience = threading.Timer(seconds, self._out_of_time, [self._running])
        patience.daemon = True
        patience.start()
        try:
            answer = _talk(self._running, parts)
        except (OSError, EOFError) as error:
            raise self._ended(seconds) from error
        except ValueError as error:
            self.close()
            raise OcrError("ocr.garbage", engine=NAME) from error
        finally:
            patience.cancel()
            patience.join()
        if self._timed_out:
            # It answered just before it was ended.
            self.close()
        return answer

    def _out_of_time(self, running: subprocess.Popen[bytes]) -> None:
        self._timed_out = True
        running.kill()

    def _ended(self, seconds: float) -> OcrError:
        """Why the process is no longer there; it is cleared away."""
        assert self._running is not None and self._said is not None  # noqa: S101 - ends only once
        self._running.kill()
        status = self._running.wait()
        self._said.seek(0)
        words = [line for line in self._said.read().decode("utf-8", "replace").splitlines() if line.strip()]
        self.close()
        if self._timed_out:
            return OcrError("ocr.page-timeout", seconds=round(seconds))
        last = f": {words[-1].strip()[:300]}" if words else ""
        return OcrError("ocr.failed", engine=NAME, detail=f"process ended with status {status}{last}")


def _talk(running: subprocess.Popen[bytes], parts: Sequence[bytes | Pixels]) -> dict[str, Any]:
    assert running.stdin is not None and running.stdout is not None  # noqa: S101 - both are pipes
    for part in parts:
        running.stdin.write(part if isinstance(part, bytes) else np.ascontiguousarray(part).data)
    running.stdin.flush()
    (length,) = _LENGTH.unpack(_exactly(running.stdout, _LENGTH.size))
    if length > _LONGEST:
        raise ValueError(f"an answer of {length} bytes")
    answer = json.loads(_exactly(running.stdout, length))
    if not isinstance(answer, dict):
        raise ValueError("no answer")
    return answer


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _environment(home: Path) -> dict[str, str]:
    """Nothing of ours but where programs lie; every look-up that the package offers to leave out is left out."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "PADDLE_PDX_CACHE_HOME": str(home),
        "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True",
        "HF_HUB_OFFLINE": "1",
        "ORT_DISABLE_TELEMETRY": "1",
    }
