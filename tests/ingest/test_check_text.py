"""`check --read`: the rules on text with no database, and readings that are kept."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import openpyxl
import pytest
from PIL import Image

from ingest.check import CheckReport, check_path
from ingest.check_text import without_cleared
from ingest.journal import Journal
from standards.rules.reading import PageReading, ReadLine
from standards.values import Finding
from tests.ingest.saying import BROKEN, OTHER, OWN, open_saying

NUMBER = "110101195001010015"


def page(tone: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), (tone, tone, tone)).save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    root = tmp_path / "B01"
    folder = root / "LT-1" / "1" / "1"
    folder.mkdir(parents=True)
    for number, tone in enumerate((OWN, OTHER, BROKEN), start=1):
        (folder / f"00{number}.png").write_bytes(page(tone))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["序号", "档号", "姓名", "身份证号", "页数"])
    sheet.append([1, "LT-1", "张三", NUMBER, 3])
    book.save(root / "移交案卷目录.xlsx")
    return root


def strangers(found: CheckReport) -> set[str | None]:
    return {finding.file for finding in found.findings if finding.rule.startswith("person.other")}


def no_engine() -> NoReturn:
    raise AssertionError("nothing was to be read")


def test_another_persons_paper_is_found_and_what_was_read_is_kept(delivery: Path, tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "r.journal", delivery)) as journal:
        found = check_path(delivery, kept=journal, reader=open_saying, workers=1)
    assert strangers(found) == {"LT-1/1/1/002.png"}
    assert [note.path for note in found.notes if note.code.startswith("ocr.")] == ["LT-1/1/1/003.png"]
    # The page that could not be read is tried again, and no other.
    (delivery / "LT-1" / "1" / "1" / "003.png").unlink()
    with closing(Journal(tmp_path / "r.journal", delivery)) as journal:
        again = check_path(delivery, kept=journal, reader=no_engine, workers=1)
    assert strangers(again) == {"LT-1/1/1/002.png"}


def test_without_reading_nobody_is_judged_by_text(delivery: Path) -> None:
    assert strangers(check_path(delivery, workers=1)) == set()


def test_forms_of_one_layout_with_other_dates_are_no_doubles() -> None:
    def read(file: str, date: str) -> PageReading:
        return PageReading(
            file=file, page=1, lines=(ReadLine(date, (10, 10, 300, 40), 0.999),), width=600, height=800, rotation=0
        )

    def near(certain: float) -> Finding:
        return Finding("page.duplicate", "review", "major", "b.jpg", 1, None, "a.jpg", params={"certain": certain})

    other = {("a.jpg", 1): read("a.jpg", "1985年6月1日"), ("b.jpg", 1): read("b.jpg", "1988年6月1日")}
    same = {("a.jpg", 1): read("a.jpg", "1985年6月1日"), ("b.jpg", 1): read("b.jpg", "1985年6月1日")}
    assert without_cleared([near(0.9)], other) == []
    assert without_cleared([near(0.9)], same) == [near(0.9)]
    # The same bytes are the same page, whatever was read.
    assert without_cleared([near(1.0)], other) == [near(1.0)]
