"""`juanzong rules`: every rule with its clause, its certainty and what a profile makes of it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, language, print_json
from standards.profiles import DEFAULT_PROFILE, load_profile
from standards.rules_page import rule_as_json

ProfileName = Annotated[
    str, typer.Option("--profile", help="检测方案:自带名称或 TOML 文件 / built-in profile or TOML file")
]


def rules(
    profile: ProfileName = DEFAULT_PROFILE, as_json: AsJson = False, _data_dir: DataDir = DEFAULT_DATA_DIR
) -> None:
    """列出检测规则 / list the conformance rules."""
    chosen = load_profile(profile)
    listed = [rule_as_json(rule) for rule in chosen.rules.values()]
    if as_json:
        print_json({"profile": chosen.id, "scheme": chosen.scheme, "rules": listed})
        return
    table = Table()
    table.add_column(message("rules.column.id", language()), no_wrap=True)
    for column in ("title", "clause", "certainty", "limit", "verdict"):
        table.add_column(message(f"rules.column.{column}", language()))
    for row in listed:
        title = row["title_zh"] if language() == "zh_CN" else row["title"]
        limit = " ".join(str(part) for part in (row["limit"], row["unit"]) if part not in (None, ""))
        verdict = row["verdict"] if row["enabled"] else "off"
        word = message(f"certainty.{row['certainty']}", language())
        table.add_row(
            row["id"], title, row["clause"], f"{row['mark']} {word}", limit, message(f"verdict.{verdict}", language())
        )
    Console(highlight=False, markup=False, emoji=False).print(table)
