"""The rules of completeness: a key paper that the 卷内目录 does not name, and the score of a dossier.

Both are for review at most: the list of key papers is practice, not the text of a standard. Where no 卷内目录 is there, or
a paper cannot be decided, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from standards.key_papers import Completeness, PaperResult, PersonTimes, TitledMaterial, assess
from standards.profiles import Profile
from standards.registry import Rule
from standards.values import Finding

_SEVERITY: dict[bool, Literal["major", "minor"]] = {True: "major", False: "minor"}


def judge_completeness(
    key: str, person: PersonTimes, materials: Sequence[TitledMaterial], profile: Profile
) -> list[Finding]:
    """One finding for each missing key paper, and one where the score is under the profile's limit.

    `key` is the dossier as the delivery names it. A statement (缺失材料说明) closes a finding later, it does not keep it
    from being found: when the statement is withdrawn the finding stands again.
    """
    if not materials:
        return []
    found = assess(person, materials, scheme=profile.scheme)
    return [*_missing(key, found, profile), *_score(key, found, profile)]


def _missing(key: str, found: Completeness, profile: Profile) -> list[Finding]:
    rule = profile.rule("dossier.key-paper")
    return [] if rule is None else [_finding(rule, key, result) for result in found.of("missing")]


def _finding(rule: Rule, key: str, result: PaperResult) -> Finding:
    """Some of several papers weigh less than none of them; `measured` names the paper, as a statement does."""
    severity = _SEVERITY[not result.materials]
    return rule.with_changes({"severity": severity} if rule.severity == "major" else {}).finding(
        subject=key, measured=result.paper.id, needed=result.needed, have=len(result.materials)
    )


def _score(key: str, found: Completeness, profile: Profile) -> list[Finding]:
    rule, score = profile.rule("dossier.score"), found.score
    if rule is None or score is None or not isinstance(rule.limit, int | float) or score >= rule.limit:
        return []
    return [rule.finding(subject=key, measured=score)]
