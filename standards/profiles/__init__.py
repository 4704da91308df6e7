"""A profile switches rules and sets limits, verdicts and severities: a TOML file per city or contract.

title_zh = "…"
title_en = "…"
base = "da-t-31"                # optional: begin from a built-in profile
scheme = "cadre-2018"           # classification scheme: built-in, or the path of a TOML file beside the profile
class_codes_also = ["99"]       # codes of other systems that are accepted for a class
["rules"."page.skew"]
limit = 3.0
verdict = "fail"
enabled = true
[acceptance]                    # how a lot is inspected, as `standards.terms`
share_percent = 10
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from base.errors import InputError
from standards.registry import Rule, registry
from standards.schemes import DEFAULT_SCHEME, built_in_schemes, load_scheme
from standards.terms import DEFAULT_TERMS, Terms, read_terms
from standards.values import Severity

DEFAULT_PROFILE = "da-t-31"
_HERE = Path(__file__).parent
_KEYS = ("title_zh", "title_en", "base", "scheme", "class_codes_also", "rules", "acceptance")
_CHANGEABLE = ("limit", "advised", "verdict", "severity", "enabled")
_VERDICTS = ("fail", "review")


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of rules. `rules` holds all of them; the ones switched off are not `enabled`.

    `scheme` is the name or path of the classification scheme, `class_codes_also` the other systems' codes it accepts.
    """

    id: str
    title_zh: str
    title_en: str
    rules: dict[str, Rule]
    acceptance: Terms = DEFAULT_TERMS
    scheme: str = DEFAULT_SCHEME
    class_codes_also: frozenset[str] = frozenset({"99"})

    def rule(self, rule_id: str) -> Rule | None:
        """The rule where it is switched on."""
        rule = self.rules[rule_id]
        return rule if rule.enabled else None

    def only(self, rule_ids: list[str]) -> Profile:
        """The same profile with only the named rules, switched on."""
        chosen = {key: rule.with_changes({"enabled": key in rule_ids}) for key, rule in self.rules.items()}
        return replace(self, rules=chosen)


def built_in() -> list[str]:
    return sorted(file.stem for file in _HERE.glob("*.toml"))


def load_profile(name: str = DEFAULT_PROFILE) -> Profile:
    """A built-in profile by name, or one in a TOML file by path.

    InputError `profile.unknown`, `profile.invalid` (no TOML, or no table where one must be), `profile.unknown-key`,
    `profile.unknown-rule`, `profile.wrong-value`, `scheme.unknown`, `scheme.invalid`.
    """
    file = _HERE / f"{name}.toml" if name in built_in() else Path(name)
    if not file.is_file():
        raise InputError("profile.unknown", path=name, known=", ".join(built_in()))
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("profile.invalid", path=name, detail=str(error)) from error
    return _profile(name, file, table)


def _profile(name: str, file: Path, table: dict[str, Any]) -> Profile:
    for key in table:
        if key not in _KEYS:
            raise InputError("profile.unknown-key", path=name, key=key, known=", ".join(_KEYS))
    below = _base(name, table.get("base"))
    return replace(
        below,
        id=file.stem,
        title_zh=str(table.get("title_zh", file.stem)),
        title_en=str(table.get("title_en", file.stem)),
        rules=_rules(name, below.rules, table.get("rules", {})),
        acceptance=_terms(name, table.get("acceptance", {}), below.acceptance),
        scheme=_scheme(name, file, table.get("scheme", below.scheme)),
        class_codes_also=_codes(name, table.get("class_codes_also", sorted(below.class_codes_also))),
    )


def _base(name: str, base: Any) -> Profile:
    if base is None:
        return Profile("", "", "", registry())
    if base not in built_in():
        raise InputError("profile.wrong-value", path=name, key="base", value=repr(base), wanted=", ".join(built_in()))
    return load_profile(base)


def _rules(name: str, rules: dict[str, Rule], changes: Any) -> dict[str, Rule]:
    if not isinstance(changes, dict):
        raise InputError("profile.invalid", path=name, detail=f"rules = {changes!r}")
    changed = dict(rules)
    for rule_id, change in changes.items():
        _check(name, rules, rule_id, change)
        changed[rule_id] = rules[rule_id].with_changes(change)
    return changed


def _terms(name: str, table: Any, below: Terms) -> Terms:
    try:
        return read_terms(table, below)
    except ValueError as error:
        raise InputError("profile.invalid", path=name, detail=str(error)) from error


def _scheme(name: str, file: Path, scheme: Any) -> str:
    """The scheme's name, or the path of its file; one that is named relative lies beside the profile."""
    if not isinstance(scheme, str):
        known = ", ".join(built_in_schemes())
        raise InputError("profile.wrong-value", path=name, key="scheme", value=repr(scheme), wanted=known)
    chosen = scheme if scheme in built_in_schemes() else str(file.parent / scheme)
    load_scheme(chosen)
    return chosen


def _codes(name: str, codes: Any) -> frozenset[str]:
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise InputError("profile.wrong-value", path=name, key="class_codes_also", value=repr(codes), wanted='["99"]')
    return frozenset(codes)


def _check(name: str, rules: dict[str, Rule], rule_id: str, change: Any) -> None:
    if rule_id not in rules:
        near = get_close_matches(rule_id, rules, n=3) or list(rules)
        raise InputError("profile.unknown-rule", path=name, rule=rule_id, near=", ".join(near))
    if not isinstance(change, dict):
        raise InputError("profile.invalid", path=name, detail=f"rules.{rule_id} = {change!r}")
    for key, value in change.items():
        if key not in _CHANGEABLE:
            raise InputError("profile.unknown-key", path=name, key=f"{rule_id}.{key}", known=", ".join(_CHANGEABLE))
        wanted = _wanted(key, value, rules[rule_id])
        if wanted is not None:
            raise InputError("profile.wrong-value", path=name, key=f"{rule_id}.{key}", value=repr(value), wanted=wanted)


def _wanted(key: str, value: Any, rule: Rule) -> str | None:
    """What should stand there, None where `value` may. A rule whose text was not read may be raised to fail: the

    office that writes the profile answers for it.
    """
    if key == "verdict":
        return None if value in _VERDICTS else ", ".join(_VERDICTS)
    if key == "severity":
        return None if value in get_args(Severity) else ", ".join(get_args(Severity))
    if key == "enabled":
        return None if isinstance(value, bool) else "true, false"
    if isinstance(rule.limit, int | float):
        return None if isinstance(value, int | float) and not isinstance(value, bool) else f"{rule.limit}"
    if rule.limit is None:
        return "–"
    return None if isinstance(value, str) else f'"{rule.limit}"'
