"""A chart of a report as inline SVG: axis titles and units, values under the pointer, patterns that a grey print keeps apart."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from printing.check_report.model import Chart, Said
from printing.check_report.scale import nice_ticks

_WIDTH = 760
_LEFT, _RIGHT, _TOP = 70, 20, 34
_COLUMNS_HEIGHT, _COLUMNS_FOOT = 300, 62
_BAR, _BARS_LEFT, _BARS_FOOT = 26, 250, 52
_LABEL_CHARS = 24

# Drawn once a page: each verdict by a pattern as well as by a colour.
PATTERNS = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>'
    '<pattern id="p-review" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="var(--review-pale)"/><rect width="2.4" height="6" fill="var(--review)"/></pattern>'
    '<pattern id="p-not_measurable" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<circle cx="2.5" cy="2.5" r="1.1" fill="var(--soft)"/></pattern></defs></svg>'
)
_FILLS = {
    "fail": "var(--fail)", "review": "url(#p-review)", "not_measurable": "url(#p-not_measurable)",
    "pass": "var(--pass-pale)", "plain": "var(--plain)",
}  # fmt: skip


def both(text: Said) -> str:
    """Both languages; the page's switch shows one."""
    if text.zh == text.en:
        return escape(text.zh)
    return f'<span class="zh" lang="zh-CN">{escape(text.zh)}</span><span class="en" lang="en">{escape(text.en)}</span>'


def chart_svg(chart: Chart) -> str:
    """The picture alone; its values belong into a table beside it."""
    height, body = _columns(chart) if chart.shape == "columns" else _bars(chart)
    title = f"{chart.title.zh} / {chart.title.en}"
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}" '
        f'font-size="13" fill="none">{"".join(body)}</svg>'
    )


def _text(x: float, y: float, text: Said, anchor: str = "middle", extra: str = "") -> str:
    words = (("zh", text.zh), ("en", text.en)) if text.zh != text.en else (("", text.zh),)
    return "".join(
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="currentColor"{extra}'
        + (f' class="{name}"' if name else "")
        + f">{escape(word)}</text>"
        for name, word in words
    )


def _plain(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return _text(x, y, Said(text, text), anchor)


def _line(x1: float, y1: float, x2: float, y2: float, strength: float) -> str:
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="currentColor" stroke-opacity="{strength}"/>'


def _box(x: float, y: float, width: float, height: float, tone: str, told: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{_FILLS[tone]}" '
        f'stroke="currentColor" stroke-width="0.6"><title>{escape(told)}</title></rect>'
    )


def _columns(chart: Chart) -> tuple[int, list[str]]:
    height = _TOP + _COLUMNS_HEIGHT + _COLUMNS_FOOT
    bottom, plot = _TOP + _COLUMNS_HEIGHT, _WIDTH - _LEFT - _RIGHT
    values = chart.series[0].values
    ticks = nice_ticks(max(values, default=0))
    parts = []
    for tick in ticks:
        y = bottom - _COLUMNS_HEIGHT * tick / ticks[-1]
        parts += [
            _line(_LEFT, y, _WIDTH - _RIGHT, y, 0.18 if tick else 0.8),
            _plain(_LEFT - 8, y + 4.5, f"{tick:,}", "end"),
        ]
    step = plot / max(1, len(values))
    every = max(1, -(-len(values) // 7))
    for place, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        x, tall = _LEFT + place * step, _COLUMNS_HEIGHT * value / ticks[-1]
        if value:
            parts.append(_box(x + 1.5, bottom - tall, step - 3, tall, chart.series[0].tone, f"{label.zh}: {value:,}"))
        if place % every == 0:
            parts.append(_text(x + step / 2, bottom + 19, label))
    middle = _TOP + _COLUMNS_HEIGHT / 2
    parts.append(_text(_LEFT + plot / 2, bottom + 46, chart.x))
    parts.append(_text(16, middle, chart.y, extra=f' transform="rotate(-90 16 {middle:g})"'))
    return height, parts


def _bars(chart: Chart) -> tuple[int, list[str]]:
    rows = len(chart.labels)
    bottom = _TOP + rows * _BAR
    plot = _WIDTH - _BARS_LEFT - _RIGHT - 40
    ends = [sum(series.values[row] for series in chart.series) for row in range(rows)]
    ticks = nice_ticks(max(ends, default=0))
    parts = list(_legend(chart))
    for tick in ticks:
        x = _BARS_LEFT + plot * tick / ticks[-1]
        parts += [_line(x, _TOP, x, bottom, 0.18 if tick else 0.8), _plain(x, bottom + 17, f"{tick:,}")]
    for row, label in enumerate(chart.labels):
        y, x = _TOP + row * _BAR + 4, float(_BARS_LEFT)
        parts.append(_text(_BARS_LEFT - 8, y + 13, Said(_short(label.zh), _short(label.en)), "end"))
        for series in chart.series:
            width = plot * series.values[row] / ticks[-1]
            if width:
                told = f"{label.zh} · {series.name.zh}: {series.values[row]:,}"
                parts.append(_box(x, y, width, _BAR - 8, series.tone, told))
            x += width
        parts.append(_plain(x + 6, y + 13, f"{ends[row]:,}", "start"))
    parts.append(_text(_BARS_LEFT + plot / 2, bottom + 42, chart.x))
    parts.append(_text(_BARS_LEFT - 8, _TOP - 12, chart.y, "end"))
    return bottom + _BARS_FOOT, parts


def _legend(chart: Chart) -> Iterator[str]:
    x = _BARS_LEFT
    for series in chart.series:
        yield _box(x, 6, 14, 12, series.tone, series.name.zh)
        yield _text(x + 20, 17, series.name, "start")
        x += 130


def _short(text: str) -> str:
    """Its end tells a dossier from its neighbour, its beginning a cause from another: both stay."""
    half = _LABEL_CHARS // 2
    wide = sum(2 if char > "\u2e80" else 1 for char in text)
    if wide <= 2 * half + 6:
        return text
    keep = half if wide == len(text) else half * 2 // 3
    return f"{text[:keep]}…{text[-keep:]}"
