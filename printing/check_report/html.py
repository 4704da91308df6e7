"""The report as one file of HTML that asks for nothing else: no script, no address; light, dark and on paper.

Both languages are in it and a switch shows one. Everything that came from outside is escaped, and the page's own policy
forbids whatever an escape might miss.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice

from printing.check_report.html_style import STYLE
from printing.check_report.model import VERDICTS, CauseLine, Chart, Line, Mark, Report, Sight, said
from printing.check_report.svg import PATTERNS, both, chart_svg

# What one page of HTML lists before it becomes too long to open; the XLSX holds all.
MOST_LINES = 2000
MOST_ROWS = 1000
# Pages that are shown with their image.
MOST_SIGHTS = 60
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SUMMARY = ("files", "pages", "dossiers", *VERDICTS)


def html_report(report: Report, picture_side: int) -> Iterator[str]:
    """The file in pieces, in order."""
    yield from _head(report)
    yield from _summary(report)
    yield f'<h2 id="causes">{_t("report.causes")}</h2>'
    yield from _causes(report)
    yield from _charts(report.charts)
    yield from _dossiers(report)
    yield from _sights(report, picture_side)
    yield from _plain_list("report.notes", [both(note) for note in report.notes])
    yield from _plain_list("report.ignored", [escape(path) for path in report.ignored])
    yield f"<footer><p>{_t('report.foot')} {_t('report.masked')}</p></footer></main></body></html>\n"


def _t(code: str, **params: object) -> str:
    return both(said(code, **params))


def _head(report: Report) -> Iterator[str]:
    title = f"{said('report.title').zh} · {report.about}"
    yield (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>"
        '<input type="checkbox" id="english"><label for="english"><span class="zh" lang="en">English</span>'
        '<span class="en" lang="zh-CN">中文</span></label>'
        f"{PATTERNS}<main><h1>{_t('report.title')}</h1>"
    )
    facts = (
        ("report.about", escape(report.about)),
        ("report.profile", f"{both(report.profile)} <code>{escape(report.profile_id)}</code>"),
        ("report.made_at", escape(report.made_at)),
        ("report.operator", escape(report.operator or "—")),
        ("report.program", escape(report.program)),
    )
    yield "<dl>" + "".join(f"<div><dt>{_t(code)}</dt><dd>{value}</dd></div>" for code, value in facts) + "</dl>"


def _summary(report: Report) -> Iterator[str]:
    cells = "".join(
        f'<div class="{name if name in VERDICTS else "count"}"><b>{report.counts[name]:,}</b>{_t(f"check.{name}")}</div>'
        for name in _SUMMARY
    )
    yield f'<section class="sum" aria-label="{escape(said("report.summary").zh)}">{cells}</section>'


def _causes(report: Report) -> Iterator[str]:
    if not report.causes:
        yield f"<p>{_t('report.causes.none')}</p>"
    for cause in report.causes:
        yield from _cause(cause)


def _cause(cause: CauseLine) -> Iterator[str]:
    where = _t("report.on-pages", count=f"{cause.pages:,}") if cause.pages else ""
    yield (
        f'<details class="cause"><summary><span class="state {cause.verdict}">{_t(f"verdict.{cause.verdict}")}</span> '
        f'<b>{both(cause.title)}</b> <span class="n">{_t("report.findings", count=f"{cause.count:,}")}'
        f"{f' · {where}' if where else ''}</span> <small>{_t(f'severity.{cause.severity}')} · {escape(cause.clause)} · "
        f"{_t(f'certainty.{cause.certainty}')} · <code>{escape(cause.rule)}</code></small></summary><ol>"
    )
    for line in islice(cause.lines(), MOST_LINES):
        yield _line(line)
    yield "</ol>"
    if cause.count > MOST_LINES:
        yield f'<p class="hint">{_t("report.more", shown=f"{MOST_LINES:,}", count=f"{cause.count:,}")}</p>'
    yield "</details>"


def _line(line: Line) -> str:
    place = f"<code>{escape(line.place)}</code> " if line.place else ""
    return f"<li>{place}{both(line.text)}</li>"


def _charts(charts: Sequence[Chart]) -> Iterator[str]:
    yield f'<h2 id="charts">{_t("report.charts")}</h2>'
    for chart in charts:
        yield f"<figure><figcaption>{both(chart.title)}</figcaption>"
        if chart.labels:
            yield f'<div class="chart-and-values">{chart_svg(chart)}'
            yield f'<div class="values">{_values(chart)}</div></div>'
        else:
            yield f"<p>{_t('report.empty')}</p>"
        yield f'<p class="hint">{both(chart.note)}</p></figure>' if chart.note else "</figure>"


def _values(chart: Chart) -> str:
    first = chart.x if chart.shape == "columns" else chart.y
    heads = [both(first), *(both(series.name) for series in chart.series)]
    rows = (
        [both(label), *(f"{series.values[place]:,}" for series in chart.series)]
        for place, label in enumerate(chart.labels)
    )
    return "".join(_table(heads, rows, numbers=range(1, len(heads))))


def _dossiers(report: Report) -> Iterator[str]:
    yield f'<h2 id="dossiers">{_t("report.dossiers")}</h2>'
    heads = [_t("report.col.dossier"), _t("report.col.person"), _t("report.col.pages")]
    heads += [_t(f"verdict.{verdict}") for verdict in VERDICTS] + [_t("report.col.findings")]
    shown = sorted(report.dossiers, key=lambda each: (-each.verdicts[0], -each.verdicts[1], each.key))[:MOST_ROWS]
    rows = (
        [escape(each.key), escape(each.person or "—")]
        + [f"{count:,}" for count in (each.pages, *each.verdicts, each.findings)]
        for each in shown
    )
    yield from _table(heads, rows, numbers=range(2, len(heads)))
    if len(report.dossiers) > len(shown):
        yield f'<p class="hint">{_t("report.more-rows", shown=len(shown), count=len(report.dossiers))}</p>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: range) -> Iterator[str]:
    """A table of finished cells; `numbers` are the columns that stand to the right."""
    cells = "".join(f'<th scope="col"{_right(place, numbers)}>{head}</th>' for place, head in enumerate(heads))
    yield f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>'
    for row in rows:
        yield "<tr>" + "".join(f"<td{_right(place, numbers)}>{cell}</td>" for place, cell in enumerate(row)) + "</tr>"
    yield "</tbody></table></div>"


def _right(place: int, numbers: range) -> str:
    return ' class="n"' if place in numbers else ""


def _sights(report: Report, side: int) -> Iterator[str]:
    if not report.sights:
        return
    yield f'<h2 id="sights">{_t("report.sights")}</h2>'
    if report.left_out:
        told = _t("report.sights.cap", side=side, most=MOST_SIGHTS, count=f"{report.left_out:,}")
        yield f'<p class="hint">{told}</p>'
    yield '<div class="sights">'
    for sight in report.sights:
        yield _sight(sight)
    yield "</div>"


def _sight(sight: Sight) -> str:
    picture = sight.load()
    texts = "".join(f"<li>{both(text)}</li>" for text in sight.texts)
    if picture is None:
        shown = f"<p>{_t('report.sights.unreadable')}</p>"
    else:
        data = base64.b64encode(picture.jpeg).decode("ascii")
        marks = "".join(_mark(mark, max(picture.width, picture.height)) for mark in sight.marks)
        shown = (
            f'<svg viewBox="0 0 {picture.width} {picture.height}" role="img" aria-label="{escape(sight.file)}">'
            f'<image href="data:image/jpeg;base64,{data}" width="{picture.width}" height="{picture.height}"/>{marks}</svg>'
        )
    return (
        f'<figure class="{sight.verdict}">{shown}<figcaption><code>{escape(sight.file)}</code> '
        f"{_t('report.page', page=sight.page)}<ul>{texts}</ul></figcaption></figure>"
    )


def _mark(mark: Mark, side: int) -> str:
    """A frame around the spot with a light rim, so that it is seen on dark and on pale paper."""
    left, top, right, bottom = mark.box
    shape = f'x="{left}" y="{top}" width="{max(1, right - left)}" height="{max(1, bottom - top)}" fill="none"'
    return (
        f'<g><title>{escape(mark.text.zh)}</title><rect {shape} stroke="#fff" stroke-width="{side / 90:.1f}"/>'
        f'<rect {shape} stroke="#b3261e" stroke-width="{side / 180:.1f}"/></g>'
    )


def _plain_list(code: str, items: Sequence[str]) -> Iterator[str]:
    if not items:
        return
    yield f"<h2>{_t(code)}</h2><ul>"
    yield from (f"<li>{item}</li>" for item in items[:MOST_ROWS])
    yield "</ul>"
    if len(items) > MOST_ROWS:
        yield f'<p class="hint">{_t("report.more-rows", shown=MOST_ROWS, count=len(items))}</p>'
