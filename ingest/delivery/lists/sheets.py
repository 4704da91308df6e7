"""Cells of a spreadsheet or text table as they were stored: numbers stay numbers, so that lost digits can be told.

What a file is, its first bytes say: XLSX (openpyxl), XLS (xlrd), otherwise text with separators. Formula cells give the
value that the spreadsheet last computed.
"""

from __future__ import annotations

import csv
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from base.errors import InputError
from base.images import read_file
from ingest.delivery.model import DeliveredFile
from ingest.delivery.walk import starts_with

Cell = str | int | float | bool | datetime | date | time | None

MAX_BYTES = 64 << 20
# What a small file may unpack to; a list of 100,000 rows has 60 MB.
_MAX_UNPACKED = 1 << 30
_MAX_ROWS = 300_000
_MAX_COLUMNS = 64
# What the libraries raise for a workbook whose parts are not what they should be.
_ODD = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, ArithmeticError, RuntimeError, AssertionError, SyntaxError,
    zlib.error, struct.error,
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0"
# Beginning-of-file records of the older formats that come without an OLE envelope (BIFF 2 to 4).
_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (empty for a text table) and its rows, blank ones included so that numbers count as shown."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_sheets(file: DeliveredFile) -> list[Sheet]:
    """All sheets of a list file.

    InputError `list.too-large`, `list.too-long`, `list.locked`, `list.damaged`, `list.encoding`, `path.unreadable` under its path.
    """
    if file.size > MAX_BYTES:
        raise InputError("list.too-large", path=file.path, megabytes=file.size >> 20, limit=MAX_BYTES >> 20)
    data = read_file(file.source, file.path)
    if data.startswith(b"PK"):
        return _xlsx(data, file.path)
    if data.startswith((_OLE, *_BIFF)):
        return _xls(data, file.path)
    return [Sheet("", tuple(_text_rows(_decoded(data, file.path), file.path)))]


def is_misnamed(file: DeliveredFile) -> bool:
    """Named as a workbook, and by its first bytes none."""
    named = file.path.casefold().endswith((".xlsx", ".xlsm", ".xls"))
    return named and not starts_with(file.source, 4).startswith((b"PK", _OLE, *_BIFF))


def _xlsx(data: bytes, name: str) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
        if unpacked > _MAX_UNPACKED:
            raise InputError("list.too-large", path=name, megabytes=unpacked >> 20, limit=_MAX_UNPACKED >> 20)
        with warnings.catch_warnings():
            # Styles and validations that openpyxl does not know do not matter for the values.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                return [Sheet(sheet.title, _bounded(_xlsx_rows(sheet), name)) for sheet in book.worksheets]
            finally:
                book.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, OSError, EOFError) as error:
        raise InputError("list.damaged", path=name, detail=_plain(error)) from error
    except (*_ODD, NotImplementedError) as error:
        raise InputError("list.damaged", path=name, detail=_plain(error)) from error


def _xlsx_rows(sheet: Any) -> Iterator[tuple[Cell, ...]]:
    # The size that some programs write into the file is wrong; count the rows instead.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True):
        yield row[:_MAX_COLUMNS]


def _xls(data: bytes, name: str) -> list[Sheet]:
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        return [Sheet(sheet.name, _bounded(_xls_rows(book, sheet), name)) for sheet in book.sheets()]
    except xlrd.XLRDError as error:
        # An XLSX with a password is an OLE envelope without a workbook in it.
        locked = any(word in str(error).lower() for word in ("encrypted", "can't find workbook"))
        code = "list.locked" if locked else "list.damaged"
        raise InputError(code, path=name, detail=_plain(error)) from error
    except (xlrd.compdoc.CompDocError, struct.error, AssertionError) as error:
        raise InputError("list.damaged", path=name, detail=_plain(error)) from error
    except _ODD as error:
        raise InputError("list.damaged", path=name, detail=_plain(error)) from error


def _xls_rows(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet) -> Iterator[tuple[Cell, ...]]:
    for row in range(sheet.nrows):
        yield tuple(_xls_cell(book, cell) for cell in sheet.row(row)[:_MAX_COLUMNS])


def _xls_cell(book: xlrd.book.Book, cell: xlrd.sheet.Cell) -> Cell:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)  # type: ignore[no-any-return]
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return float(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return float(cell.value) if cell.ctype == xlrd.XL_CELL_NUMBER else str(cell.value)


def _decoded(data: bytes, name: str) -> str:
    """UTF-8 (with or without BOM), UTF-16 with BOM, otherwise GB18030 where the bytes allow it.

    Strict decoding tells these apart, so nothing is guessed from frequencies.
    """
    encodings = ("utf_16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf_8_sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError("list.encoding", path=name)


def _text_rows(text: str, name: str) -> Iterator[tuple[Cell, ...]]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=False)
        yield from _bounded((tuple(row[:_MAX_COLUMNS]) for row in reader), name)
    except csv.Error as error:
        raise InputError("list.damaged", path=name, detail=_plain(error)) from error


def _separator(text: str) -> str:
    head = "\n".join(text.splitlines()[:20])
    return max(",\t;", key=head.count)


def _bounded(rows: Iterable[tuple[Cell, ...]], name: str) -> tuple[tuple[Cell, ...], ...]:
    kept: list[tuple[Cell, ...]] = []
    for row in rows:
        if len(kept) >= _MAX_ROWS:
            raise InputError("list.too-long", path=name, limit=_MAX_ROWS)
        kept.append(tuple(row))
    return tuple(kept)


def _plain(error: Exception) -> str:
    return str(error).split("<_io")[0].strip() or type(error).__name__
