"""`juanzong export pdf`: the searchable PDFs of a dossier's materials, as one file a material or all in one."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from archive.access import machine_viewer
from archive.office import open_office
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say
from ingest.export import export_dossier

export = typer.Typer(help="导出 / export", no_args_is_help=True)


@export.command("pdf")
def pdf(
    dossier: Annotated[
        str, typer.Argument(help="档号、身份证号或交来时的文件夹名 / archive number, ID number or folder")
    ],
    out: Annotated[Path, typer.Option("--out", help="输出文件 / file to write")],
    material: Annotated[
        str | None, typer.Option("--material", help="只导出一份材料,如 4-1 / one paper alone, as 4-1")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """一卷的可检索 PDF(按目录顺序,带书签)/ one dossier as a searchable PDF with bookmarks."""
    office = open_office(load_settings(data_dir))
    try:
        answer = export_dossier(office, machine_viewer(getpass.getuser()), dossier, out, material)
    finally:
        office.close()
    if as_json:
        print_json(answer)
    else:
        say("export.done", path=out, pages=answer["pages"])
        for kind in ("unread", "left_out"):
            for each in answer[kind]:
                say(
                    f"export.{kind.replace('_', '-')}",
                    material=each["material"],
                    title=each["title"],
                    pages=each["pages"],
                )
    return 1 if answer["unread"] or answer["left_out"] else 0
