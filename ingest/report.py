"""The report of a check as one self-contained page of HTML: findings grouped by cause, so that one cause is one line."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from ingest.check import CheckReport, finding_text
from standards.registry import registry
from standards.values import VERDICTS_WORST_FIRST, Finding

_VERDICTS = {"fail": "不合格", "review": "待人工确认", "not_measurable": "无法测量", "pass": "通过"}
_SEVERITIES = {"critical": "严重", "major": "较重", "minor": "一般", "info": "提示"}
_CERTAINTIES = {"text": "标准原文", "secondary": "间接来源", "practice": "行业做法", "project": "项目取值"}
_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.6 system-ui,"Noto Sans SC","Microsoft YaHei",sans-serif;max-width:70rem;
margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem}table{border-collapse:collapse}td,th{border:1px solid #8886;
padding:.25rem .75rem;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}details{margin:.4rem 0;
border:1px solid #8886;border-radius:4px;padding:.4rem .8rem}summary{cursor:pointer}.fail{color:#b3261e;font-weight:600}
.review{color:#8a5a00}li{overflow-wrap:anywhere}@media(prefers-color-scheme:dark){.fail{color:#ff8a80}.review{color:#ffcc66}}
@media print{details{border:0}}
"""


def html_report(report: CheckReport) -> str:
    """The whole report; text from file names and profiles is escaped."""
    summary = report.summary()
    rows = "".join(f"<tr><th>{label}</th><td class=n>{summary[key]}</td></tr>" for key, label in _LABELS)
    groups = "".join(_group(rule, findings) for rule, findings in _by_cause(report.findings))
    ignored = "".join(f"<li>{escape(path)}</li>" for path in report.ignored)
    title = f"数字化质量检测报告 · {escape(report.profile.title_zh)}"
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><table>{rows}</table><h2>检测结果</h2>{groups or '<p>没有发现问题。</p>'}"
        + (f"<h2>未作页面处理的文件</h2><ul>{ignored}</ul>" if ignored else "")
        + "</html>\n"
    )


_LABELS = (
    ("files", "文件"),
    ("pages", "页"),
    ("dossiers", "卷"),
    ("fail", "不合格页"),
    ("review", "待人工确认页"),
    ("not_measurable", "无法测量页"),
    ("pass", "通过页"),
)


def _by_cause(findings: Sequence[Finding]) -> list[tuple[tuple[str, str], list[Finding]]]:
    """Findings by verdict and rule, the worst and most frequent first."""
    ordered = sorted(findings, key=lambda finding: (VERDICTS_WORST_FIRST.index(finding.verdict), finding.rule))
    groups = [
        (key, list(group)) for key, group in groupby(ordered, key=lambda finding: (finding.verdict, finding.rule))
    ]
    return sorted(groups, key=lambda group: (VERDICTS_WORST_FIRST.index(group[1][0].verdict), -len(group[1])))


def _group(cause: tuple[str, str], findings: Sequence[Finding]) -> str:
    verdict, rule = cause
    first = findings[0]
    head = (
        f'<span class="{verdict}">{_VERDICTS[verdict]}</span> · {escape(registry()[rule].title("zh_CN"))} · {len(findings)} 处 · '
        f"{_SEVERITIES[first.severity]} · {escape(first.clause)}({_CERTAINTIES[first.certainty]})"
    )
    lines = "".join(f"<li>{escape(_where(each))}{escape(finding_text(each, 'zh_CN'))}</li>" for each in findings)
    return f"<details><summary>{head}</summary><ul>{lines}</ul></details>"


def _where(finding: Finding) -> str:
    place = finding.file or finding.subject or ""
    return f"{place}:" if place else ""
