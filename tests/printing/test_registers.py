"""Sheets that leave: nothing typed at a desk becomes a formula, nothing is lost."""

from __future__ import annotations

import csv
import io

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from printing.registers import to_csv, to_xlsx

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
attacks = st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "\r=1", "=cmd|' /C calc'!A0"])


def _csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@given(st.lists(st.tuples(texts, st.integers(-9, 9)), max_size=4))
def test_csv_reads_back_what_went_in(rows: list[tuple[str, int]]) -> None:
    read = _csv(to_csv(["甲", "乙"], rows))
    assert read[0] == ["甲", "乙"]
    for (text, number), line in zip(rows, read[1:], strict=True):
        assert line[0].removeprefix("'") == text.removeprefix("'")
        assert line[1] == str(number)


@settings(max_examples=40)
@given(attacks, texts)
def test_no_text_begins_as_a_formula(attack: str, tail: str) -> None:
    ((_,), (cell,)) = _csv(to_csv(["x"], [[attack + tail]]))
    assert cell.startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx("登记簿", ["x"], [[attack + tail]])))
    assert book.worksheets[0]["A2"].data_type == "s"


def test_the_sheet_keeps_long_numbers_as_text_and_prints_on_a4() -> None:
    data = to_xlsx("利用[登记]簿:2026/1", ["证件号", "页数"], [["11010519491231002X", 3], ["坏\x00字", 0]])
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert [page["A2"].value, page["B2"].value, page["A3"].value] == ["11010519491231002X", 3, "坏字"]
    assert (int(page.page_setup.paperSize), page.freeze_panes) == (9, "A2")
