"""`juanzong scanners` and `juanzong scan`: sheets from a scanner into a folder, which is then received as any other."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from base.errors import InputError, ScannerError
from cli.frame import AsJson, language, print_json, say
from ingest.scanner import scanimage
from ingest.scanner.scanimage import Device
from ingest.scanner.stack import Sheet, scan_stack
from ingest.scanner.wish import Format, Mode, Paper, Source, Wish

_SETTING = re.compile(r"([a-z][a-z0-9-]*)=(.+)", re.DOTALL)
# A scanner, and what it lets one choose, or why it does not answer.
_Looked = tuple[Device, dict[str, str] | ScannerError]
_DeviceName = Annotated[
    str | None,
    typer.Option("--device", help="扫描仪，或网络扫描仪的地址 http://…/eSCL / a scanner, or the address of one that speaks eSCL"),
]  # fmt: skip


def scanners(device: _DeviceName = None, as_json: AsJson = False) -> int:
    """列出扫描仪及其进纸方式、色彩、分辨率 / scanners that are there, and what they let one choose."""
    if device is not None:
        asked = _by_name(device)
        looked: list[_Looked] = [(asked, _choices(asked))]
    else:
        looked = [(each, _choices_or_error(each)) for each in scanimage.devices()]
    if as_json:
        print_json({"scanners": [_as_json(*each) for each in looked]})
        return 0
    if not looked:
        say("scanner.none")
    for each, choices in looked:
        say("scanner.found", name=each.name, vendor=each.vendor, model=each.model)
        if isinstance(choices, ScannerError):
            say(choices.code, **choices.params)
        else:
            for option, values in choices.items():
                say("scanner.option", option=option, values=values)
    return 0


def scan(
    folder: Annotated[Path, typer.Argument(help="页面放入的文件夹 / folder for the pages")],
    device: _DeviceName = None,
    resolution: Annotated[int, typer.Option("--resolution", min=50, max=2400, help="分辨率 dpi")] = 300,
    mode: Annotated[
        Mode, typer.Option("--mode", help="彩色、灰度、黑白二值 / colour, grey, black and white")
    ] = "color",
    source: Annotated[
        Source | None,
        typer.Option("--source", help="进纸器、双面进纸器、玻璃板 / where the sheets lie; feeder if there is one"),
    ] = None,
    paper: Annotated[Paper, typer.Option("--paper", help="纸张 / size of the sheets")] = "a4",
    form: Annotated[Format, typer.Option("--format", help="文件格式 / format of the files")] = "tiff",
    pages: Annotated[int | None, typer.Option("--pages", min=1, help="最多几页 / at most so many pages")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="扫描仪自己的设置，名=值 / the scanner's own setting, name=value")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """扫描一叠,页号接着文件夹里最后一页;卡纸后再运行一次即接着扫 / scan a stack; run again after a jam, it goes on."""
    wish = Wish(resolution, mode, source, paper, form, pages, tuple(map(_setting, settings or ())))
    sheets: list[Sheet] = []
    failed: ScannerError | None = None
    try:
        with closing(scan_stack(_by_name(device) if device else _the_only_one(), folder, wish)) as stack:
            for sheet in stack:
                sheets.append(sheet)
                say("scan.sheet", path=sheet.path.name, width=sheet.width, height=sheet.height, dpi=sheet.dpi)
    except ScannerError as error:
        if not sheets:
            raise
        failed = error
    _tell(folder, sheets, failed, as_json)
    return 1 if failed else 0


def _tell(folder: Path, sheets: list[Sheet], failed: ScannerError | None, as_json: bool) -> None:
    if as_json:
        files = [
            {"file": each.path.name, "width": each.width, "height": each.height, "dpi": each.dpi} for each in sheets
        ]
        print_json({"folder": str(folder), "pages": files, **(failed.as_json() if failed else {})})
    elif failed is not None:
        say("scan.broke-off", reason=failed.text(language()), path=sheets[-1].path.name, count=len(sheets))
    else:
        say("scan.done", count=len(sheets), path=folder)


def _choices(device: Device) -> dict[str, str]:
    options = scanimage.options(device.name)
    return {flag: option.told for flag, option in options.items() if option.told and option.active}


def _choices_or_error(device: Device) -> dict[str, str] | ScannerError:
    """One that is in use or switched off does not hide the others."""
    try:
        return _choices(device)
    except ScannerError as error:
        return error


def _as_json(device: Device, choices: dict[str, str] | ScannerError) -> dict[str, Any]:
    told = choices.as_json() if isinstance(choices, ScannerError) else {"options": choices}
    return {"name": device.name, "vendor": device.vendor, "model": device.model, **told}


def _by_name(name: str) -> Device:
    """Whether it is there shows when it is asked; one that is listed says who made it."""
    name = scanimage.named(name)
    known = [] if name.startswith("airscan:escl:") else scanimage.devices()
    return next((each for each in known if each.name == name), Device(name, "", ""))


def _the_only_one() -> Device:
    found = scanimage.devices()
    if not found:
        raise ScannerError("scanner.none")
    if len(found) > 1:
        raise InputError("scanner.several", path="; ".join(each.name for each in found))
    return found[0]


def _setting(text: str) -> tuple[str, str]:
    match = _SETTING.fullmatch(text)
    if match is None:
        raise InputError("scanner.setting", path=text)
    return match[1], match[2]
