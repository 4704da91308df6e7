"""Where a process of the office can be broken: before and after each call that makes something durable.

The calls are wrapped from outside, in the processes that the harness starts and nowhere else, so the product holds no line for
it. A point is (role of the process, kind of call, how often it was called in this process, before or after).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy.engine.default import DefaultDialect

import base.clock
from archive.jobs import local as jobs
from search.embedded import EmbeddedIndex

PLAN = "FAULTS_PLAN"
# What an undisturbed run writes down in its folder: the points that it came by, the modules that it had loaded by then.
CAME_BY, LOADED = "points.jsonl", "modules"
# A shorter lease, so that a run need not wait as long; the beat that renews it is a quarter of it, as in the product.
LEASE_S, BEAT_S = 12.0, 3.0
_FROZEN_S = LEASE_S + 2.0
# Calls of the os module that the store, the index and the lock files make durable things with.
_OS_CALLS = ("fsync", "link", "replace", "rename", "unlink", "mkdir", "write")


@dataclass(frozen=True, slots=True)
class Point:
    """`number` counts from 1 in one process."""

    role: str
    kind: str
    number: int
    moment: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens at `point`, once, in whichever process of the role comes there first.

    `action`: kill (this process), kill-all (its whole group), freeze (longer than a lease), full and broken (ENOSPC, EIO from
    this call). `folder` holds the mark that it has happened; `record`: all points, and what modules were loaded, are written down there instead.
    `clock_days`: by how much the clock is wrong in the processes of this plan. `spawned`: workers start as in production.
    """

    folder: str
    point: Point | None = None
    action: str = "kill"
    record: bool = False
    clock_days: int = 0
    spawned: bool = False

    def dumped(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def loaded(cls, text: str) -> Plan:
        values = json.loads(text)
        point = values.pop("point")
        return cls(point=Point(**point) if point else None, **values)


class _Armed:
    """The state of this process: its role, its plan, how often each kind of call was made."""

    role = ""
    plan: Plan | None = None
    counts: ClassVar[Counter[str]] = Counter()
    loaded: ClassVar[set[str]] = set()


def armed() -> bool:
    return bool(_Armed.role)


def arm(role: str) -> None:
    """Wraps the calls of this process by the plan in the environment. Once, before anything is opened."""
    plan = Plan.loaded(os.environ[PLAN])
    _Armed.role, _Armed.plan = role, plan
    _Armed.counts.clear()
    jobs.LEASE, jobs.BEAT = timedelta(seconds=LEASE_S), timedelta(seconds=BEAT_S)
    if plan.clock_days:
        _set_clock(plan.clock_days)
    for name in _OS_CALLS:
        setattr(os, name, _wrapped(name, getattr(os, name)))
    DefaultDialect.do_commit = _wrapped("commit", DefaultDialect.do_commit)
    EmbeddedIndex.write = _wrapped("index", EmbeddedIndex.write)
    _wrap_clients()


def _wrap_clients() -> None:
    """An object that goes to S3, a message that RabbitMQ may forget."""
    try:
        from amqp import Channel

        from archive.store.s3 import S3Store
    except ModuleNotFoundError:
        return
    S3Store.put = _wrapped("put", S3Store.put)
    Channel.basic_ack = _wrapped("ack", Channel.basic_ack)


def _wrapped(kind: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        _Armed.counts[kind] += 1
        number = _Armed.counts[kind]
        _reached(Point(_Armed.role, kind, number, "before"))
        answer = call(*arguments, **named)
        _reached(Point(_Armed.role, kind, number, "after"))
        return answer

    return run


def _reached(point: Point) -> None:
    plan = _Armed.plan
    if plan is None:
        return
    if plan.record:
        _append(plan, CAME_BY, json.dumps(asdict(point)))
        loaded = sys.modules.keys() - _Armed.loaded
        if loaded:
            _Armed.loaded |= loaded
            _append(plan, LOADED, "\n".join(sorted(loaded)))
    elif point == plan.point and _first(Path(plan.folder, "fired")):
        _ACTIONS[plan.action]()


def spawned() -> bool:
    """Whether the workers of this process shall start as in production."""
    return Plan.loaded(os.environ[PLAN]).spawned


def _append(plan: Plan, name: str, line: str) -> None:
    with Path(plan.folder, name).open("a") as file:
        file.write(line + "\n")


def mark(name: str) -> None:
    """Tells the harness that this process has come so far."""
    if _Armed.plan is not None:
        Path(_Armed.plan.folder, name).touch()


def _first(mark: Path) -> bool:
    """Makes the mark; False where it is there: a process that takes this one's place must get past the point."""
    try:
        mark.open("x").close()
    except FileExistsError:
        return False
    return True


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_all() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _freeze() -> None:
    """All threads of this process stand still, heartbeat too, until another process wakes it."""
    if os.fork() == 0:
        time.sleep(_FROZEN_S)
        os.kill(os.getppid(), signal.SIGCONT)
        os._exit(0)
    os.kill(os.getpid(), signal.SIGSTOP)


def _full() -> None:
    raise OSError(28, "No space left on device")


def _broken() -> None:
    raise OSError(5, "Input/output error")


def _set_clock(days: int) -> None:
    """The clock of this process is wrong by so many days."""
    by = timedelta(days=days)

    class Shifted(datetime):
        """What `base.clock` asks."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + by

    base.clock.datetime = Shifted


_ACTIONS: dict[str, Callable[[], None]] = {
    "kill": _kill,
    "kill-all": _kill_all,
    "freeze": _freeze,
    "full": _full,
    "broken": _broken,
}
