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
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """一卷的可检索 PDF(按目录顺序,带书签)/ one dossier as a searchable PDF with bookmarks."""
    office = open_office(load_settings(data_dir))
    answer = export_dossier(office, machine_viewer(getpass.getuser()), dossier, out)
    office.close()
    if as_json:
        print_json(answer)
    else:
        say("export.done", path=out, pages=answer["pages"])
    return 0
