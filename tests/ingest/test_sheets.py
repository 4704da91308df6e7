"""Separator sheets: printed, scanned in any way up, found, and the stack split where they lay; nothing else is taken for one."""

from __future__ import annotations

import io
from pathlib import Path

import img2pdf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf2image import convert_from_bytes
from PIL import Image
from sqlalchemy import func, select

from archive.access import machine_viewer
from archive.office import Office
from archive.tables import Dossier, Page, ReceivedFile
from base.progress import Silent
from cli.main import main
from ingest.delivery.opened import open_delivery
from ingest.delivery.stacks import Separator, parse
from ingest.sheets import find_sheets, sheet_in
from ingest.taking import take_in
from printing.separator_sheet import SeparatorSheet, make_separator_sheets
from tests.ingest.conftest import MakePage

CODE = "JZ1/A002-RS-001/9-1-2"


def printed(*codes: str, dpi: int = 100) -> list[Image.Image]:
    """The fronts of the sheets as a scanner sees them."""
    sheets = [SeparatorSheet(code, "分隔页", ("以下各页",)) for code in codes]
    return convert_from_bytes(make_separator_sheets(sheets), dpi=dpi)[::2]


def as_jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=70, dpi=(100, 100))
    return out.getvalue()


@pytest.mark.parametrize("turn", [0, 3, 90, 180, 270])
def test_a_printed_sheet_is_read_whichever_way_it_lay(turn: int) -> None:
    (sheet,) = printed(CODE)
    seen = np.asarray(sheet.convert("RGB").rotate(turn, expand=True, fillcolor="white"))
    assert sheet_in(seen) == Separator("A002-RS-001", "9-1-2")


def test_both_sides_say_the_same() -> None:
    front, back = convert_from_bytes(make_separator_sheets([SeparatorSheet(CODE, "分隔页", ())]), dpi=60)
    assert np.array_equal(np.asarray(front), np.asarray(back))


def test_a_label_on_an_archive_page_is_no_sheet() -> None:
    (sheet,) = printed(CODE)
    page = Image.new("RGB", sheet.size, "white")
    page.paste(sheet.convert("RGB").resize((sheet.width // 3, sheet.height // 3)), (20, 20))
    assert sheet_in(np.asarray(page)) is None


@pytest.mark.parametrize(
    "text", ["JZ1//", "JZ2/a/", "https://example.org/JZ1/a/", "JZ1/a", "JZ1/a/b", "", "JZ1/a/1-2/3"]
)
def test_other_codes_are_none_of_ours(text: str) -> None:
    assert parse(text) is None


@given(
    st.text("ABC0123456789-·张", min_size=1, max_size=20), st.none() | st.tuples(st.integers(1, 18), st.integers(1, 99))
)
def test_what_a_sheet_says_is_read_back(dossier: str, material: tuple[int, int] | None) -> None:
    sheet = Separator(dossier, f"{material[0]}-{material[1]}" if material else None)
    assert parse(sheet.text) == sheet


@pytest.fixture
def stack(tmp_path: Path, page: MakePage) -> Path:
    """One PDF of: a page before any sheet, a dossier with two materials, another dossier."""
    sheets = [as_jpeg(each) for each in printed("JZ1/A001/1-1", "JZ1//4-2", "JZ1/A002/")]
    pages = [page(tmp_path / "p" / f"{n}.jpg", f"page {n}").read_bytes() for n in range(6)]
    order = [pages[0], sheets[0], pages[1], pages[2], sheets[1], pages[3], sheets[2], sheets[2], pages[4], pages[5]]
    root = tmp_path / "d"
    root.mkdir()
    (root / "scan0001.pdf").write_bytes(img2pdf.convert(order))
    return root


def test_a_stack_is_split_where_the_sheets_lie(stack: Path) -> None:
    delivery = open_delivery(stack, find_sheets=find_sheets)
    told = {each.key: [(page.page, page.material, page.number) for page in each.pages] for each in delivery.dossiers}
    assert told["A001"] == [(3, "1-1", 1), (4, "1-1", 2), (6, "4-2", 1)]
    assert [page for page, *_ in told["A002"]] == [9, 10]
    assert [page for page, *_ in told["scan0001"]] == [1]
    assert [page.page for page in delivery.separators] == [2, 5, 7, 8]
    assert [each.layout for each in delivery.dossiers if each.key != "scan0001"] == ["folders", "run"]


def test_each_page_of_a_stack_comes_to_its_dossier_and_the_next_stack_takes_no_place(
    office: Office, stack: Path, page: MakePage, tmp_path: Path
) -> None:
    """A scanner calls every stack alike."""
    settings = office.settings.model_copy(update={"separator_sheets": True})
    with_sheets = Office(settings, office.catalogue, office.store)
    told = [take_in(with_sheets, stack, "一批", machine_viewer("tester"), Silent()) for _ in range(2)]
    assert [(each.received, each.new, each.known) for each in told] == [(1, 1, 0), (1, 0, 1)]
    assert _pages_by_dossier(office) == {"scan0001": 1, "A001": 3, "A002": 2}
    sheet = as_jpeg(printed("JZ1/A003/")[0])
    pages = [page(tmp_path / "p" / f"{n}.jpg", f"another {n}").read_bytes() for n in range(4)]
    (stack / "scan0001.pdf").write_bytes(img2pdf.convert([sheet, *pages]))
    receipt = take_in(with_sheets, stack, "一批", machine_viewer("tester"), Silent())
    assert (receipt.new, receipt.replaced) == (1, [])
    assert _pages_by_dossier(office) == {"scan0001": 1, "A001": 3, "A002": 2, "A003": 4}


def _pages_by_dossier(office: Office) -> dict[str, int]:
    with office.catalogue.read() as session:
        statement = select(Dossier.key, func.count(Page.id)).join(Page, Page.dossier_id == Dossier.id)
        return dict(session.execute(statement.group_by(Dossier.key)).tuples().all())


def test_loose_images_are_dealt_out_and_the_sheets_kept(office: Office, tmp_path: Path, page: MakePage) -> None:
    root = tmp_path / "d"
    for number in (1, 3, 4):
        page(root / f"image{number:04}.jpg", f"page {number}")
    (root / "image0002.jpg").write_bytes(as_jpeg(printed("JZ1/A001/9-1-2")[0]))
    settings = office.settings.model_copy(update={"separator_sheets": True})
    with_sheets = Office(settings, office.catalogue, office.store)
    for _ in range(2):
        receipt = take_in(with_sheets, root, "一批", machine_viewer("tester"), Silent())
        assert receipt.separators == [{"file": "image0002.jpg", "page": 1}]
    assert (receipt.received, receipt.known) == (3, 3)
    with office.catalogue.read() as session:
        rows = dict(session.execute(select(ReceivedFile.path, ReceivedFile.state)).tuples().all())
        assert rows["d/image0002.jpg"] == "separator"
        assert set(session.scalars(select(Dossier.key))) == {"d", "A001"}
        assert len(session.scalars(select(Page)).all()) == 3


def test_the_command_prints_sheets_and_says_what_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sheets.pdf"
    assert main(["separators", "A002-RS-001/9-1-2", "/4-1", "--out", str(out), "--json"]) == 0
    assert '"JZ1//4-1"' in capsys.readouterr().out
    assert len(convert_from_bytes(out.read_bytes(), dpi=20)) == 4
    assert main(["separators", "a/b/c", "--out", str(out)]) == 2
