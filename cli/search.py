"""`juanzong search`: what the desks find, from the command line."""

from __future__ import annotations

import getpass
from typing import Annotated, cast

import typer

from archive.access import machine_viewer
from archive.office import open_office
from base.errors import InputError
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say
from ingest.find import FindAnswer, find
from ingest.indexer import open_index
from search.index import KINDS, Kind


def search_command(
    query: Annotated[str, typer.Argument(help="姓名、证号、档号或任意两个字以上的内容 / name, ID number or any text")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20,
    kind: Annotated[str, typer.Option("--kind", help="page,material,person")] = ",".join(KINDS),
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """检索 / search pages, materials and people."""
    kinds = [each.strip() for each in kind.split(",") if each.strip()]
    unknown = [each for each in kinds if each not in KINDS]
    if unknown or not kinds:
        raise InputError("search.kind-unknown", kind=", ".join(unknown), known=", ".join(KINDS))
    office = open_office(load_settings(data_dir))
    index = open_index(office)
    viewer = machine_viewer(getpass.getuser())
    answer = find(office, index, viewer, query, kinds=cast("list[Kind]", kinds), limit=limit)
    index.close()
    office.close()
    if as_json:
        print_json(answer.as_json())
    else:
        _tell(answer)
    return 0


def _tell(answer: FindAnswer) -> None:
    for hit in answer.hits:
        where = " · ".join(str(part) for part in (hit.dossier, hit.material, hit.file) if part)
        typer.echo(f"[{hit.kind}] {hit.title or '—'}  {hit.person or ''}  {where}\n    {hit.snippet}")
    if answer.hits:
        say("find.total", total=answer.total, took_ms=round(answer.took_ms, 1))
    else:
        say("find.none")
