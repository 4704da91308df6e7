"""Several runs at a time, each in a process of its own that is asked for its answer in a file."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.ground import Ground
from tests.faults.points import Plan
from tests.faults.processes import Process
from tests.faults.run import Outcome, Run
from tests.faults.scenario import Scenario

_ENDS_S = 30.0


@dataclass(frozen=True, slots=True)
class _Running:
    process: Process
    scenario: Scenario
    answer: Path


def run_all(
    ground: Ground, scenarios: Iterable[Scenario], folder: Path, jobs: int, tell: Callable[[dict[str, Any]], None]
) -> None:
    """`jobs` at a time; each is told of when it is done, in no order. What goes wrong stays in `folder`."""
    running: dict[int, _Running] = {}
    waiting = iter(scenarios)
    try:
        chosen = next(waiting, None)
        while running or chosen is not None:
            for slot in set(range(jobs)) - running.keys():
                if chosen is not None:
                    running[slot] = _begun(ground, chosen, folder, slot)
                    chosen = next(waiting, None)
            for slot, each in list(running.items()):
                if each.process.ended():
                    tell(_answer(running.pop(slot)))
            time.sleep(0.05)
    finally:
        for each in running.values():
            each.process.signal(signal.SIGTERM)
        for each in running.values():
            each.process.wait(_ENDS_S)
            each.process.kill_group()


def _begun(ground: Ground, scenario: Scenario, folder: Path, slot: int) -> _Running:
    answer = ground.scratch / f"answer-{scenario.number}"
    plan, log = Plan(str(ground.scratch)), ground.scratch / "log"
    process = Process(_one, ground, scenario, folder / f"run-{scenario.number}", slot, answer, plan=plan, log=log)
    return _Running(process, scenario, answer)


def _one(ground: Ground, scenario: Scenario, folder: Path, slot: int, answer: Path) -> int:
    # Whoever ends the harness leaves no office and no small disk behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    outcome = Run(ground, scenario, folder, slot).go()
    written = answer.with_suffix(".new")
    written.write_text(json.dumps(outcome.as_json()), "utf-8")
    written.replace(answer)
    return 0


def _answer(ended: _Running) -> dict[str, Any]:
    ended.process.kill_group()
    if not ended.answer.exists():
        broken = f"the harness itself ended with {ended.process.status}"
        return Outcome(ended.scenario, violations=[broken]).as_json()
    found: dict[str, Any] = json.loads(ended.answer.read_text("utf-8"))
    ended.answer.unlink()
    return found
