"""`juanzong reread`: the pages of a batch or a dossier read again by another engine, beside what is there."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from archive.access import machine_viewer
from archive.office import open_office
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, print_json, say
from ingest.reread import reread


def reread_command(
    name: Annotated[
        str,
        typer.Argument(
            help="批次名称，或档号、身份证号、交来时的文件夹名 / batch, or a dossier by number, ID or folder"
        ),
    ],
    engine: Annotated[str, typer.Option("--engine", help="识别引擎 / engine that reads")],
    use: Annotated[
        bool, typer.Option("--use", help="改用这次的结果（不加则只留存备比较） / let these readings count")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="读完再返回 / return when all is read")] = True,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """用另一种引擎重新识别,原有结果保留 / read pages again with another engine; what is there stays."""
    office = open_office(load_settings(data_dir))
    with Bar() as bar:
        done = reread(office, machine_viewer(getpass.getuser()), name, engine, bar, use=use, wait=wait)
    office.close()
    if as_json:
        print_json(done.as_json())
    else:
        code = "reread.done" if wait else "reread.queued"
        say(
            code, name=name, engine=engine, pages=done.pages, read=done.read, failed=done.failed, counting=done.counting
        )
    return 1 if done.failed else 0
