"""The report file: its form by its name's ending, written beside its place and put there whole."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from base.errors import InputError, StorageError
from ingest.check import CheckReport
from ingest.reports.build import build_report
from ingest.reports.sights import PICTURE_SIDE
from printing.check_report import html, pdf, sheets
from printing.check_report.model import Report

FORMS = (".html", ".htm", ".pdf", ".xlsx", ".json")


def require_form(file: Path) -> None:
    """InputError `report.unknown-form` / `report.no-folder` before any work is done for a report that cannot be written."""
    if file.suffix.casefold() not in FORMS:
        raise InputError("report.unknown-form", path=file)
    if file.is_dir():
        raise StorageError("check.no-report", path=file, detail=os.strerror(errno.EISDIR))
    if not file.absolute().parent.is_dir():
        raise InputError("report.no-folder", path=file)


def write_report(found: CheckReport, file: Path, operator: str) -> None:
    """Writes `found` to `file`; StorageError `check.no-report` where the disk refuses, and then the old file stays."""
    form = file.suffix.casefold()
    if form == ".json":
        _put(file, lambda part: part.write_text(_as_json(found), "utf-8"))
        return
    write_built(build_report(found, operator, pictures(form)), file)


def pictures(form: str) -> int:
    """How many pages a report of this form shows."""
    return {".pdf": pdf.MOST_SIGHTS, ".html": html.MOST_SIGHTS, ".htm": html.MOST_SIGHTS}.get(form, 0)


def write_built(report: Report, file: Path) -> None:
    """A finished report in the form that the name of `file` asks for."""
    form = file.suffix.casefold()
    if form == ".pdf":
        _put(file, lambda part: pdf.write_pdf(report, part, PICTURE_SIDE))
    elif form == ".xlsx":
        _put(file, lambda part: sheets.write_xlsx(report, part))
    else:
        _put(file, lambda part: _write_html(report, part))


def _write_html(report: Report, part: Path) -> None:
    with part.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
        stream.writelines(html.html_report(report, PICTURE_SIDE))


def _as_json(found: CheckReport) -> str:
    return json.dumps(found.as_json(), ensure_ascii=False, indent=2, allow_nan=False)


def _put(file: Path, write: Callable[[Path], object]) -> None:
    """Written in a folder of its own beside the place, so that a report is whole or not there."""
    try:
        with tempfile.TemporaryDirectory(prefix=".juanzong-", dir=file.absolute().parent) as folder:
            part = Path(folder) / f"report{file.suffix}"
            write(part)
            part.replace(file)
    except OSError as error:
        raise StorageError("check.no-report", path=file, detail=error.strerror or str(error)) from error
