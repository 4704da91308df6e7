"""验收: the verdict on a lot, from what the machine found in all of it and what a person found in the sample.

DA/T 31-2017 chapter 12 (text seen): what a machine can check passes entirely; of what is drawn by hand, catalogue and image
belong together entirely, everything else passes at 95 % or more. That a single critical defect is enough to send a lot back,
and the weights of defects, are of our own making and stand in the profile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from standards.interval import clopper_pearson, units_needed
from standards.sampling import Plan
from standards.terms import Terms, exact

Decision = Literal["accepted", "returned", "undecided"]
State = Literal["pass", "fail", "open"]
SEVERITIES = ("critical", "major", "minor")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A drawn unit that a person has finished: how many defects of each severity, and link errors, which stand apart."""

    critical: int = 0
    major: int = 0
    minor: int = 0
    link: int = 0


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine's full check, in its unit: how many it checked, how many failed, how many it has still to check.

    `beyond` are failures of no single such unit (a count of a whole dossier where pages are counted); `review` are
    findings for a person, which whoever signs takes as they are; `conceded` are failures that both sides leave as they are
    for a reason that was written down, counted in none of the others.
    """

    checked: int
    failed: int = 0
    unchecked: int = 0
    beyond: int = 0
    review: int = 0
    conceded: int = 0


@dataclass(frozen=True, slots=True)
class Rework:
    """What went back: how many places, how many of them were looked at again, how many of these are still wrong."""

    items: int = 0
    looked: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: `defects` of `n` looked at, of `whole` to be looked at; rates and limit from 0 to 1.

    `low` and `high` bound the pass rate of the whole lot; they are the rate itself where all of it was looked at. `needed`
    is how many units without a defect would prove the limit.
    """

    id: str
    n: int
    whole: int
    defects: int
    allowed: int
    limit: float
    low: float
    high: float
    state: State
    clause: str = ""
    sampled: bool = True
    needed: int | None = None

    @property
    def rate(self) -> float | None:
        """The share that passes of what was looked at; None before anything was."""
        return (self.n - self.defects) / self.n if self.n else None

    def as_json(self) -> dict[str, Any]:
        return {"rate": self.rate, **{each.name: getattr(self, each.name) for each in fields(self)}}


def indicator_from_json(values: dict[str, Any]) -> Indicator:
    """An indicator as a closed round keeps it."""
    return Indicator(**{name: value for name, value in values.items() if name != "rate"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a lot does not pass, or cannot be judged yet: `inspection.reason.CODE` of the message catalogue."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LotVerdict:
    """The decision with its figures and reasons; an accepted lot has none."""

    decision: Decision
    indicators: tuple[Indicator, ...]
    reasons: tuple[Reason, ...]


def judge_lot(
    terms: Terms, plan: Plan, inspected: Sequence[Inspected], machine: Machine, rework: Rework | None = None
) -> LotVerdict:
    """Returned where a figure has failed, whatever the rest may bring; undecided while one is open; otherwise accepted."""
    indicators = [
        _sampled("link", terms, plan, [unit.link > 0 for unit in inspected], terms.link_pass_percent),
        _sampled("critical", terms, plan, [unit.critical > 0 for unit in inspected], 100),
        _sampled("other", terms, plan, [_faulty(terms, unit) for unit in inspected], terms.other_pass_percent),
        _machine(terms, machine),
    ]
    if rework is not None and rework.items:
        indicators.append(_counted("rework", rework.looked, rework.items, rework.wrong, 100, ""))
    states = {each.state for each in indicators}
    decision: Decision = "returned" if "fail" in states else "undecided" if "open" in states else "accepted"
    return LotVerdict(decision, tuple(indicators), tuple(_reasons(indicators, machine)))


def _faulty(terms: Terms, unit: Inspected) -> bool:
    return terms.points(unit.critical, unit.major, unit.minor) >= terms.faulty_from


def _sampled(name: str, terms: Terms, plan: Plan, faults: Sequence[bool], percent: float) -> Indicator:
    """A figure of the sample. It has failed once the faults are too many for the whole sample, and passes at its end."""
    n, defects = len(faults), sum(faults)
    allowed = allowed_defects(plan.size, percent)
    state: State = "fail" if defects > allowed else "pass" if n >= plan.size else "open"
    confidence = terms.confidence_percent / 100
    if n >= plan.population:
        low = high = (n - defects) / n if n else 1.0
    else:
        low, high = clopper_pearson(n - defects, n, confidence)
    clause = terms.clause(f"{name}_pass_percent") if name != "critical" else ""
    limit = float(exact(percent))
    return Indicator(
        name, n, plan.size, defects, allowed, limit, low, high, state, clause, True, units_needed(limit, confidence)
    )


def allowed_defects(n: int, percent: float) -> int:
    """How many of n may fail: 1 of 20 at 95 %, none of 19."""
    return math.floor(n * (1 - exact(percent)))


def _machine(terms: Terms, machine: Machine) -> Indicator:
    whole = machine.checked + machine.unchecked
    figure = _counted("machine", machine.checked, whole, machine.failed, terms.machine_pass_percent, terms.clause("machine_pass_percent"))  # fmt: skip
    return replace(figure, state="fail") if machine.beyond else figure


def _counted(name: str, n: int, whole: int, defects: int, percent: float, clause: str) -> Indicator:
    """A figure of everything: no error of sampling, so the interval is the rate itself."""
    allowed = allowed_defects(whole, percent)
    state: State = "fail" if defects > allowed else "pass" if n >= whole else "open"
    rate = (n - defects) / n if n else 1.0
    return Indicator(name, n, whole, defects, allowed, float(exact(percent)), rate, rate, state, clause, False)


def _reasons(indicators: Sequence[Indicator], machine: Machine) -> list[Reason]:
    found = []
    for each in indicators:
        params = {
            "n": each.n, "whole": each.whole, "defects": each.defects, "allowed": each.allowed, "left": each.whole - each.n
        }  # fmt: skip
        if each.state == "fail" and not (each.id == "machine" and each.defects <= each.allowed):
            found.append(Reason(each.id, params))
        elif each.state == "open" and not (each.sampled and any(one.code == "sample-open" for one in found)):
            # The figures of a sample are all open for the same units.
            found.append(Reason("sample-open" if each.sampled else f"{each.id}-open", params))
    if machine.beyond:
        found.append(Reason("machine-beyond", {"count": machine.beyond}))
    return found
