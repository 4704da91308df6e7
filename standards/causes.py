"""One cause is one line: findings of one rule with one verdict and one kind of measured value, counted together.

A batch scanned at 150 dpi is one cause that opens 8,000 pages. The terminal, the reports and the screens group alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from standards.papers import SCANNER_DPI
from standards.values import VERDICTS_WORST_FIRST, Reported

_SEVERITIES_WORST_FIRST = ("critical", "major", "minor", "info")
# True resolution scatters by the cut of the paper; within this it is one setting of the scanner.
_SETTING = 0.04


F = TypeVar("F", bound=Reported)


@dataclass(frozen=True, slots=True)
class Cause(Generic[F]):
    """One cause with its findings in the order they came; `bucket` is the measured value that all share, such as
    `150 dpi` or `grey`, empty where the value tells no cause apart. `key` is stable and fit for an address."""

    rule: str
    verdict: str
    severity: str
    bucket: str
    limit: str
    clause: str
    certainty: str
    findings: tuple[F, ...]

    @property
    def count(self) -> int:
        return len(self.findings)

    @property
    def first(self) -> F:
        return self.findings[0]

    @property
    def key(self) -> str:
        return "~".join((self.rule, self.verdict, self.bucket, self.limit))


def causes(findings: Iterable[F]) -> list[Cause[F]]:
    """The causes, worst verdict first, then severity, then the most findings."""
    groups: dict[tuple[str, str, str, str], list[F]] = {}
    for finding in findings:
        key = (finding.rule, finding.verdict, bucket(finding.rule, finding.measured, finding.unit), _limit(finding))
        groups.setdefault(key, []).append(finding)
    made = [_cause(key, group) for key, group in groups.items()]
    return sorted(made, key=lambda cause: (_rank(cause), -cause.count, cause.rule, cause.bucket))


def bucket(rule: str, measured: float | int | str | None, unit: str = "") -> str:
    """The kind of value that tells one cause from another of the same rule: `150 dpi`, `grey`, `180 deg`; else empty."""
    kind = _BUCKETS.get(rule)
    if kind is None or measured is None:
        return ""
    return f"{kind(measured)} {unit}".strip()


def _cause(key: tuple[str, str, str, str], group: Sequence[F]) -> Cause[F]:
    rule, verdict, shared, limit = key
    worst = min(group, key=lambda finding: _place(_SEVERITIES_WORST_FIRST, finding.severity))
    return Cause(rule, verdict, worst.severity, shared, limit, worst.clause, worst.certainty, tuple(group))


def _rank(cause: Cause[F]) -> tuple[int, int]:
    return (_place(VERDICTS_WORST_FIRST, cause.verdict), _place(_SEVERITIES_WORST_FIRST, cause.severity))


def _place(order: Sequence[str], word: str) -> int:
    return order.index(word) if word in order else len(order)


def _limit(finding: Reported) -> str:
    """Limits that differ from finding to finding (what a catalogue promised) are no causes of their own."""
    if finding.rule not in _BUCKETS or finding.limit is None:
        return ""
    return f"{_plain(finding.limit)} {finding.unit}".strip()


def _plain(value: float | int | str) -> str:
    """200.0 as 200, as number or text."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text


def _setting(value: float | int | str) -> str:
    """The scanner's setting that a true resolution scatters around; another one in steps of ten."""
    try:
        dpi = float(value)
    except ValueError:
        return str(value)
    near = min(SCANNER_DPI, key=lambda usual: abs(usual - dpi))
    return str(near if abs(near - dpi) <= _SETTING * near else round(dpi, -1)).removesuffix(".0")


_BUCKETS: dict[str, Callable[[float | int | str], str]] = {
    "page.dpi": _setting,
    "page.dpi-header": _setting,
    "page.colour": _plain,
    "page.bit-depth": _plain,
    "page.format": _plain,
    "page.damaged": _plain,
    "page.orientation": _plain,
    "list.unreadable": _plain,
    "class.code": _plain,
}
