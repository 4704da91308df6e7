"""The list of missing papers as PDF: its lines, its pages, the same bytes for the same values."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf

from printing.missing_papers import MissingPerson, MissingSheet, make_missing_list


def sheet(*people: MissingPerson) -> MissingSheet:
    return MissingSheet("城东区档案所", "2026-03 东城纺织厂", "东城纺织厂", "王静", "2026-03-18 09:30", people)


def text_of(pdf: bytes, folder: Path) -> str:
    tool = shutil.which("pdftotext")
    assert tool is not None
    (folder / "list.pdf").write_bytes(pdf)
    return subprocess.run(
        [tool, "-layout", "list.pdf", "-"], cwd=folder, capture_output=True, check=True
    ).stdout.decode()


def test_each_person_has_a_line_for_each_paper(tmp_path: Path) -> None:
    told = text_of(
        make_missing_list(sheet(MissingPerson("D-0001", "张桂兰", "110105********0021", ("退休审批表", "转正定级表")))),
        tmp_path,
    )
    for words in (
        "D-0001",
        "张桂兰",
        "110105********0021",
        "退休审批表",
        "转正定级表",
        "第1页/共1页",
        "共 1 卷缺件",
    ):
        assert words in told
    assert told.count("□不能") == 2


def test_many_people_run_over_pages_and_no_one_is_torn() -> None:
    people = [MissingPerson(f"D-{number:04}", "欧阳建国", "", ("退休审批表",) * 3) for number in range(30)]
    pdf = make_missing_list(sheet(*people))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 6
    assert pdf == make_missing_list(sheet(*people))


def test_an_empty_list_says_so(tmp_path: Path) -> None:
    assert "没有缺件" in text_of(make_missing_list(sheet()), tmp_path)
