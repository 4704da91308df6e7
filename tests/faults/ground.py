"""What the runs of one arm share, and how each gets an empty office: a folder that is copied, or servers with room for it."""

from __future__ import annotations

import gc
import importlib
import json
import random
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import configure_mappers

from base.machine import usable_cores
from ocr.fields.forms import forms
from tests.faults import office, points, proxy
from tests.faults.delivery import make_delivery
from tests.faults.points import Plan
from tests.faults.processes import Process
from tests.faults.scenario import Scenario
from tests.faults.servers import NAMES, Servers, Wired, unique_name

_SETTINGS = 'workers = 2\noffice_name = "故障试验"\n'
_FIRST_S = 600.0


class Fired(Protocol):
    """Tells whether the fault of the surroundings was met."""

    def __call__(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """How a run without any fault went: its seconds, what the data folder grew by, the points that it came by.

    `passed` are the bytes that went to and from each server.
    """

    seconds: float
    bytes: int
    points: tuple[points.Point, ...]
    passed: dict[str, int]


class Ground:
    """One arm, for `jobs` runs at a time: `servers` None is SQLite and a folder."""

    def __init__(self, scratch: Path, servers: Servers | None, jobs: int) -> None:
        self.scratch, self.servers = scratch, servers
        self.delivery = scratch / "delivery"
        self._template = scratch / "template"
        make_delivery(self.delivery)
        if servers is None:
            self._template.mkdir()
            (self._template / "juanzong.toml").write_text(_SETTINGS, "utf-8")
            self._must_end(Process(office.make, self._template, plan=self._plain(), log=self._log))
        else:
            self._must_end(Process(servers.make_template, plan=self._plain(), log=self._log))
        self.undisturbed = self._undisturbed()
        # What an undisturbed run takes while others go on beside it.
        self.seconds = self.undisturbed.seconds * max(1.0, jobs / usable_cores())

    @property
    def _log(self) -> Path:
        return self.scratch / "log"

    def _plain(self) -> Plan:
        return Plan(str(self.scratch))

    @contextmanager
    def office(self, scenario: Scenario | None, folder: Path, data: Path, slot: int = 0) -> Iterator[Fired]:
        """An empty office in `data`; `folder` holds what belongs to the run alone. No other run has `slot` meanwhile."""
        if self.servers is None:
            shutil.copytree(self._template, data)
            yield lambda: False
            return
        victim, fault = self._net_fault(scenario)
        with Wired(self.servers, unique_name(), folder, fault, victim, slot) as wired:
            data.mkdir()
            (data / "juanzong.toml").write_text(_SETTINGS + wired.settings(), "utf-8")
            yield wired.fired

    def _net_fault(self, scenario: Scenario | None) -> tuple[str, proxy.NetFault]:
        if scenario is None or scenario.kind != "net":
            return "", proxy.NetFault()
        # A flipped bit on the way to the database or the broker is TLS's to find; the store is held to find it itself.
        victims = ("s3",) if scenario.action.startswith("corrupt") else NAMES
        victim = random.Random(scenario.number).choice(victims)
        fault = proxy.NetFault(scenario.action)
        total = self.undisturbed.passed[f"{victim} {'answer' if fault.answers else 'request'}"]
        return victim, proxy.NetFault(scenario.action, round(scenario.share * total))

    def _undisturbed(self) -> Undisturbed:
        """Two: what the first one loaded is there for the second, as for all that follow."""
        self._once("first", Plan(str(self.scratch), record=True))
        for name in (self.scratch / points.LOADED).read_text().split():
            with suppress(ImportError):
                importlib.import_module(name)
        configure_mappers()
        forms()
        # What is loaded stays as it is in all that are forked from here: they need neither look through it nor copy it.
        gc.collect()
        gc.freeze()
        folder = self.scratch / "second"
        seconds, size = self._once("second", self._plain())
        lines = (self.scratch / points.CAME_BY).read_text().splitlines()
        came_by = sorted({points.Point(**json.loads(line)) for line in lines}, key=astuple)
        passed = {f"{file.parent.name} {file.name[7:]}": int(file.read_text()) for file in folder.glob("*/passed-*")}
        return Undisturbed(seconds, size, tuple(came_by), passed)

    def _once(self, name: str, plan: Plan) -> tuple[float, int]:
        """Its seconds, and the bytes that the office grew by."""
        folder = self.scratch / name
        folder.mkdir()
        data = folder / "office"
        with self.office(None, folder, data):
            before, began = _size(data), time.monotonic()
            self._must_end(Process(office.ingest, data, self.delivery, plan=plan, log=self._log))
            return time.monotonic() - began, _size(data) - before

    def _must_end(self, process: Process) -> None:
        if process.wait(_FIRST_S) != 0:
            process.kill_group()
            sys.exit(f"The office does not run even undisturbed: exit {process.status}\n{self._log.read_text()}")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
