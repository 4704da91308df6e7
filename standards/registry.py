"""The rules as data: where each comes from, how certain it is, what it says by default."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from base.errors import InputError
from base.messages import Language, message
from standards.values import MARKS, AppliesTo, Certainty, Finding, Severity

Limit = float | int | str | None
_FILE = Path(__file__).parent / "registry.toml"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as a profile leaves it. `verdict` is the most that a breach of `limit` gives; what keeps the limit and
    breaks `advised` is for review. Both are in `unit`. `source` names the row of the fact tables it comes from.
    """

    id: str
    standard: str
    clause: str
    certainty: Certainty
    severity: Severity
    verdict: Literal["fail", "review"]
    applies_to: AppliesTo
    limit: Limit = None
    advised: Limit = None
    unit: str = ""
    enabled: bool = True
    source: str = ""

    @property
    def mark(self) -> str:
        """T (text seen), S (secondary source), C (practice of other software) or P (our own value)."""
        return MARKS[self.certainty]

    @property
    def reference(self) -> str:
        """Standard and clause as one text; what was not read in a standard's text names no clause as its own."""
        return f"{self.standard} {self.clause}".strip()

    def title(self, language: Language) -> str:
        return message(f"rule.{self.id}", language)

    def with_changes(self, changes: dict[str, Any]) -> Rule:
        return replace(self, **changes)

    def finding(
        self,
        *,
        file: str | None = None,
        page: int | None = None,
        subject: str | None = None,
        measured: Limit = None,
        limit: Limit = None,
        verdict: Literal["fail", "review", "not_measurable"] | None = None,
        **params: Any,
    ) -> Finding:
        """A breach of this rule; `verdict` may soften what the rule gives, never sharpen it."""
        given = verdict or self.verdict
        if given == "fail" and self.verdict != "fail":
            given = self.verdict
        return Finding(
            rule=self.id, verdict=given, severity=self.severity, file=file, page=page, subject=subject,
            measured=measured, limit=self.limit if limit is None else limit, unit=self.unit, clause=self.reference, certainty=self.certainty,
            params=params,
        )  # fmt: skip


@cache
def registry() -> dict[str, Rule]:
    """All rules by id, in the order of the file."""
    table = tomllib.loads(_FILE.read_text("utf-8"))
    return {rule_id: Rule(id=rule_id, **fields) for rule_id, fields in table.items()}


def require_known(rule_ids: list[str]) -> None:
    """InputError `rules.unknown` for the first id that no rule has."""
    for rule_id in rule_ids:
        if rule_id not in registry():
            raise InputError("rules.unknown", path=rule_id, known=", ".join(registry()))
