"""What few kept shapes save: a reader's memory over lines of many widths, with OpenVINO's own 5,000 kept shapes and with ours."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection

import numpy as np

from base.machine import core_numbers, resident_bytes, stay_on
from bench.ocr.setup import Setup
from ocr import models

_BATCHES, _MARKS = 200, 4
# Widths in steps as they come from the recogniser, and lines a batch.
_STEP, _WIDEST, _LINES = 32, 60, 6
_SPAWN = multiprocessing.get_context("spawn")


def tables(setup: Setup) -> list[str]:
    count = setup.count(_BATCHES)
    marks = [count * (i + 1) // _MARKS for i in range(_MARKS)]
    table = [
        f"**Memory over {count} batches of lines of random width, one core, MB**",
        "",
        "| kept shapes | " + " | ".join(f"after {mark}" for mark in marks) + " | seconds |",
        "|---|" + "---:|" * (_MARKS + 1),
    ]
    for name, ours in (("OpenVINO's own", False), ("ours", True)):
        held, seconds = _measured(marks, ours)
        table.append(f"| {name} | " + " | ".join(f"{each / 1e6:.0f}" for each in held) + f" | {seconds:.0f} |")
    return ["\n".join(table)]


def _measured(marks: list[int], ours: bool) -> tuple[list[int], float]:
    """In a process of its own, because memory that was once held tells nothing about the next run."""
    here, there = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_read, args=(there, marks, ours))
    process.start()
    there.close()
    answer: tuple[list[int], float] = here.recv()
    process.join()
    return answer


def _read(pipe: Connection, marks: list[int], ours: bool) -> None:
    stay_on([core_numbers()[0]])
    if not ours:
        models.KEPT_SHAPES.clear()
    networks, chance, held = models.load("openvino"), np.random.default_rng(0), []
    begun = time.perf_counter()
    for number in range(1, marks[-1] + 1):
        lines, width = int(chance.integers(1, _LINES + 1)), _STEP * int(chance.integers(10, _WIDEST))
        networks.score_columns(chance.random((lines, 3, 48, width), dtype=np.float32))
        if number in marks:
            held.append(resident_bytes())
    pipe.send((held, time.perf_counter() - begun))
