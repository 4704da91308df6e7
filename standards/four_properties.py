"""四性检测 (DA/T 70-2018): which items the machine could prove, which a person decides, which need evidence from outside.

The items come from practice, not from the text. The machine passes an item only where the rules that prove it ran, the
figures that they need are there, and nothing was found; what needs evidence from outside it never passes.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from standards.values import Reported

Property = Literal["authenticity", "completeness", "usability", "safety"]
Kind = Literal["machine", "person", "outside", "not-applicable"]
# pass: proved by the machine · warn: something was found · person: a person decides · outside: evidence from outside is
# needed · not_applicable
State = Literal["pass", "warn", "person", "outside", "not_applicable"]

_FILE = Path(__file__).parent / "four_properties.toml"


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `rules` prove it together; `needs` are figures without which there is nothing to compare; the figures of
    each pair in `equal` must agree, those in `zero` be 0. `numbered`: whether its number was seen."""

    id: str
    name_zh: str
    name_en: str
    property: Property
    numbered: Literal["seen", "order", "memory"]
    kind: Kind
    rules: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    equal: tuple[tuple[str, str], ...] = ()
    zero: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemResult:
    """`found` counts the findings of its rules and the figures that do not agree; `lacking` are rules that did not run
    and figures that are not there; `figures` are those it was judged by."""

    item: Item
    state: State
    found: int
    lacking: tuple[str, ...]
    figures: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        item = self.item
        return {
            "id": item.id,
            "name_zh": item.name_zh,
            "name": item.name_en,
            "property": item.property,
            "state": self.state,
            "found": self.found,
            "rules": list(item.rules),
            "lacking": list(self.lacking),
            "figures": self.figures,
        }


@cache
def items() -> tuple[Item, ...]:
    """All items in the order of their numbers."""
    return tuple(_item(table) for table in tomllib.loads(_FILE.read_text("utf-8"))["item"])


def evaluate(
    findings: Iterable[Reported], ran: Collection[str], figures: Mapping[str, int | None]
) -> tuple[ItemResult, ...]:
    """Every item by what the rules in `ran` found and by counts of the delivery (None or absent: not known)."""
    counts = Counter(finding.rule for finding in findings if finding.verdict != "pass")
    return tuple(_evaluated(item, counts, ran, figures) for item in items())


def _evaluated(
    item: Item, counts: Mapping[str, int], ran: Collection[str], figures: Mapping[str, int | None]
) -> ItemResult:
    known = {name: value for name in _figures_of(item) if (value := figures.get(name)) is not None}
    lacking = (
        *(rule for rule in item.rules if rule not in ran),
        *(name for name in item.needs if not known.get(name)),
        *(name for name in _compared(item) if name not in known),
    )
    found = sum(counts.get(rule, 0) for rule in item.rules) + _differences(item, known)
    return ItemResult(item, _state(item, found, bool(lacking)), found, tuple(dict.fromkeys(lacking)), known)


def _state(item: Item, found: int, lacks: bool) -> State:
    if item.kind == "not-applicable":
        return "not_applicable"
    if item.kind == "outside":
        return "outside"
    if found:
        return "warn"
    return "pass" if item.kind == "machine" and not lacks else "person"


def _differences(item: Item, known: Mapping[str, int]) -> int:
    pairs = sum(one in known and other in known and known[one] != known[other] for one, other in item.equal)
    return pairs + sum(bool(known.get(name)) for name in item.zero)


def _figures_of(item: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*item.needs, *_compared(item))))


def _compared(item: Item) -> tuple[str, ...]:
    return (*(name for pair in item.equal for name in pair), *item.zero)


def _item(table: dict[str, Any]) -> Item:
    lists = {name: tuple(table.get(name, ())) for name in ("rules", "needs", "zero")}
    pairs = tuple((one, other) for one, other in table.get("equal", ()))
    made = Item(**{**table, **lists, "equal": pairs})
    if made.kind not in get_args(Kind) or made.property not in get_args(Property):
        raise ValueError(made.id)
    if made.kind == "machine" and not (made.needs and (made.rules or made.equal or made.zero)):
        raise ValueError(f"{made.id} has nothing that proves it")
    return made
