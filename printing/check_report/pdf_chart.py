"""A chart of a report on paper: black, white and grey, each verdict by its own pattern, the values written on it."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from printing import typeset
from printing.check_report.model import Chart
from printing.check_report.scale import nice_ticks

_PLOT = 46 * mm
_FOOT = 14 * mm
_BAR = 5.2 * mm
_LEGEND = 8 * mm
_LABELS = 62 * mm
_SIZE = 8.0
# Grey of the filling: none is left white but what passed.
_GREYS = {"fail": 0.15, "review": 0.55, "not_measurable": 0.8, "pass": 1.0, "plain": 0.55}


def chart_height(chart: Chart) -> float:
    """In points, with axes and titles."""
    if not chart.labels:
        return 0.0
    return float(_PLOT + _FOOT + 6 * mm if chart.shape == "columns" else len(chart.labels) * _BAR + _LEGEND + _FOOT)


def draw_chart(canvas: Canvas, chart: Chart, left: float, top: float, width: float) -> None:
    """Draws downwards from `top`."""
    canvas.setLineWidth(0.4)
    if chart.shape == "columns":
        _columns(canvas, chart, left, top, width)
    else:
        _bars(canvas, chart, left, top, width)


def _columns(canvas: Canvas, chart: Chart, left: float, top: float, width: float) -> None:
    values = chart.series[0].values
    ticks = nice_ticks(max(values, default=0))
    x0, bottom, plot = left + 14 * mm, top - 6 * mm - _PLOT, width - 18 * mm
    for tick in ticks:
        y = bottom + _PLOT * tick / ticks[-1]
        _grid(canvas, x0, y, x0 + plot, y, bool(tick))
        typeset.draw_right(canvas, x0 - 1.5 * mm, y - 2.5, f"{tick:,}", _SIZE)
    step = plot / len(values)
    every = max(1, -(-len(values) // 8))
    for place, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        x = x0 + place * step
        if value:
            tall = _PLOT * value / ticks[-1]
            _box(canvas, x + 1, bottom, step - 2, tall, chart.series[0].tone)
            typeset.draw_centred(canvas, x + step / 2, bottom + tall + 2, f"{value:,}", 7)
        if place % every == 0:
            typeset.draw_centred(canvas, x + step / 2, bottom - 4 * mm, label.zh, _SIZE)
    typeset.draw_centred(canvas, x0 + plot / 2, bottom - 9 * mm, chart.x.zh, _SIZE + 1)
    typeset.draw(canvas, left, top - 3 * mm, chart.y.zh, _SIZE + 1)


def _bars(canvas: Canvas, chart: Chart, left: float, top: float, width: float) -> None:
    rows = range(len(chart.labels))
    ends = [sum(series.values[row] for series in chart.series) for row in rows]
    ticks = nice_ticks(max(ends, default=0))
    x0, plot = left + _LABELS, width - _LABELS - 16 * mm
    upper = top - _LEGEND
    bottom = upper - len(chart.labels) * _BAR
    _legend(canvas, chart, x0, top - 4 * mm)
    typeset.draw_right(canvas, x0 - 2 * mm, top - 4 * mm, chart.y.zh, _SIZE + 1)
    for tick in ticks:
        x = x0 + plot * tick / ticks[-1]
        _grid(canvas, x, bottom, x, upper, bool(tick))
        typeset.draw_centred(canvas, x, bottom - 4 * mm, f"{tick:,}", _SIZE)
    for row in rows:
        y, x = upper - (row + 1) * _BAR + 0.7 * mm, x0
        label = typeset.wrap(chart.labels[row].zh, _SIZE, _LABELS - 5 * mm)
        canvas.setFillGray(0)
        typeset.draw_right(canvas, x0 - 2 * mm, y + 1.2 * mm, label[0] + ("…" if len(label) > 1 else ""), _SIZE)
        for series in chart.series:
            part = plot * series.values[row] / ticks[-1]
            if part:
                _box(canvas, x, y, part, _BAR - 1.4 * mm, series.tone)
            x += part
        typeset.draw(canvas, x + 1.5 * mm, y + 1.2 * mm, f"{ends[row]:,}", _SIZE)
    typeset.draw_centred(canvas, x0 + plot / 2, bottom - 9 * mm, chart.x.zh, _SIZE + 1)


def _legend(canvas: Canvas, chart: Chart, x: float, y: float) -> None:
    for series in chart.series:
        _box(canvas, x, y - 0.5 * mm, 4 * mm, 3 * mm, series.tone)
        x = typeset.draw(canvas, x + 5 * mm, y, series.name.zh, _SIZE) + 5 * mm


def _grid(canvas: Canvas, x1: float, y1: float, x2: float, y2: float, light: bool) -> None:
    canvas.setStrokeGray(0.85 if light else 0.2)
    canvas.line(x1, y1, x2, y2)
    canvas.setFillGray(0)


def _box(canvas: Canvas, x: float, y: float, width: float, height: float, tone: str) -> None:
    """A filled box; what is to be reviewed is striped, so that two greys are never all that tells verdicts apart."""
    canvas.setStrokeGray(0)
    canvas.setFillGray(_GREYS[tone] if tone != "review" else 1.0)
    canvas.rect(x, y, width, height, stroke=1, fill=1)
    if tone == "review":
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(x, y, width, height)
        canvas.clipPath(path, stroke=0, fill=0)
        at = x - height
        while at < x + width:
            canvas.line(at, y, at + height, y + height)
            at += 2.2
        canvas.restoreState()
    canvas.setFillGray(0)
