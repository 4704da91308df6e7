"""The two lists beside a delivery, with bytes that depend on their content alone."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingest.samples.plan import Dossier

PERSON_TITLE = "国有企业退休人员人事档案移交案卷目录"
PERSON_HEAD = (
    "序号", "姓名", "身份证号码", "性别", "出生日期", "退休手续办理时间", "生存状态", "死亡日期", "所属单位", "户籍所在地", "页数",
    "档案局档号", "保管期限", "备注",
)  # fmt: skip
MATERIAL_HEAD = ("档号", "类号", "材料名称", "年", "月", "日", "份数", "页数", "备注")
Cell = str | int | None
_STAMP = (2020, 1, 1, 0, 0, 0)


def person_row(serial: int, dossier: Dossier, pages: int) -> list[Cell]:
    """The dossier's row of the 移交案卷目录, 14 columns."""
    p = dossier.person
    return [
        serial, p.name, dossier.list_id, p.sex, f"{p.birth:%Y%m%d}", f"{p.retired:%Y%m%d}", "健在", None, p.enterprise_new, p.native,
        pages, dossier.archive_no, "永久", f"工号{p.worker_number}" if dossier.key.startswith(p.worker_number) else None,
    ]  # fmt: skip


def material_rows(dossier: Dossier, promised: Sequence[int]) -> list[list[Cell]]:
    """The dossier's rows of the 卷内目录; `promised` pages a material in order."""
    return [
        [dossier.key, m.mark, m.title, m.day.year, m.day.month, m.day.day, 1, count, None]
        for m, count in zip(dossier.materials, promised, strict=True)
    ]


def person_list(rows: Sequence[Sequence[Cell]]) -> bytes:
    """XLSX with the title in the first line and the heads in the second."""
    book, sheet = _book("案卷目录")
    sheet.append([PERSON_TITLE])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(PERSON_HEAD))
    sheet.append(list(PERSON_HEAD))
    _fill(sheet, rows)
    return _frozen(book)


def material_list(rows: Sequence[Sequence[Cell]]) -> bytes:
    book, sheet = _book("卷内目录")
    sheet.append(list(MATERIAL_HEAD))
    _fill(sheet, rows)
    return _frozen(book)


def material_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The same as CSV in GB18030, as an older program exports it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(MATERIAL_HEAD)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return out.getvalue().encode("gb18030")


def _book(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.create_sheet(title, 0)
    del book["Sheet"]
    return book, sheet


def _fill(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    for row in rows:
        sheet.append(list(row))
    for column in sheet.iter_cols(min_row=3):
        for cell in column:
            if isinstance(cell.value, str):
                cell.number_format = "@"


def _frozen(book: Workbook) -> bytes:
    """The workbook without the moment of its making, which openpyxl writes into it."""
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            data = made.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*(</dcterms)", rb"\g<1>2020-01-01T00:00:00Z\g<2>", data)
            kept.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
