"""A profile switches rules and sets limits, verdicts and severities: a TOML file per city or contract.

title_zh = "…"
title_en = "…"
base = "da-t-31"                # optional: begin from a built-in profile
["rules"."page.skew"]
limit = 3.0
verdict = "fail"
enabled = true
[acceptance]                    # how a lot is inspected, as `standards.terms`
share_percent = 10
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from base.errors import InputError
from standards.registry import Rule, registry
from standards.terms import DEFAULT_TERMS, Terms, read_terms
from standards.values import Severity

DEFAULT_PROFILE = "da-t-31"
_HERE = Path(__file__).parent
_CHANGEABLE = frozenset({"limit", "advised", "verdict", "severity", "enabled"})
_VERDICTS = ("fail", "review")


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of rules. `rules` holds all of them; the ones switched off are not `enabled`."""

    id: str
    title_zh: str
    title_en: str
    rules: dict[str, Rule]
    acceptance: Terms = DEFAULT_TERMS

    def rule(self, rule_id: str) -> Rule | None:
        """The rule where it is switched on."""
        rule = self.rules[rule_id]
        return rule if rule.enabled else None

    def only(self, rule_ids: list[str]) -> Profile:
        """The same profile with only the named rules, switched on."""
        chosen = {key: rule.with_changes({"enabled": key in rule_ids}) for key, rule in self.rules.items()}
        return Profile(self.id, self.title_zh, self.title_en, chosen, self.acceptance)


def built_in() -> list[str]:
    return sorted(file.stem for file in _HERE.glob("*.toml"))


def load_profile(name: str = DEFAULT_PROFILE) -> Profile:
    """A built-in profile by name, or one in a TOML file by path; InputError `profile.unknown` / `profile.invalid`."""
    file = _HERE / f"{name}.toml" if name in built_in() else Path(name)
    if not file.is_file():
        raise InputError("profile.unknown", path=name, known=", ".join(built_in()))
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("profile.invalid", path=name, detail=str(error)) from error
    return _profile(name, file.stem, table)


def _profile(name: str, profile_id: str, table: dict[str, Any]) -> Profile:
    unknown = set(table) - {"title_zh", "title_en", "base", "rules", "acceptance"}
    if unknown:
        raise InputError("profile.invalid", path=name, detail=", ".join(sorted(unknown)))
    base = table.get("base")
    if base is not None and base not in built_in():
        raise InputError("profile.invalid", path=name, detail=f"base = {base!r}")
    below = load_profile(base) if base else None
    rules = dict(below.rules if below else registry())
    changes = table.get("rules", {})
    if not isinstance(changes, dict):
        raise InputError("profile.invalid", path=name, detail="rules")
    for rule_id, change in changes.items():
        _check(name, rules, rule_id, change)
        rules[rule_id] = rules[rule_id].with_changes(change)
    try:
        terms = read_terms(table.get("acceptance", {}), below.acceptance if below else DEFAULT_TERMS)
    except ValueError as error:
        raise InputError("profile.invalid", path=name, detail=str(error)) from error
    titles = str(table.get("title_zh", profile_id)), str(table.get("title_en", profile_id))
    return Profile(profile_id, *titles, rules, terms)


def _check(name: str, rules: dict[str, Rule], rule_id: str, change: Any) -> None:
    if rule_id not in rules:
        raise InputError("profile.invalid", path=name, detail=rule_id)
    if not isinstance(change, dict) or set(change) - _CHANGEABLE:
        raise InputError("profile.invalid", path=name, detail=f"{rule_id}: {change}")
    good = (
        change.get("verdict", "fail") in _VERDICTS
        and change.get("severity", "info") in get_args(Severity)
        and isinstance(change.get("enabled", True), bool)
        and all(_same_kind(change[key], rules[rule_id].limit) for key in ("limit", "advised") if key in change)
    )
    if not good:
        raise InputError("profile.invalid", path=name, detail=f"{rule_id}: {change}")


def _same_kind(new: Any, old: Any) -> bool:
    """A limit stays a number or a text: a page is never compared with a word."""
    if isinstance(old, int | float):
        return isinstance(new, int | float) and not isinstance(new, bool)
    return isinstance(new, type(old))
