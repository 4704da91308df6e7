"""veraPDF, the reference checker, takes every searchable PDF for PDF/A-2u."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pikepdf
import pytest

from printing.join import Part, join_pdfs
from printing.searchable_pdf import PdfPage, TextLine, make_searchable_pdf
from tests.printing.forms import white
from tests.printing.pictures import PICTURES, SIZE

pytestmark = pytest.mark.service

RARE = ["䶮𠮷𬀩\U00031350 ½ ㎡", "\ue000\U000f0000", "国　籍 ﬁ", "e\u0301", "一"]


def verdicts(*files: Path) -> list[str]:
    """`PASS` or `FAIL` of each file, in their order."""
    libraries = Path(os.environ["TEST_VERAPDF"]) / "*"
    command = [
        "java",
        "-cp",
        libraries,
        "org.verapdf.apps.GreenfieldCliWrapper",
        "-f",
        "2u",
        "--format",
        "text",
        *files,
    ]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    return [line.split()[0] for line in done.stdout.splitlines()]


def boxed(text: str, row: int) -> TextLine:
    return TextLine(text, ((10, 10 + 30 * row), (200, 10 + 30 * row), (200, 30 + 30 * row), (10, 30 + 30 * row)))


def test_every_kind_of_scan_with_rare_text(tmp_path: Path) -> None:
    files = []
    for name, make in PICTURES.items():
        files.append(tmp_path / f"{name}.pdf")
        lines = tuple(boxed(text, row) for row, text in enumerate(RARE))
        make_searchable_pdf([PdfPage(make(), *SIZE, 100, 90, lines)] * 2, files[-1], title="登记表")
    assert dict(zip(PICTURES, verdicts(*files), strict=True)) == dict.fromkeys(PICTURES, "PASS")


def test_forms_tiny_pages_and_joined_files(tmp_path: Path) -> None:
    form, tiny, joined = tmp_path / "form.pdf", tmp_path / "tiny.pdf", tmp_path / "joined.pdf"
    lines = (
        boxed("职工登记表", 0),
        TextLine("主要成员", ((10, 60), (30, 60), (30, 140), (10, 140)), vertical=True),
        boxed("男", 5),
    )
    make_searchable_pdf([PdfPage(white(*SIZE), *SIZE, 100, 0, lines)], form, title="登记表")
    make_searchable_pdf([PdfPage(white(1, 1), 1, 1, 300, 0, ())], tiny, title="点")
    join_pdfs([Part("1 履历类", "登记表", form), Part("", "点", tiny)], joined, title="人事档案")
    assert verdicts(form, tiny, joined) == ["PASS"] * 3


def test_the_checker_tells_a_plain_pdf_apart(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "plain.pdf")
    assert verdicts(tmp_path / "plain.pdf") == ["FAIL"]
