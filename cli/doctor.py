"""`juanzong doctor`: whether this machine can do the work, with what it reads, and why with that."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from base.messages import message
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, language, print_json, say
from ingest.doctor.check import Check
from ingest.doctor.examine import examine
from ocr import runtimes

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    again: Annotated[
        bool, typer.Option("--again", help="重新测试各运行库(约十秒)/ test the runtimes again (some ten seconds)")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """检查本机能否识别、打印和保存 / look whether this machine can read, print and keep pages."""
    settings = load_settings(data_dir)
    if again or runtimes.kept() is None:
        say("doctor.testing")
    checks = list(examine(settings, again=again))
    counts = Counter(check.status for check in checks)
    if as_json:
        summary = {status: counts[status] for status in ("ok", "warn", "fail")}
        print_json({"summary": summary, "checks": [check.as_json() for check in checks]})
    else:
        _print(checks)
    return 1 if counts["fail"] else 0


def _print(checks: list[Check]) -> None:
    table = Table(show_lines=False)
    for column in ("what", "state", "found"):
        table.add_column(message(f"doctor.column.{column}", language()), no_wrap=column != "found")
    for check in checks:
        state = message(f"doctor.status.{check.status}", language())
        table.add_row(check.title(language()), f"[{_STYLES[check.status]}]{state}[/]", _plain(check.text(language())))
    Console(highlight=False, emoji=False).print(table)


def _plain(text: str) -> str:
    """Nothing that a path holds is taken for a style."""
    return text.replace("[", r"\[")
