"""A dossier leaves as one PDF: all its materials with the newest text, said what lacks, and never half a file."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select, update

import ingest.export as exporting
from archive.access import Viewer
from archive.store.keys import original_key
from archive.tables import AuditEntry, Dossier, Material, PageVersion, Reading
from base.errors import InputError
from ingest.binding import bind_material
from ingest.correction_desk import Ask, say
from ingest.export import export_dossier
from tests.archive.factory import Made, add_batch, add_dossier, make_desks
from tests.printing.readers import copied_wrong

LINES = ["职工登记表", "姓名 张桂兰"]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b1"), "D-1", "张桂兰", pages=3)
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def test_all_materials_in_order_with_bookmarks_and_their_own_streams(made: Made, east: Viewer, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    answer = export_dossier(made.office, east, "D-1", out)
    assert answer == {"dossier": "D-1", "materials": 2, "pages": 3, "file": str(out), "unread": [], "left_out": []}
    assert copied_wrong(out, [LINES] * 3) == {}
    with pikepdf.open(out) as pdf, made.office.catalogue.read() as session:
        scans = [page.get_images()["/Scan"].read_raw_bytes() for page in pdf.pages]
        stored = session.scalars(select(PageVersion).order_by(PageVersion.id)).all()
        assert scans == [made.office.store.read(original_key(version.sha256)) for version in stored]
        with pdf.open_outline() as outline:
            (group,) = outline.root
            assert group.title.startswith("1 ")
            assert [item.title for item in group.children] == ["职工登记表", "履历表"]
    with made.office.catalogue.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.action, entry.detail) == ("dossier.export", {"pages": 3})


def test_nobody_is_named_in_the_description_of_a_file(made: Made, east: Viewer, tmp_path: Path) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Material, 1).title = "关于张桂兰（110105194912310021）转正定级的批复"
    bound = bind_material(made.office, 1)
    material, whole = tmp_path / "m.pdf", tmp_path / "w.pdf"
    material.write_bytes(made.office.store.read(bound.key or ""))
    export_dossier(made.office, east, "D-1", whole)
    for file in (material, whole):
        with pikepdf.open(file) as pdf, pdf.open_metadata() as metadata:
            said = f"{metadata} {dict(pdf.docinfo)}"
            assert "张桂兰" not in said
            assert "110105194912310021" not in said
            assert metadata.pdfa_status == "2U"
    with pikepdf.open(material) as pdf:
        assert "转正定级的批复" in str(pdf.docinfo["/Title"])


def test_a_corrected_line_is_in_the_next_export_under_a_key_of_its_own(
    made: Made, east: Viewer, tmp_path: Path
) -> None:
    before = bind_material(made.office, 1).key
    say(made.office, east, 1, Ask("correct", "姓名 张桂蘭", ((60, 100), (240, 100), (240, 124), (60, 124)), LINES[1]))
    out = tmp_path / "a.pdf"
    export_dossier(made.office, east, "D-1", out)
    assert copied_wrong(out, [[LINES[0], "姓名 张桂蘭"], LINES, LINES]) == {}
    with made.office.catalogue.read() as session:
        assert session.get_one(Material, 1).pdf_key not in (None, before)


def test_what_is_not_read_yet_is_said_and_shown_as_a_picture(made: Made, east: Viewer, tmp_path: Path) -> None:
    with made.office.catalogue.write() as session:
        session.execute(update(Reading).where(Reading.version_id == 3).values(current=False))
        session.get_one(PageVersion, 2).width = None
    out = tmp_path / "a.pdf"
    answer = export_dossier(made.office, east, "D-1", out)
    assert answer["unread"] == [{"material": "1-2", "title": "履历表", "pages": 1}]
    assert answer["left_out"] == [{"material": "1-1", "title": "职工登记表", "pages": 1}]
    assert copied_wrong(out, [LINES, []]) == {}


def test_one_material_alone(made: Made, east: Viewer, tmp_path: Path) -> None:
    assert export_dossier(made.office, east, "D-1", tmp_path / "a.pdf", "1-2")["pages"] == 1
    with pytest.raises(InputError) as caught:
        export_dossier(made.office, east, "D-1", tmp_path / "b.pdf", "9-9")
    assert caught.value.code == "material.unknown"


def test_nothing_read_is_nothing_exported(made: Made, east: Viewer, tmp_path: Path) -> None:
    with made.office.catalogue.write() as session:
        session.execute(update(Reading).values(current=False))
    with pytest.raises(InputError) as caught:
        export_dossier(made.office, east, "D-1", tmp_path / "a.pdf")
    assert caught.value.code == "dossier.not-bound"
    assert not (tmp_path / "a.pdf").exists()


def test_others_see_no_dossier(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        export_dossier(made.office, made.viewer("west"), "D-1", tmp_path / "a.pdf")
    assert caught.value.code == "dossier.unknown"


@pytest.mark.parametrize("accident", [KeyboardInterrupt(), MemoryError()])
def test_an_interrupted_export_leaves_the_file_that_was_there(
    made: Made, east: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accident: BaseException
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / "a.pdf"
    out.write_bytes(b"older")

    def half_written(parts: object, new: Path, *, title: str) -> int:
        new.write_bytes(b"%PDF-1.7 half")
        raise accident

    monkeypatch.setattr(exporting, "join_pdfs", half_written)
    with pytest.raises(type(accident)):
        export_dossier(made.office, east, "D-1", out)
    assert [each.name for each in folder.iterdir()] == ["a.pdf"]
    assert out.read_bytes() == b"older"


def test_a_place_that_cannot_be_written_is_named(made: Made, east: Viewer, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        export_dossier(made.office, east, "D-1", tmp_path / "no folder" / "a.pdf")
    assert caught.value.code == "export.unwritable"
    with made.office.catalogue.read() as session:
        assert session.scalars(select(Dossier.key)).all() == ["D-1"]
