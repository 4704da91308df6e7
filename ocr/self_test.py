"""The self-test: each runtime reads the known page in a process of its own, and the fastest that reads it well is kept.

About ten seconds, once for a processor and a set of packages; never in a worker. A runtime that crashes this processor takes
its own process with it and nothing else.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

from base.errors import JuanzongError
from base.machine import resident_bytes
from ocr import known_page, models, runtimes
from ocr.models import Runtime
from ocr.runtimes import Choice, Trial

# Loading takes a second or two; on a busy machine much more. The median of so many pages is told.
_PATIENCE = 90.0
_PAGES = 3


def choice(*, again: bool = False) -> Choice | None:
    """What `auto` stands for here: as kept, or tested now and kept. None where no runtime reads."""
    found = None if again else runtimes.kept()
    if found is None:
        found = runtimes.choose(tuple(trials()))
        if found is not None:
            runtimes.keep(found)
    return found


def trials(candidates: Sequence[Runtime] = models.RUNTIMES) -> list[Trial]:
    """One after the other, so that none takes the other's cores; f32 is not tried where the processor gives no other."""
    done: list[Trial] = []
    for runtime in candidates:
        if runtime == "openvino-f32" and any(trial.precision == "f32" for trial in done):
            continue
        done.append(_tried_apart(runtime))
    return done


def _tried_apart(runtime: Runtime) -> Trial:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_try, args=(theirs, runtime), daemon=True)
    process.start()
    theirs.close()
    try:
        answer = ours.recv() if ours.poll(_PATIENCE) else Trial(runtime, reason=f"no answer in {_PATIENCE:.0f} s")
    except EOFError:
        process.join()
        answer = Trial(runtime, reason=f"its process ended with status {process.exitcode}")
    process.kill()
    process.join()
    ours.close()
    return answer if isinstance(answer, Trial) else Trial(runtime, reason="no answer of ours")


def _try(pipe: Connection, runtime: Runtime) -> None:
    try:
        loaded = models.load(runtime)
        times = []
        errors = 0
        for _ in range(_PAGES):
            begun = time.perf_counter()
            errors = max(errors, known_page.errors_of(loaded))
            times.append(time.perf_counter() - begun)
    except JuanzongError as error:
        pipe.send(Trial(runtime, reason=str(error.params.get("detail") or error)))
        return
    median = sorted(times)[len(times) // 2]
    pipe.send(Trial(runtime, loaded.precision, round(median, 4), errors, resident_bytes()))
