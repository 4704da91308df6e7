"""`juanzong check PATH`: the digitization standards' rules on a folder or file, with no database and no server."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language, print_json, say
from ingest.check import CheckReport, check_path, finding_text
from ingest.journal import Journal
from ingest.reports.write import require_form, write_report
from ocr.engines import EngineFactory, engine_factory
from standards.causes import causes
from standards.profiles import DEFAULT_PROFILE
from standards.registry import registry

Target = Annotated[Path, typer.Argument(metavar="PATH", help="文件夹或单个文件 / folder or file to check")]
ProfileName = Annotated[
    str, typer.Option("--profile", help="检测方案:自带名称或 TOML 文件 / built-in profile or TOML file")
]
RuleNames = Annotated[
    str, typer.Option("--rules", metavar="R,…", help="只用这些规则 / only these rules, comma-separated")
]
ReportFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--report",
        metavar="FILE",
        help="另存报告，可多次：.html、.pdf、.xlsx、.json / also write a report; may be repeated",
    ),
]
Reading = Annotated[
    bool, typer.Option("--read", help="同时识别文字，检查人名、题名、日期 / read the pages too and judge their text")
]
# How many findings of one cause a terminal shows; the report and --json hold all.
_SHOWN = 5


def check(
    path: Target,
    profile: ProfileName = DEFAULT_PROFILE,
    rules: RuleNames = "",
    report: ReportFiles = None,
    read: Reading = False,
    as_json: AsJson = False,
    _data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """按数字化规范检测扫描件 / check scans against the digitization standards."""
    wanted = [name.strip() for name in rules.split(",") if name.strip()]
    reader = engine_factory("rapidocr") if read else None
    found = _reported(path, profile, wanted, report, reader) if report else _found(path, profile, wanted, reader)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
    return 1 if found.failed else 0


def _found(path: Path, profile: str, rules: list[str], reader: EngineFactory | None) -> CheckReport:
    with Bar() as bar:
        return check_path(path, profile, rules, bar, reader=reader)


def _reported(
    path: Path, profile: str, rules: list[str], reports: list[Path], reader: EngineFactory | None
) -> CheckReport:
    """Checks and writes the reports; what was measured is in a journal beside the first until all are whole.

    The reports come before the answer: where one cannot be written, the one document on stdout is the error.
    """
    for report in reports:
        require_form(report)
    file = reports[0].with_name(f"{reports[0].name}.journal")
    journal = Journal(file, path)
    if len(journal):
        say("check.resumed", count=len(journal), path=file)
    try:
        with Bar() as bar:
            found = check_path(path, profile, rules, bar, kept=journal, left_out=(*reports, file), reader=reader)
            for report in reports:
                bar.step("progress.reporting", reports.index(report), len(reports))
                write_report(found, report, getpass.getuser())
            bar.step("progress.reporting", len(reports), len(reports))
    except KeyboardInterrupt:
        say("check.kept", count=len(journal) + journal.added, path=file)
        raise
    finally:
        if len(journal) + journal.added:
            journal.close()
        else:
            journal.remove()
    journal.remove()
    return found


def _print(found: CheckReport) -> None:
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    table = Table(show_header=False)
    for name, count in found.summary().items():
        table.add_row(message(f"check.{name}", language()), str(count))
    console.print(table)
    for cause in causes(found.findings):
        title = " ".join(filter(None, (registry()[cause.rule].title(language()), cause.bucket)))
        console.print(f"{message(f'verdict.{cause.verdict}', language())} · {title} · {cause.count}")
        for finding in cause.findings[:_SHOWN]:
            console.print(f"  - {finding.file or finding.subject or ''}  {finding_text(finding, language())}")
        if cause.count > _SHOWN:
            console.print("  - …")
    for note in found.notes:
        console.print(f"{message('report.notes', language())} · {note.text(language())}")
