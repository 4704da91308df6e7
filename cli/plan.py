"""`juanzong plan FILE.toml`: how much room the dossiers need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from base.messages import Language, message
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, language, print_json
from storage_planner.page import PlanPage, plan_page
from storage_planner.plan import make_plan
from storage_planner.read import plan_input_from_toml

PlanFile = Annotated[Path, typer.Argument(metavar="FILE.toml", help="测算文件 / what to plan, see docs/planning.md")]


def plan(file: PlanFile, as_json: AsJson = False, _data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """库房测算 / square metres, shelving, staff and storage over the years."""
    answer = make_plan(plan_input_from_toml(file))
    if as_json:
        print_json(answer.as_json())
    else:
        _print(plan_page(answer, language()), language())


def _print(page: PlanPage, wished: Language) -> None:
    # A text from a norm is never markup, and no line is cut where the answer goes to a file.
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(f"{message('plan.title', wished)} · {page.rule} · {page.scope}")
    console.print(_figures(page, wished))
    console.print(_years(page, wished))
    missing = tuple(line.reason for line in page.figures if line.reason)
    for code, lines in (("plan.warnings", page.warnings + missing), ("plan.basis", page.basis)):
        if lines:
            console.print(message(code, wished))
        for line in lines:
            console.print(f"  - {line}")


def _figures(page: PlanPage, wished: Language) -> Table:
    table = Table()
    table.add_column(message("plan.column.item", wished))
    table.add_column(message("plan.column.value", wished), justify="right")
    for line in page.figures:
        table.add_row(line.label, f"{line.value} {line.unit}".strip())
    return table


def _years(page: PlanPage, wished: Language) -> Table:
    table = Table()
    for column in ("year", "volumes", "area_m2"):
        table.add_column(message(f"plan.column.{column}", wished), justify="right")
    for row in page.rows:
        table.add_row(*row)
    return table
