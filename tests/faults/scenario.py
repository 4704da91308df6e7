"""Which fault the nth run gets: chosen by its number and the seed alone, so that a run can be repeated and resumed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from tests.faults.points import Plan, Point

# Of twenty runs so many are of each kind; an office on a folder has no network.
_ON_FOLDER = (*(["point"] * 12), *(["time"] * 3), *(["disk"] * 2), "clock", "stop", "freeze")
_ON_SERVERS = (*(["point"] * 8), *(["time"] * 3), "disk", *(["net"] * 5), "clock", "stop", "freeze")
_SPAWNED_EVERY = 11
# Where a worker that stands still has just written what another one will write too, or is about to.
_MOMENTOUS = ("commit", "put", "link", "replace", "ack")
_FAILING_CALLS = ("write", "fsync", "link", "replace", "mkdir")
_FAILURES = ("full", "broken")
# How the proxy before a server breaks a connection.
NET_FAULTS = ("refuse", "cut-request", "cut-answer", "delay", "corrupt-request", "corrupt-answer", "silent")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One run. `house`: ingest (the command alone) or serve (a process of workers beside it).

    `share` (0–1) is the part of an undisturbed run after which it breaks, or of the room that the disk has; `victim` who is
    killed then. `again`: the whole office is killed once more while it recovers. `clock_days`: how wrong the clock is then.
    """

    number: int
    kind: str
    house: str
    point: Point | None = None
    action: str = ""
    victim: str = ""
    share: float = 0.0
    again: bool = False
    clock_days: int = 0

    @property
    def spawned(self) -> bool:
        """Whether workers load their modules as in production; see `tests.faults.nursery`."""
        return self.number % _SPAWNED_EVERY == _SPAWNED_EVERY - 1

    def plan(self, folder: str) -> Plan:
        """What the processes of the first attempt are told."""
        return Plan(folder, self.point, self.action or "kill", spawned=self.spawned)


def scenario(number: int, points: Sequence[Point], seed: int, *, net: bool) -> Scenario:
    """The fault of run `number`; `points` are those that an undisturbed run came by, in a fixed order."""
    rng = random.Random(f"{seed}:{number}")
    mix = _ON_SERVERS if net else _ON_FOLDER
    kind = mix[number % len(mix)]
    house = rng.choice(("ingest", "serve"))
    again = rng.random() < 0.25
    share = rng.random()
    if kind == "time":
        victim = rng.choice(("house", "worker", "all"))
        return Scenario(number, kind, house, victim=victim, share=share, again=again)
    if kind == "disk":
        return Scenario(number, kind, house, share=share)
    if kind == "net":
        return Scenario(number, kind, house, action=rng.choice(NET_FAULTS), share=share, again=again)
    if kind == "stop":
        return Scenario(number, kind, "serve", victim="house", share=share)
    if kind == "clock":
        point = _nth(_turn(number, mix), points, seed)
        return Scenario(number, kind, "ingest", point, "kill-all", clock_days=rng.choice((-1, 1)))
    if kind == "freeze":
        at_work = [each for each in points if each.role == "worker" and each.kind in _MOMENTOUS]
        return Scenario(number, kind, house, rng.choice(at_work), "freeze")
    point = _nth(_turn(number, mix), points, seed)
    actions = ["kill", "kill-all"]
    if _may_fail(point):
        actions += _FAILURES
    return Scenario(number, kind, house, point, rng.choice(actions), again=again)


def failing_calls(points: Sequence[Point]) -> list[Scenario]:
    """Every call that a disk may refuse, once full and once broken, in the command and in a process of workers by turns."""
    refusable = [each for each in points if _may_fail(each)]
    return [
        Scenario(number, "point", ("ingest", "serve")[(number + number // 2) % 2], point, action)
        for number, (point, action) in enumerate(product(refusable, _FAILURES))
    ]


def _may_fail(point: Point) -> bool:
    return point.kind in _FAILING_CALLS and point.moment == "before"


def _turn(number: int, mix: Sequence[str]) -> int:
    """How many runs before this one were at a point."""
    at_points = [kind in ("point", "clock") for kind in mix]
    rounds, place = divmod(number, len(mix))
    return rounds * sum(at_points) + sum(at_points[:place])


def _nth(number: int, points: Sequence[Point], seed: int) -> Point:
    """Every point has its turn before any comes again."""
    turn, place = divmod(number, len(points))
    order = list(points)
    random.Random(f"{seed}:points:{turn}").shuffle(order)
    return order[place]
