"""The charts of a report, from counts: how resolution and skew are spread, and where the findings are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from printing.check_report.model import VERDICTS, CauseLine, Chart, DossierLine, Said, Series, said, same

_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
_MOST_COLUMNS = 14
# Beyond this angle a page lies in the column at the end.
_SKEW_END, _SKEW_STEP = 3.0, 0.5
_MOST_BARS = 20


def resolution_chart(values: Iterable[float], without: int) -> Chart:
    """Pages by true resolution; `without` pages show no resolution."""
    found = sorted(values)
    labels: tuple[Said, ...] = ()
    counts: tuple[int, ...] = ()
    if found:
        step = _step(found[0], found[-1])
        first, last = math.floor(found[0] / step), math.floor(found[-1] / step)
        in_bin = Counter(math.floor(value / step) for value in found)
        labels = tuple(same(f"{place * step}–{(place + 1) * step}") for place in range(first, last + 1))
        counts = tuple(in_bin[place] for place in range(first, last + 1))
    return Chart(
        said("report.chart.dpi"), said("report.axis.dpi"), said("report.axis.pages"), labels,
        (Series(said("report.axis.pages"), counts),), "columns", _without(without),
    )  # fmt: skip


def _step(least: float, most: float) -> int:
    return next(
        (step for step in _STEPS if math.floor(most / step) - math.floor(least / step) < _MOST_COLUMNS), _STEPS[-1]
    )


def skew_chart(values: Iterable[float], without: int) -> Chart:
    """Pages by skew, positive clockwise; both ends gather what lies beyond."""
    ends = round(_SKEW_END / _SKEW_STEP)
    places = range(-ends - 1, ends + 1)
    counts = Counter(max(-ends - 1, min(ends, math.floor(value / _SKEW_STEP))) for value in values)
    used = bool(counts)
    return Chart(
        said("report.chart.skew"), said("report.axis.skew"), said("report.axis.pages"),
        tuple(same(_skew_label(place, ends)) for place in places) if used else (),
        (Series(said("report.axis.pages"), tuple(counts[place] for place in places) if used else ()),), "columns",
        _without(without),
    )  # fmt: skip


def _skew_label(place: int, ends: int) -> str:
    low, high = place * _SKEW_STEP, (place + 1) * _SKEW_STEP
    if place == -ends - 1:
        return f"< {_signed(high)}"
    return f"≥ {_signed(low)}" if place == ends else f"{_signed(low)}~{_signed(high)}"


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def dossier_chart(dossiers: Sequence[DossierLine]) -> Chart:
    """Pages of each dossier by verdict: the dossiers with the most failed pages, then the most to review."""
    worst = sorted(dossiers, key=lambda each: (-each.verdicts[0], -each.verdicts[1], each.key))[:_MOST_BARS]
    hidden = len(dossiers) - len(worst)
    return Chart(
        said("report.chart.dossiers"), said("report.axis.pages"), said("report.axis.dossier"),
        tuple(same(each.key) for each in worst),
        tuple(
            Series(said(f"verdict.{verdict}"), tuple(each.verdicts[place] for each in worst), verdict)
            for place, verdict in enumerate(VERDICTS)
        ),
        "bars", said("report.chart.more", count=hidden) if hidden else None,
    )  # fmt: skip


def cause_chart(causes: Sequence[CauseLine]) -> Chart:
    """Findings by cause, in the order of the report; one row of figures a verdict, so that each has its own tone."""
    shown = causes[:_MOST_BARS]
    hidden = len(causes) - len(shown)
    rows = [
        Series(
            said(f"verdict.{verdict}"),
            tuple(cause.count if cause.verdict == verdict else 0 for cause in shown),
            verdict,
        )
        for verdict in VERDICTS[:3]
    ]
    return Chart(
        said("report.chart.causes"), said("report.axis.findings"), said("report.axis.cause"),
        tuple(cause.title for cause in shown), tuple(row for row in rows if any(row.values)), "bars",
        said("report.chart.more", count=hidden) if hidden else None,
    )  # fmt: skip


def _without(count: int) -> Said | None:
    return said("report.chart.without", count=count) if count else None
