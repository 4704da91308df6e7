"""Lists as enterprises send them: XLSX, the oldest XLS, CSV."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

PEOPLE_HEADER = [
    "序号",
    "姓名",
    "身份证号码",
    "性别",
    "出生日期",
    "退休手续办理时间",
    "生存状态",
    "死亡日期",
    "所属单位",
    "户籍所在地",
    "页数",
    "档案局档号",
    "保管期限",
    "备注",
]
MATERIAL_HEADER = ["类号", "材料名称", "年", "月", "日", "份数", "页数", "备注"]

Rows = Sequence[Sequence[object]]


def xlsx(path: Path, rows: Rows, title: str | None = None, **more: Rows) -> Path:
    """One sheet with `rows`, further ones by name."""
    book = Workbook()
    first = book.active
    assert first is not None
    if title:
        first.title = title
    for row in rows:
        first.append(list(row))
    for name, others in more.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def csv_text(rows: Rows, separator: str = ",") -> str:
    return "\r\n".join(separator.join("" if cell is None else str(cell) for cell in row) for row in rows) + "\r\n"


def csv(path: Path, rows: Rows, encoding: str = "utf-8-sig", separator: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_text(rows, separator).encode(encoding))
    return path


def xls(path: Path, rows: Rows) -> Path:
    """A BIFF 2 workbook, the simplest there is: one sheet, text in the code page of Chinese Windows, numbers."""
    records = [_record(0x0009, struct.pack("<HH", 2, 0x10)), _record(0x0042, struct.pack("<H", 936))]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            place = struct.pack("<HH3x", y, x)
            if isinstance(cell, int | float):
                records.append(_record(0x0003, place + struct.pack("<d", cell)))
            elif cell:
                encoded = str(cell).encode("gbk")
                records.append(_record(0x0004, place + bytes([len(encoded)]) + encoded))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(records) + _record(0x000A, b""))
    return path


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
