"""The engines that are compared, each in processes of its own: one pinned to each core, as it is run at its best.

A process answers for the pages it is given with their lines, the seconds they took from the file on disk, and its memory.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from base.images import read_file, read_pixels
from base.machine import core_numbers, resident_bytes, stay_on
from bench.ocr.scoring import Text
from ocr.engine import OcrEngine
from ocr.engines import engine_factory

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Answer:
    """The pages in the order they were given; `seconds` of all of them; `memory`: bytes, the process and its children."""

    pages: list[list[Text]]
    seconds: float
    memory: int


Reader = Callable[[Sequence[Path]], list[list[Text]]]


@dataclass(frozen=True, slots=True)
class Contender:
    """An engine as it is named in the tables, and what opens it in its process."""

    name: str
    engine: str = ""
    runtime: str = "auto"
    parameters: tuple[tuple[str, Any], ...] = ()

    def open(self) -> Reader:
        if self.engine == "tesseract":
            return _tesseract
        if self.engine == "rapidocr":
            from ocr.rapid import RapidOcrEngine  # noqa: PLC0415 - only in the process that reads

            return _reader(RapidOcrEngine(self.runtime, dict(self.parameters)))  # type: ignore[arg-type]
        return _reader(engine_factory(self.engine)())


def contenders() -> list[Contender]:
    """Those that this machine has; the first is what we ship."""
    found = [
        Contender("RapidOCR, OpenVINO", "rapidocr", "openvino"),
        # Where the processor counts in bf16 the line above does: what reading costs on one that does not.
        Contender("RapidOCR, OpenVINO f32", "rapidocr", "openvino-f32"),
        Contender("RapidOCR, ONNX Runtime", "rapidocr", "onnxruntime"),
    ]
    if Path(".venv-paddle").exists():
        found.append(Contender("PaddleOCR", "paddleocr"))
    if shutil.which("tesseract"):
        found.append(Contender("Tesseract 5 chi_sim", "tesseract"))
    return found


def _reader(engine: OcrEngine) -> Reader:
    def read(files: Sequence[Path]) -> list[list[Text]]:
        return [
            [Text(line.text, line.box) for line in engine.read(read_pixels(read_file(f, f.name), f.name)).lines]
            for f in files
        ]

    return read


def _tesseract(files: Sequence[Path]) -> list[list[Text]]:
    """One run for all pages, so that its model is loaded once; lines as its TSV gives them."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("\n".join(str(file.resolve()) for file in files) + "\n")
        names.flush()
        command = ["tesseract", names.name, "stdout", "-l", "chi_sim", "--psm", "3", "tsv"]
        run = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    pages: list[dict[tuple[str, ...], list[dict[str, str]]]] = [{} for _ in files]
    for row in csv.DictReader(run.stdout.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            line = (row["block_num"], row["par_num"], row["line_num"])
            pages[int(row["page_num"]) - 1].setdefault(line, []).append(row)
    return [[_tesseract_line(words) for words in page.values()] for page in pages]


def _tesseract_line(words: Sequence[dict[str, str]]) -> Text:
    left, top = (min(int(word[side]) for word in words) for side in ("left", "top"))
    right = max(int(word["left"]) + int(word["width"]) for word in words)
    bottom = max(int(word["top"]) + int(word["height"]) for word in words)
    box = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Text("".join(word["text"] for word in words), box)


class Team:
    """One process a core for a contender. Use as a context manager."""

    def __init__(self, contender: Contender, cores: Sequence[int] | None = None) -> None:
        self.contender = contender
        self._cores = list(cores or core_numbers())
        self._members: list[tuple[Any, Connection]] = []

    def __enter__(self) -> Self:
        for core in self._cores:
            ours, theirs = _SPAWN.Pipe()
            process = _SPAWN.Process(target=_member, args=(theirs, self.contender, core))
            process.start()
            theirs.close()
            self._members.append((process, ours))
        for _, pipe in self._members:
            pipe.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, pipe in self._members:
            pipe.close()
            process.join()

    def read(self, files: Sequence[Path]) -> tuple[list[list[Text]], float, int]:
        """All pages shared out over the cores: lines, seconds until the last is done, memory of the largest process."""
        shares = [list(range(i, len(files), len(self._members))) for i in range(len(self._members))]
        begun = time.perf_counter()
        for (_, pipe), share in zip(self._members, shares, strict=True):
            pipe.send([files[i] for i in share])
        answers: list[Answer] = [pipe.recv() for _, pipe in self._members]
        seconds = time.perf_counter() - begun
        pages: list[list[Text]] = [[] for _ in files]
        for share, answer in zip(shares, answers, strict=True):
            for i, lines in zip(share, answer.pages, strict=True):
                pages[i] = lines
        return pages, seconds, max(answer.memory for answer in answers)


def _member(pipe: Connection, contender: Contender, core: int) -> None:
    stay_on([core])
    import cv2  # noqa: PLC0415 - after the process is pinned

    cv2.setNumThreads(1)
    read = contender.open()
    pipe.send(True)
    while True:
        try:
            files = pipe.recv()
        except EOFError:
            return
        begun = time.perf_counter()
        pages = read(files) if files else []
        pipe.send(Answer(pages, time.perf_counter() - begun, _memory()))


def _memory() -> int:
    """Now, of this process, its living children (an engine in a process of its own) and the largest that has ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return resident_bytes() + sum(_resident(pid) for pid in _children(os.getpid())) + ended


def _children(pid: int) -> Iterable[int]:
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [*(int(child) for child in own), *(deep for child in own for deep in _children(int(child)))]


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
