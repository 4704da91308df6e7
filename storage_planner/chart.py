"""The chart of a plan as inline SVG: no script, no colour but the text's own, so it follows light, dark and grey print."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape, quoteattr

from base.messages import Language, message
from storage_planner.model import Plan, YearNeed
from storage_planner.notes import figure

WIDTH, HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 24, 28, 56
_PLOT_WIDTH, _PLOT_HEIGHT = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
# Beyond this many years a dot for each would be a smear; the values stay under the pointer.
_MOST_DOTS = 40


def area_chart(plan: Plan, language: Language) -> str:
    """Usable area needed by year, with the present room as a dashed line where it is known; values show on hover."""
    scale = _Scale(plan)
    parts = [
        *_grid(scale, language),
        *_room(plan, scale, language),
        *_curve(plan, scale),
        *_hovers(plan, scale, language),
    ]
    label = message(
        "plan.chart.label",
        language,
        first=figure(plan.by_year[0].area_m2),
        last=figure(plan.projected.area_m2),
        years=plan.projected.year,
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label={quoteattr(label)}'
        f' class="plan-chart" fill="none" stroke="none" font-size="13">\n'
        f"{body}\n</svg>"
    )


class _Scale:
    """Where a year and an area stand on the sheet."""

    def __init__(self, plan: Plan) -> None:
        room = plan.asked.room
        highest = max(plan.projected.area_m2, (room.area_m2 or 0.0) if room else 0.0)
        self.y_ticks = _ticks(highest)
        self.years = max(1, plan.projected.year)
        step = max(1, math.ceil(_nice(self.years / 10)))
        self.x_ticks = range(0, plan.projected.year + 1, step)

    def x(self, year: float) -> float:
        return round(_LEFT + _PLOT_WIDTH * year / self.years, 1)

    def y(self, area: float) -> float:
        return round(_TOP + _PLOT_HEIGHT * (1 - area / self.y_ticks[-1]), 1)


def _nice(value: float) -> float:
    """The smallest of 1, 2, 5 × a power of ten that is not below `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def _ticks(highest: float) -> list[float]:
    """Round values from 0 to at least `highest`, about five of them."""
    top = max(highest, 1.0)
    step = _nice(top / 5)
    return [step * count for count in range(math.ceil(top / step * (1 - 1e-9)) + 1)]


def _text(x: float, y: float, text: str, anchor: str = "middle", extra: str = "") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="currentColor"{extra}>{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, extra: str) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="currentColor" {extra}/>'


def _grid(scale: _Scale, language: Language) -> list[str]:
    """Axes with round values, titles and units."""
    right, bottom = WIDTH - _RIGHT, _TOP + _PLOT_HEIGHT
    parts = []
    for area in scale.y_ticks:
        y = scale.y(area)
        parts.append(_line(_LEFT, y, right, y, 'stroke-opacity="0.18"' if area else 'stroke-opacity="0.7"'))
        parts.append(_text(_LEFT - 8, y + 4.5, figure(area, 2), "end"))
    for year in scale.x_ticks:
        x = scale.x(year)
        parts.append(_line(x, bottom, x, bottom + 5, 'stroke-opacity="0.7"'))
        parts.append(_text(x, bottom + 20, str(year)))
    middle = _TOP + _PLOT_HEIGHT / 2
    parts.append(_text(_LEFT + _PLOT_WIDTH / 2, HEIGHT - 10, message("plan.chart.x", language)))
    parts.append(_text(18, middle, message("plan.chart.y", language), extra=f' transform="rotate(-90 18 {middle})"'))
    return parts


def _room(plan: Plan, scale: _Scale, language: Language) -> list[str]:
    room = plan.asked.room
    if room is None or room.area_m2 is None:
        return []
    y = scale.y(room.area_m2)
    label = message("plan.chart.room", language, area=figure(room.area_m2))
    words = _room_words(plan, scale, room.area_m2, label)
    return [_line(_LEFT, y, WIDTH - _RIGHT, y, 'stroke-width="1.5" stroke-dasharray="7 5"'), words]


def _room_words(plan: Plan, scale: _Scale, area: float, label: str) -> str:
    """The need only grows: left of the crossing the space above the line is free, right of it the space below."""
    crossing = next((need.year for need in plan.by_year if need.area_m2 > area), None)
    if crossing is None or crossing > scale.years / 2:
        return _text(_LEFT + 8, round(scale.y(area) - 6, 1), label, "start")
    return _text(WIDTH - _RIGHT - 4, round(scale.y(area) + 16, 1), label, "end")


def _curve(plan: Plan, scale: _Scale) -> list[str]:
    points = " ".join(f"{scale.x(need.year)},{scale.y(need.area_m2)}" for need in plan.by_year)
    parts = [f'<polyline points="{points}" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round"/>']
    if len(plan.by_year) <= _MOST_DOTS:
        parts += [
            f'<circle cx="{scale.x(need.year)}" cy="{scale.y(need.area_m2)}" r="3.5" fill="currentColor"/>'
            for need in plan.by_year
        ]
    if plan.full_in_year is not None:
        full = plan.by_year[plan.full_in_year]
        parts.append(
            f'<circle cx="{scale.x(full.year)}" cy="{scale.y(full.area_m2)}" r="8" stroke="currentColor" stroke-width="2"/>'
        )
    return parts


def _hovers(plan: Plan, scale: _Scale, language: Language) -> list[str]:
    """An unseen column for each year, so that its value shows without aiming at a dot."""
    width = round(_PLOT_WIDTH / scale.years, 1)
    return [_hover(need, scale, width, language) for need in plan.by_year]


def _hover(need: YearNeed, scale: _Scale, width: float, language: Language) -> str:
    title = message(
        "plan.chart.point", language, year=need.year, volumes=figure(need.volumes), area=figure(need.area_m2)
    )
    x = round(scale.x(need.year) - width / 2, 1)
    return (
        f'<rect x="{x}" y="{_TOP}" width="{width}" height="{_PLOT_HEIGHT}" fill="currentColor" fill-opacity="0">'
        f"<title>{escape(title)}</title></rect>"
    )
