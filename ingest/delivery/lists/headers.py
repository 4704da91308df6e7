"""Which of the two sheets it is and which column is which, told by the header row wherever it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.delivery.lists.cells import text
from ingest.delivery.lists.sheets import Cell, Sheet

ListKind = Literal["people", "materials"]

# Titles, notes and the person's own lines stand above the header.
_SEARCHED_ROWS = 30
_PERSON_KEYS = {
    "name": "姓名 人员姓名 职工姓名 退休人员姓名 档案人姓名",
    "id": "身份证号码 身份证号 身份证 身份证件号码 公民身份号码 公民身份证号码 居民身份证号码 居民身份证号 证件号码 证件号",
    "archive_no": "档案局档号 档号 案卷号 案卷档号 档案号 档案编号 卷号",
    "worker_no": "工号 职工编号 职工号 人员编号 员工编号 员工号",
}
_PEOPLE = {
    **_PERSON_KEYS,
    "number": "序号 编号 顺序号 No No.",
    "sex": "性别",
    "birth": "出生日期 出生年月日 出生年月 出生时间",
    "retired": "退休手续办理时间 退休时间 退休日期 退休年月 办理退休时间 退休手续办理日期",
    "living": "生存状态 健在状态 是否健在 生存情况",
    "died": "死亡日期 死亡时间 去世日期 去世时间",
    "organisation": "所属单位 所在单位 单位 单位名称 原单位 原工作单位 工作单位 所属企业",
    "household": "户籍所在地 户籍地 户口所在地 户籍地址 户籍",
    "pages": "页数 总页数 案卷页数 档案页数",
    "retention": "保管期限",
    "remark": "备注 说明",
}
_MATERIALS = {
    **_PERSON_KEYS,
    "worker_no": _PERSON_KEYS["worker_no"] + " 编号",
    "class": "类号 分类号 类别号 类别 材料类别 材料类号 类号/序号 分类",
    "number": "序号 材料序号 顺序号 件号 材料号 份号 类内序号",
    "title": "材料名称 材料题名 材料标题 题名 文件题名 材料名",
    "date": "材料形成时间 材料制成时间 形成时间 制成时间 形成日期 材料形成日期 材料制成日期 制成日期 日期 时间 材料时间",
    "year": "年 年份",
    "month": "月 月份",
    "day": "日",
    "copies": "份数",
    "pages": "页数 总页数 材料页数",
    "remark": "备注 说明",
}


def _by_label(aliases: Mapping[str, str]) -> dict[str, str]:
    return {label: name for name, labels in aliases.items() for label in labels.split()}


_LABELS: dict[ListKind, dict[str, str]] = {"materials": _by_label(_MATERIALS), "people": _by_label(_PEOPLE)}


@dataclass(frozen=True, slots=True)
class Header:
    """`columns` by field name; data begin at `first_row` (index in the sheet); `above` is the text over the header.

    `labels` are the heads of all columns as written, of the first row where there are two.
    """

    kind: ListKind
    first_row: int
    columns: dict[str, int]
    above: str
    labels: tuple[str, ...] = ()

    def cell(self, row: tuple[Cell, ...], name: str) -> Cell:
        """The cell of a field, None where the sheet has no such column or the row ends before it."""
        index = self.columns.get(name)
        return row[index] if index is not None and index < len(row) else None


def find_header(sheet: Sheet) -> Header | None:
    """The header of a 卷内目录 (it names the title and a number, date or page column) or of a 移交案卷目录 (it names the

    person and two more columns), None where the sheet has neither.
    """
    for index, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        for kind in ("materials", "people"):
            columns = _columns(row, _LABELS[kind])
            if _is_header(kind, columns):
                below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else ()
                second = _second_row(kind, below)
                return Header(
                    kind, index + (2 if second else 1), columns | second, _above(sheet, index), tuple(map(text, row))
                )
    return None


def label(value: Cell) -> str:
    """A header as compared: NFKC, without blanks, line breaks, marks and what stands in brackets."""
    plain = "".join(unicodedata.normalize("NFKC", text(value)).split())
    return re.sub(r"\(.*?\)|[*:#★]", "", plain)


def _columns(row: tuple[Cell, ...], labels: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, value in enumerate(row):
        name = labels.get(label(value)) if isinstance(value, str) else None
        if name is not None:
            found.setdefault(name, index)
    return found


def _is_header(kind: ListKind, columns: dict[str, int]) -> bool:
    if kind == "materials":
        return "title" in columns and bool(columns.keys() & {"class", "number", "pages", "date", "year"})
    return len(columns) >= 3 and ("name" in columns or "id" in columns) and "title" not in columns


def _second_row(kind: ListKind, row: tuple[Cell, ...]) -> dict[str, int]:
    """The columns 年 月 日 (and others) of a second header row under a merged 形成时间."""
    if kind != "materials":
        return {}
    columns = _columns(row, _LABELS[kind])
    return columns if {"year", "month"} <= columns.keys() else {}


def _above(sheet: Sheet, index: int) -> str:
    return " ".join(text(cell) for row in sheet.rows[:index] for cell in row if text(cell))
