"""Findings as lines of a report, from a check or from the catalogue: grouped by cause, told in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from base.text.identity import hide_numbers
from printing.check_report.model import CauseLine, Line, Said
from standards.causes import Cause, causes
from standards.registry import registry
from standards.telling import finding_text
from standards.values import Reported

R = TypeVar("R", bound=Reported)


# Where a finding is: the file or dossier, the page in it, the dossier that it names.
Place = tuple[str, int | None, str]


def cause_lines(findings: Iterable[R], place_of: Callable[[R], Place]) -> tuple[CauseLine, ...]:
    """The causes with their counts; their lines are made when they are written."""
    return tuple(_cause_line(cause, place_of) for cause in causes(findings))


def _cause_line(cause: Cause[R], place_of: Callable[[R], Place]) -> CauseLine:
    places = map(place_of, cause.findings)
    return CauseLine(
        rule=cause.rule,
        verdict=cause.verdict,
        severity=cause.severity,
        certainty=cause.certainty,
        title=_title(cause.rule, cause.bucket),
        clause=cause.clause,
        count=cause.count,
        pages=len({(place, page) for place, page, _ in places if page is not None}),
        lines=partial(_lines, cause.findings, place_of),
    )


def _title(rule: str, bucket: str) -> Said:
    """The rule's name and the value that all share; a rule that went keeps its id."""
    known = registry().get(rule)
    zh, en = (known.title("zh_CN"), known.title("en")) if known else (rule, rule)
    return Said(f"{zh} · {bucket}", f"{en} · {bucket}") if bucket else Said(zh, en)


def _lines(findings: tuple[R, ...], place_of: Callable[[R], Place]) -> Iterator[Line]:
    return (line_of(finding, *place_of(finding)) for finding in findings)


def line_of(finding: Reported, place: str, page: int | None, dossier: str) -> Line:
    """One finding at its place; ID numbers in names are hidden, for a report goes from hand to hand."""
    return Line(
        hide_numbers(place), page, hide_numbers(dossier), text_of(finding, page), cell(finding.measured),
        cell(finding.limit), finding.unit,
    )  # fmt: skip


def text_of(finding: Reported, page: int | None) -> Said:
    return Said(hide_numbers(finding_text(finding, "zh_CN", page)), hide_numbers(finding_text(finding, "en", page)))


def cell(value: float | int | str | None) -> str:
    return "" if value is None else hide_numbers(str(figure(value)))


def figure(value: float | int | str) -> float | int | str:
    """A figure to the thousandth; 200.0 is 200."""
    if not isinstance(value, float):
        return value
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded
