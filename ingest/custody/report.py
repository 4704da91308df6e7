"""What a walk over catalogue, objects and index found, as a person and a script read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from archive.store.keys import COPIES, ORIGINALS
from base.clock import now

# More names than this say no more than their number does: a drive is missing, not files.
MOST_NAMED = 100_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be. `id` is an object's key, a row such as `page_version:12`, or a document.

    `problem`: missing, wrong-size, changed, orphan, foreign (no object of ours), unnamed (a row names nothing),
    contradiction (row and key do not say the same), damaged (the database file), or what `verify-index` calls it; of what could not
    be checked: unreadable, index. `code` is of the message catalogue; `rows` name the object; `mended` from a copy.
    """

    id: str
    problem: str
    code: str = ""
    rows: tuple[str, ...] = ()
    where: str = "objects"
    mended: bool = False

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"id": self.id, "problem": self.problem, "where": self.where, "rows": list(self.rows)}
        if self.where == "objects":
            said["kind"] = kind_of(self.id)
        if self.code:
            said["code"] = self.code
        return said | ({"mended": True} if self.mended else {})


@dataclass(slots=True)
class Part:
    """Counts of catalogue, objects or index."""

    checked: int = 0
    bad: int = 0
    could_not_check: int = 0

    def as_json(self) -> dict[str, int]:
        good = self.checked - self.bad - self.could_not_check
        return {"checked": self.checked, "good": good, "bad": self.bad, "could_not_check": self.could_not_check}


@dataclass(slots=True)
class Report:
    """`in_flight`: objects whose rows are on their way, and those that are being made again; they are no fault.

    `superseded`: what steps of earlier versions made and nothing names; it can be made again. `sighted`: objects of an
    earlier version whose digest was taken now. `waiting`: documents on their way into the index.
    """

    mode: str = "full"
    parts: dict[str, Part] = field(default_factory=dict)
    bad: list[Problem] = field(default_factory=list)
    could_not_check: list[Problem] = field(default_factory=list)
    in_flight: list[str] = field(default_factory=list)
    superseded: int = 0
    sighted: int = 0
    waiting: int = 0
    resumed: bool = False
    began_at: datetime = field(default_factory=now)

    def count(self, part: str, checked: int) -> None:
        self.parts.setdefault(part, Part()).checked += checked

    def fault(self, problem: Problem) -> None:
        self.parts.setdefault(problem.where, Part()).bad += 1
        self.bad.append(problem)

    def unsure(self, problem: Problem) -> None:
        self.parts.setdefault(problem.where, Part()).could_not_check += 1
        self.could_not_check.append(problem)

    def mended(self, ids: frozenset[str]) -> None:
        self.bad = [replace(each, mended=True) if each.id in ids else each for each in self.bad]

    @property
    def clean(self) -> bool:
        """All was checked, and what was bad has been mended."""
        return not self.could_not_check and all(each.mended for each in self.bad)

    def as_json(self) -> dict[str, Any]:
        checked = sum(each.checked for each in self.parts.values())
        bad, unsure = (sum(getattr(each, name) for each in self.parts.values()) for name in ("bad", "could_not_check"))
        return {
            "checked": checked,
            "good": checked - bad - unsure,
            "bad": [each.as_json() for each in self.bad[:MOST_NAMED]],
            "could_not_check": [each.as_json() for each in self.could_not_check[:MOST_NAMED]],
            "mode": self.mode,
            "clean": self.clean,
            "parts": {name: each.as_json() for name, each in sorted(self.parts.items())},
            "mended": sum(each.mended for each in self.bad),
            "in_flight": self.in_flight,
            "superseded": self.superseded,
            "sighted": self.sighted,
            "index_waiting": self.waiting,
            "resumed": self.resumed,
            **_left_out(self.bad, self.could_not_check),
        }


def named(found: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """(key, code) of each object, as a script reads it."""
    return [{"id": key, "code": code} for key, code in found]


def kind_of(key: str) -> str:
    """What an object is, by its key: original, copy, material, page-image, view, reading, repair, derived."""
    if key.startswith(ORIGINALS):
        return "original"
    if key.startswith(COPIES):
        return "copy"
    if key.startswith("materials/"):
        return "material"
    step = key.rpartition("/")[2]
    return next((kind for start, kind in _STEPS.items() if step.startswith(start)), "derived")


def problem_of(state: str, code: str) -> str:
    """What is wrong with an object that is bad or could not be checked: missing, wrong-size, changed, unreadable."""
    return _PROBLEMS.get(code, "changed") if state == "bad" else "unreadable"


_PROBLEMS: Mapping[str, str] = {"store.missing": "missing", "custody.wrong-size": "wrong-size"}
_STEPS: Mapping[str, str] = {"page": "page-image", "view": "view", "reading": "reading", "repair": "repair"}


def _left_out(*lists: Sequence[Problem]) -> dict[str, int]:
    more = sum(max(0, len(each) - MOST_NAMED) for each in lists)
    return {"left_out": more} if more else {}
