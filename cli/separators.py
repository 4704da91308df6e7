"""`juanzong separators`: sheets to lay between the dossiers or materials of a stack that is scanned in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from base.errors import InputError
from base.files import write_atomically
from base.messages import message
from cli.frame import AsJson, language, print_json, say
from ingest.delivery.stacks import PREFIX, Separator, parse
from printing.separator_sheet import SeparatorSheet, make_separator_sheets


def separators(
    sheets: Annotated[
        list[str],
        typer.Argument(help="档号、档号/类号-件号、或 /类号-件号 / dossier, dossier/class-number, or /class-number"),
    ],
    out: Annotated[Path, typer.Option("--out", help="PDF 文件 / PDF file")] = Path("separators.pdf"),
    as_json: AsJson = False,
) -> int:
    """打印分隔页,扫描时夹在各卷或各份材料之前 / sheets that split a stack of scans where they lie."""
    found = [_sheet(text) for text in sheets]
    try:
        write_atomically(out, make_separator_sheets([_printed(each) for each in found]))
    except OSError as error:
        raise InputError("export.unwritable", path=out, detail=error.strerror or str(error)) from error
    if as_json:
        print_json({"file": str(out), "sheets": [each.text for each in found]})
    else:
        say("separators.done", path=out, count=len(found))
    return 0


def _sheet(text: str) -> Separator:
    dossier, _, material = text.partition("/")
    found = parse(f"{PREFIX}/{dossier}/{material}")
    if found is None:
        raise InputError("separators.unknown", path=text)
    return found


def _printed(sheet: Separator) -> SeparatorSheet:
    lines = [message("separators.dossier", language(), dossier=sheet.dossier)] if sheet.dossier else []
    if sheet.material:
        lines.append(message("separators.material", language(), material=sheet.material))
    return SeparatorSheet(sheet.text, message("separators.title", language()), tuple(lines))
