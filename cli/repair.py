"""`juanzong repair PATH --out FOLDER`: the optimised set beside the originals, with no database and no server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language, print_json, say
from ingest.repair.folder import FolderRepaired, repair_folder
from standards.profiles import DEFAULT_PROFILE

Target = Annotated[Path, typer.Argument(metavar="PATH", help="文件夹或单个文件 / folder or file to repair")]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="优化图放在这里 / where the optimised set goes")]
ProfileName = Annotated[
    str, typer.Option("--profile", help="检测方案:自带名称或 TOML 文件 / built-in profile or TOML file")
]
_SAID = {"repaired": "repair.said-made", "unchanged": "repair.said-same", "failed": "repair.said-failed"}


def repair(
    path: Target,
    out: Out,
    profile: ProfileName = DEFAULT_PROFILE,
    as_json: AsJson = False,
    _data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """纠偏、裁边、转正、去黑边,另存优化图,原图不动 / level, crop, turn upright into an optimised set; originals stay."""
    with Bar() as bar:
        found = repair_folder(path, out, profile, bar)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
    return 1 if found.count("failed") else 0


def _print(found: FolderRepaired) -> None:
    """One line a page on stdout, the counts on stderr."""
    for page in found.pages:
        what = message(_SAID[page.state], language(), what=page.text(language()))
        sys.stdout.write(f"{page.file}#{page.page}  {what}\n")
    counts = found.summary()
    say(
        "repair.summary", pages=counts["pages"], made=counts["repaired"], same=counts["unchanged"],
        failed=counts["failed"], known=counts["known"],
    )  # fmt: skip
