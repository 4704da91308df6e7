"""Rows of the 卷内目录: class and number in each way they are written, dates in parts, whose dossier it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from base.text import dates
from base.text.dates import PartialDate
from ingest.delivery import naming
from ingest.delivery.lists.cells import count, is_blank, text
from ingest.delivery.lists.headers import Header, label
from ingest.delivery.lists.people import id_of_cell
from ingest.delivery.lists.sheets import Cell, Sheet
from ingest.delivery.model import MaterialRow
from ingest.delivery.naming import Who

_CLASS_NAME = re.compile(
    r"[类、.一二三四五六七八九十第\d-]*(?:履历|自传|思想|鉴定|考核|考察|学历|学位|职称|专业技术|学术|科研|培训|教育|政审|政历|审计|审核|党|团|表彰|奖励|"
    r"违规|违纪|违法|处分|处理|工资|待遇|任免|录用|招工|招用|出国|会议代表|其他|其它|可供|组织|参考|[、,和及与的()处分情况]|材料|类)+"
)
_TITLE = "材料名称"
_SUMS = ("合计", "总计", "共计", "小计")
_ABOVE = {
    "name": re.compile(r"姓\s*名\s*:?\s*(\S+)"),
    "id": re.compile(r"身份证(?:件)?号码?\s*:?\s*(\S+)"),
    "archive_no": re.compile(r"(?:档案编号|档案号|档号)\s*:?\s*([A-Za-z0-9][A-Za-z0-9·.-]*)"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with whose dossier it belongs to, as the row, the sheet's head or its name says; None where none does."""

    row: MaterialRow
    who: Who | None


@dataclass(slots=True)
class _Reading:
    """What the rows above say of those below: whose they are, the class of the last heading, the last number of a class."""

    who: Who | None = None
    class_code: str = ""
    heading: str = ""
    last: dict[tuple[Who | None, str], int] = field(default_factory=dict)

    def of(self, who: Who | None) -> None:
        """Goes on to another dossier in the same sheet: no class reaches over."""
        if who != self.who:
            self.who, self.class_code, self.heading = who, "", ""


def read_materials(path: str, sheet: Sheet, header: Header) -> list[Entry]:
    """An Entry for each row that is a material; class headings, spare lines and sums are none."""
    sheet_who = _who_above(header.above) or naming.who_of(sheet.name) or _named(sheet.name)
    by_row = bool(header.columns.keys() & {"id", "archive_no", "worker_no", "name"})
    reading = _Reading()
    entries: list[Entry] = []
    for number, row in enumerate(sheet.rows[header.first_row :], start=header.first_row + 1):
        if _is_furniture(row, header):
            continue
        # The dossier's cell may be merged over its rows.
        who = _who(row, header) or (reading.who if by_row else None) or sheet_who
        reading.of(who)
        if heading := _heading(row, header):
            reading.heading = reading.class_code = heading
            continue
        entries.append(Entry(_material(path, number, row, header, reading, who), who))
    return entries


def _named(sheet_name: str) -> Who | None:
    name = naming.bare_name(sheet_name)
    return Who(name=name) if name else None


def _who_above(above: str) -> Who | None:
    plain = naming.fold(above)
    found = {name: match[1] for name, pattern in _ABOVE.items() if (match := pattern.search(plain))}
    return _made_who(
        found.get("id", ""), found.get("archive_no", ""), "", naming.bare_name(found.get("name", "")) or ""
    )


def _who(row: tuple[Cell, ...], header: Header) -> Who | None:
    # A number that a spreadsheet cut is no key.
    id_cell = header.cell(row, "id")
    id_text = text(id_cell) if isinstance(id_cell, str) else id_of_cell(id_cell).normalised or ""
    archive_no, worker_no, name = (text(header.cell(row, key)) for key in ("archive_no", "worker_no", "name"))
    return _made_who(id_text, archive_no, worker_no, name)


@lru_cache(maxsize=4096)
def _made_who(id_text: str, archive_no: str, worker_no: str, name: str) -> Who | None:
    number = id_of_cell(id_text).normalised
    of_item = naming.who_of(archive_no) if archive_no else None
    archive = (of_item.archive_no if of_item else None) or naming.fold(archive_no).upper() or None
    who = Who(number, archive, worker_no or None, naming.fold(name) or None)
    return who if who != Who() else None


def _is_furniture(row: tuple[Cell, ...], header: Header) -> bool:
    """Blank and spare lines, sums, signatures, and the header printed again."""
    if is_blank(row):
        return True
    title = text(header.cell(row, "title"))
    if title:
        return label(title) in (*_SUMS, _TITLE)
    if _says_count_or_date(row, header):
        first = next(text(cell) for cell in row if text(cell))
        return first.startswith(_SUMS) or not _mark(row, header)
    return not _label_in_mark(row, header)


def _label_in_mark(row: tuple[Cell, ...], header: Header) -> bool:
    """A heading such as `一、履历材料`, merged over the whole line, stands in the first columns."""
    mark = text(header.cell(row, "class")) or text(header.cell(row, "number"))
    return naming.class_folder(mark) is not None and not mark.isdigit()


