"""`juanzong check PATH`: the digitization standards' rules on a folder or file, with no database and no server."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from base.errors import StorageError
from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language, print_json
from ingest.check import CheckReport, check_path, finding_text
from ingest.report import html_report
from standards.profiles import DEFAULT_PROFILE
from standards.registry import registry
from standards.values import VERDICTS_WORST_FIRST

Target = Annotated[Path, typer.Argument(metavar="PATH", help="文件夹或单个文件 / folder or file to check")]
ProfileName = Annotated[
    str, typer.Option("--profile", help="检测方案:自带名称或 TOML 文件 / built-in profile or TOML file")
]
RuleNames = Annotated[
    str, typer.Option("--rules", metavar="R,…", help="只用这些规则 / only these rules, comma-separated")
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="另存报告:.html 或 .json / also write a report")
]
# How many findings of one cause a terminal shows; the report and --json hold all.
_SHOWN = 5


def check(
    path: Target,
    profile: ProfileName = DEFAULT_PROFILE,
    rules: RuleNames = "",
    report: ReportFile = None,
    as_json: AsJson = False,
    _data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """按数字化规范检测扫描件 / check scans against the digitization standards."""
    wanted = [name.strip() for name in rules.split(",") if name.strip()]
    with Bar() as bar:
        found = check_path(path, profile, wanted, bar)
    # The report first: where it cannot be written, the one document on stdout is the error.
    if report is not None:
        _write(found, report)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
    return 1 if found.failed else 0


def _write(found: CheckReport, file: Path) -> None:
    as_json = file.suffix.casefold() == ".json"
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=2, allow_nan=False) if as_json else html_report(found)
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise StorageError("check.no-report", path=file, detail=error.strerror or str(error)) from error


def _print(found: CheckReport) -> None:
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    table = Table(show_header=False)
    for name, count in found.summary().items():
        table.add_row(message(f"check.{name}", language()), str(count))
    console.print(table)
    causes = Counter((finding.verdict, finding.rule) for finding in found.findings)
    for verdict, rule in sorted(causes, key=lambda cause: (VERDICTS_WORST_FIRST.index(cause[0]), -causes[cause])):
        title = registry()[rule].title(language())
        console.print(f"{message(f'verdict.{verdict}', language())} · {title} · {causes[verdict, rule]}")
        same = [each for each in found.findings if (each.verdict, each.rule) == (verdict, rule)]
        for finding in same[:_SHOWN]:
            console.print(f"  - {finding.file or finding.subject or ''}  {finding_text(finding, language())}")
        if len(same) > _SHOWN:
            console.print("  - …")
