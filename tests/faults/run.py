"""One run: a small office is broken once, may be broken again while it recovers, finishes, and is looked through."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import office
from tests.faults.disk import SmallDisk, let_go
from tests.faults.ground import Ground
from tests.faults.invariants import violations
from tests.faults.points import Plan
from tests.faults.processes import Process
from tests.faults.proxy import BROKEN_S, CALM
from tests.faults.scenario import Scenario

# Far above what any run takes; who reaches it hangs.
_HANGS_S = 400.0
_SETTLES_S = 60.0


@dataclass(slots=True)
class Outcome:
    """How a run went; it is well where `violations` is empty. `fired`: the fault was met."""

    scenario: Scenario
    fired: bool = False
    statuses: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.scenario.number,
            "kind": self.scenario.kind,
            "house": self.scenario.house,
            "action": self.scenario.action or self.scenario.victim,
            "point": str(self.scenario.point or ""),
            "fired": self.fired,
            "statuses": self.statuses,
            "violations": self.violations,
            "seconds": round(self.seconds, 1),
        }


class Run:
    """`folder` is the run's own and is left behind only where something was wrong. No other run has `slot` meanwhile."""

    def __init__(self, ground: Ground, scenario: Scenario, folder: Path, slot: int) -> None:
        self._ground, self._scenario, self._folder, self._slot = ground, scenario, folder, slot
        self._data = folder / "disk" / "office"
        self._log = folder / "log"
        self._outcome = Outcome(scenario)
        self._workers: Process | None = None

    def go(self) -> Outcome:
        began = time.monotonic()
        if self._folder.exists():
            let_go(self._folder / "disk")
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True)
        room = (
            round(self._ground.undisturbed.bytes * (0.1 + 0.9 * self._scenario.share))
            if self._scenario.kind == "disk"
            else 0
        )
        with (
            SmallDisk(self._folder / "disk", room) as disk,
            self._ground.office(self._scenario, self._folder, self._data, self._slot) as fired,
        ):
            disk.fill(room)
            try:
                self._break()
                disk.grow()
                if self._scenario.again:
                    self._break_again()
                self._recover()
                (self._folder / CALM).touch()
                self._look()
            finally:
                self._end_all()
            # The workers' process of the first attempt may have come by its point only while it recovered.
            self._outcome.fired |= fired() or (self._folder / "fired").exists()
        self._outcome.seconds = time.monotonic() - began
        if not self._outcome.violations:
            shutil.rmtree(self._folder)
        return self._outcome

    def _break(self) -> None:
        """The first attempt, with the fault in it."""
        plan = self._scenario.plan(str(self._folder))
        if self._scenario.house == "serve":
            self._start_workers(plan)
        receiver = self._ingest(plan, wait=self._scenario.house == "ingest")
        if self._scenario.kind in ("time", "stop"):
            time.sleep(self._scenario.share * self._ground.seconds)
            self._strike(receiver)
        self._end("first", receiver, _HANGS_S)
        if self._workers is not None and self._scenario.kind != "stop":
            self._let_work()
        self._outcome.fired |= (self._folder / "fired").exists() or self._scenario.kind == "disk"

    def _let_work(self) -> None:
        """The workers' process is given its time to come by the fault, or to finish."""
        seconds = self._ground.seconds * 2 + 3
        watcher = Process(office.watch, self._data, seconds, plan=self._plain(), log=self._log)
        assert self._workers is not None
        while not watcher.ended() and not self._workers.ended():
            time.sleep(0.02)
        watcher.kill_group()

    def _strike(self, receiver: Process) -> None:
        main = self._workers or receiver
        if self._scenario.kind == "stop":
            # Before it has said how it wants to be ended, a signal ends it as any process.
            until_up = time.monotonic() + _SETTLES_S
            while not (self._folder / "up").exists() and time.monotonic() < until_up:
                time.sleep(0.02)
            main.signal(signal.SIGTERM)
            self._outcome.fired = True
            self._end("stopped", main, _SETTLES_S)
            if main.status != 0:
                self._outcome.violations.append(f"SIGTERM ended the workers' process with {main.status}")
        elif self._scenario.victim == "worker":
            children = main.children()
            for child in random.Random(self._scenario.number).sample(children, min(1, len(children))):
                self._outcome.fired = True
                os.kill(child, signal.SIGKILL)
        else:
            self._outcome.fired = not main.ended()
            if self._scenario.victim == "all":
                receiver.kill_group()
                main.kill_group()
            else:
                main.signal(signal.SIGKILL)

    def _break_again(self) -> None:
        again = self._ingest(self._plain(), wait=True)
        again.wait(self._ground.seconds * random.Random(self._scenario.number).random())
        again.kill_group()
        self._outcome.statuses.append(f"again {again.status}")

    def _recover(self) -> None:
        """What ended is started again, as a service manager or a person would; this time nothing breaks."""
        if self._workers is not None and self._workers.ended():
            self._workers.kill_group()
            self._start_workers(self._plain())
        # Twice at most: the first may still meet a lease or a lock of the dead. A network may only break while the first
        # goes on, and a worker then tells of its failed unit when the second has already begun.
        net = self._scenario.kind == "net"
        for attempt in (1, 2, 3) if net else (1, 2):
            last = self._ingest(self._plain(), wait=True)
            self._end(f"recovery {attempt}", last, _HANGS_S)
            if last.status == 0:
                return
            if net:
                time.sleep(BROKEN_S)
        self._outcome.violations.append(f"it did not finish: exit {last.status}")

    def _look(self) -> None:
        """The workers' process is stopped as a service is, then all is held against each other."""
        if self._workers is not None:
            self._workers.signal(signal.SIGTERM)
            self._end("workers", self._workers, _SETTLES_S)
        looking = Process(
            _look, self._data, self._ground.delivery, self._folder / "found", plan=self._plain(), log=self._log
        )
        self._end("look", looking, _HANGS_S)
        found = self._folder / "found"
        self._outcome.violations += found.read_text().splitlines() if found.exists() else ["nobody could look"]

    def _end(self, name: str, process: Process, seconds: float) -> None:
        status = process.wait(seconds)
        if status is None:
            process.signal(signal.SIGUSR1)
            time.sleep(0.5)
            self._outcome.violations.append(f"{name} hangs")
        if status == 70:
            self._outcome.violations.append(f"{name} ended with a traceback")
        process.kill_group()
        self._outcome.statuses.append(f"{name} {status}")

    def _ingest(self, plan: Plan, *, wait: bool) -> Process:
        return Process(office.ingest, self._data, self._ground.delivery, wait, plan=plan, log=self._log)

    def _start_workers(self, plan: Plan) -> None:
        self._workers = Process(office.work, self._data, plan=plan, log=self._log)

    def _plain(self) -> Plan:
        """No fault; the clock may still be wrong."""
        return Plan(str(self._folder), clock_days=self._scenario.clock_days, spawned=self._scenario.spawned)

    def _end_all(self) -> None:
        if self._workers is not None:
            self._workers.kill_group()


def _look(data: Path, delivery: Path, answer: Path) -> int:
    found = violations(data, delivery)
    answer.write_text("".join(f"{each}\n" for each in found))
    return 0