def _says_count_or_date(row: tuple[Cell, ...], header: Header) -> bool:
    return any(text(header.cell(row, name)) for name in ("pages", "copies", "date", "year", "month", "day"))


def _heading(row: tuple[Cell, ...], header: Header) -> str | None:
    """The class code where the row is a class heading: `四` + `学历学位类`, or `四、学历学位类` in one cell."""
    if _says_count_or_date(row, header):
        return None
    title, mark = text(header.cell(row, "title")), _mark(row, header)
    if not title:
        return naming.class_folder(mark)
    if not _CLASS_NAME.fullmatch(naming.fold(title)):
        return None
    if mark:
        return naming.class_folder(mark)
    return naming.class_folder(title) if not title[0].isascii() else None


def _mark(row: tuple[Cell, ...], header: Header) -> str:
    """The one mark of the row: its class column, or its number column where there is no other."""
    return _written(header.cell(row, "class")) or _written(header.cell(row, "number"))


def _written(value: Cell) -> str:
    """A mark as it was typed: `9-1-2` and `1-2` come back from the dates that Excel makes of them."""
    if isinstance(value, date):
        first = f"{value.year % 100}-" if value.year in (2004, 2009) else ""
        return f"{first}{value.month}-{value.day}"
    plain = unicodedata.normalize("NFKC", text(value))
    if match := re.fullmatch(r"([0-9]{1,2})月([0-9]{1,2})日", plain):
        return f"{int(match[1])}-{int(match[2])}"
    return re.sub(r"[._/·—–\s]+", "-", plain).strip("-")


def _material(
    path: str, number: int, row: tuple[Cell, ...], header: Header, reading: _Reading, who: Who | None
) -> MaterialRow:
    class_code, item = _class_and_number(row, header, reading, who)
    when = _when(row, header)
    return MaterialRow(
        list_path=path,
        row=number,
        dossier="",
        class_code=class_code,
        number=item,
        title=text(header.cell(row, "title")),
        year=when.year if when else None,
        month=when.month if when else None,
        day=when.day if when else None,
        copies=count(header.cell(row, "copies")),
        pages=count(header.cell(row, "pages")),
        remark=text(header.cell(row, "remark")),
        date_raw=_date_text(row, header),
    )


def _class_and_number(row: tuple[Cell, ...], header: Header, reading: _Reading, who: Who | None) -> tuple[str, str]:
    class_text, number_text = _written(header.cell(row, "class")), _written(header.cell(row, "number"))
    both = "class" in header.columns and "number" in header.columns
    marked = _marked(class_text if class_text or both else number_text, reading.heading, alone=not both)
    if marked:
        reading.class_code = marked[0]
        return marked
    if both or number_text:
        if class_text:
            reading.class_code = naming.class_folder(class_text) or class_text
        return reading.class_code, number_text or _next(reading, who)
    if class_text and not reading.heading:
        reading.class_code = naming.class_folder(class_text) or class_text
        return reading.class_code, _next(reading, who)
    # Under a heading the one column counts the items of the class.
    return reading.class_code, class_text or _next(reading, who)


def _marked(mark: str, heading: str, *, alone: bool) -> tuple[str, str] | None:
    """`9-1-2` → (9-1, 2), `1-2` → (1, 2); None where the mark is no more than a class or a number.

    Beside a number column `4-1` and `9-1` are classes; alone they are the first item of 4 and 9, unless a heading says
    more.
    """
    parts = [part for part in mark.split("-") if part]
    if len(parts) == 3 and (class_code := naming.class_folder("-".join(parts[:2]))):
        return class_code, parts[2]
    class_code = None
    if len(parts) == 2 and parts[1].isdigit():
        class_code = naming.class_folder(parts[0]) or naming.data_code(parts[0])
    if class_code and (alone or class_code not in ("4", "9")):
        return (heading if alone and heading.startswith(f"{class_code}-") else class_code), parts[1]
    return None


def _next(reading: _Reading, who: Who | None) -> str:
    """The number of an item whose class counts by lines."""
    key = (who, reading.class_code)
    reading.last[key] = reading.last.get(key, 0) + 1
    return str(reading.last[key])


def _when(row: tuple[Cell, ...], header: Header) -> PartialDate | None:
    year = header.cell(row, "year")
    if "year" not in header.columns:
        return dates.of_cell(header.cell(row, "date"))
    parts = [_integer(header.cell(row, name)) for name in ("year", "month", "day")]
    if parts[0] is not None and parts[0] > 9999:
        return dates.of_cell(year)
    return dates.of_parts(*parts) or dates.of_cell(year)


def _integer(value: Cell) -> int | None:
    """The number in a cell of 年, 月 or 日, which may repeat its unit."""
    plain = unicodedata.normalize("NFKC", text(value)).strip().rstrip("年月日")
    return int(plain) if plain.isascii() and plain.isdigit() else None


def _date_text(row: tuple[Cell, ...], header: Header) -> str:
    names = ("year", "month", "day") if "year" in header.columns else ("date",)
    return "-".join(written for name in names if (written := text(header.cell(row, name))))
