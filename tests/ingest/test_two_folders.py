"""Folders that are handed in one by one into one batch: what lies at the same path in two of them is not the same place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import page_arranging
from archive.access import machine_viewer, viewer_of
from archive.office import Office
from archive.tables import Account, Dossier, Page, PageVersion, ReceivedFile
from base.progress import Silent
from ingest.delivery.read import read_delivery
from ingest.receive import Receipt, receive
from tests.ingest.conftest import MakePage

WHO = machine_viewer("tester")
PATHS = ["1/1/001.jpg", "9-1/1/001.jpg", "9-1/1/002.jpg"]


def _receive(office: Office, root: Path) -> Receipt:
    return receive(office, read_delivery(root), "一批", WHO, Silent(), "da-t-31")


def _shown(office: Office) -> dict[str, list[tuple[str, str]]]:
    """Of each dossier the digests of its pages' images with their states, in order."""
    statement = (
        select(Dossier.key, PageVersion.sha256, PageVersion.state)
        .join(Page, Page.dossier_id == Dossier.id)
        .join(PageVersion, PageVersion.page_id == Page.id)
        .where(Page.state == "active")
        .order_by(Page.position, Page.id, PageVersion.id)
    )
    shown: dict[str, list[tuple[str, str]]] = {}
    with office.catalogue.read() as session:
        for key, sha256, state in session.execute(statement):
            shown.setdefault(key, []).append((sha256, state))
    return shown


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _current(folder: Path) -> list[tuple[str, str]]:
    return [(_digest(folder / path), "current") for path in PATHS]


@pytest.fixture
def two(tmp_path: Path, page: MakePage) -> tuple[Path, Path]:
    """Each is the dossier of one person, with the same paths; the cover sheets have the very same bytes."""
    folders = tmp_path / "d" / "A001 王建国", tmp_path / "d" / "A002 李淑珍"
    for folder in folders:
        for path in PATHS:
            page(folder / path, "封面" if path.startswith("1/") else f"{folder.name} {path}")
    return folders


def test_no_page_of_the_second_is_taken_for_one_of_the_first(office: Office, two: tuple[Path, Path]) -> None:
    first, second = two
    assert _receive(office, first).new == 3
    receipt = _receive(office, second)
    assert (receipt.new, receipt.known, receipt.replaced, receipt.moved) == (3, 0, [], [])
    assert _shown(office) == {first.name: _current(first), second.name: _current(second)}
    assert receipt.duplicates == [{"file": "1/1/001.jpg", "of": f"{first.name}/1/1/001.jpg"}]
    assert [(_receive(office, each).new, _receive(office, each).known) for each in two] == [(0, 3), (0, 3)]
    assert _shown(office) == {first.name: _current(first), second.name: _current(second)}


def test_the_folder_above_both_finds_all_of_it_known(office: Office, two: tuple[Path, Path]) -> None:
    for each in two:
        _receive(office, each)
    receipt = _receive(office, two[0].parent)
    assert (receipt.new, receipt.known, receipt.moved) == (0, 6, [])
    assert set(_shown(office)) == {each.name for each in two}


def test_a_corrected_image_comes_to_its_own_page_even_where_a_person_moved_it(
    office: Office, two: tuple[Path, Path], page: MakePage
) -> None:
    first, second = two
    for each in two:
        _receive(office, each)
    with office.catalogue.write() as session:
        clerk = session.scalars(select(Account)).one()
        ids = {dossier.key: dossier.id for dossier in session.scalars(select(Dossier))}
        moved = session.scalars(select(PageVersion).where(PageVersion.sha256 == _digest(first / PATHS[2]))).one()
        viewer = viewer_of(session, clerk)
        page_arranging.move_off(session, viewer, ids[first.name], [moved.page_id], ids[second.name], "夹错")
    page(first / PATHS[2], "scanned again")
    receipt = _receive(office, first)
    assert (receipt.new, receipt.replaced) == (1, [PATHS[2]])
    with office.catalogue.read() as session:
        proposed = session.scalars(select(PageVersion).where(PageVersion.state == "proposed")).one()
        assert (proposed.page_id, proposed.page.dossier.key) == (moved.page_id, second.name)


def test_the_other_set_comes_to_the_page_of_its_own_dossier(office: Office, tmp_path: Path, page: MakePage) -> None:
    """A page that a person brought from another dossier has that one's number."""
    root = tmp_path / "d"
    own, other = (page(root / name / "001.jpg", name) for name in ("A001", "A002"))
    _receive(office, root)
    with office.catalogue.write() as session:
        viewer = viewer_of(session, session.scalars(select(Account)).one())
        ids = {dossier.key: dossier.id for dossier in session.scalars(select(Dossier))}
        pages = dict(session.execute(select(PageVersion.sha256, PageVersion.page_id)).tuples().all())
        page_arranging.move_off(session, viewer, ids["A002"], [pages[_digest(other)]], ids["A001"], "夹错")
    optimised = page(root / "优化" / "A001" / "001.jpg", "A001 processed")
    assert _receive(office, root).new == 1
    with office.catalogue.read() as session:
        version = session.scalars(select(PageVersion).where(PageVersion.sha256 == _digest(optimised))).one()
        assert (version.page_id, version.state) == (pages[_digest(own)], "current")


def test_a_folder_that_came_under_another_name_waits_for_a_person(office: Office, two: tuple[Path, Path]) -> None:
    first, _ = two
    _receive(office, first)
    renamed = first.rename(first.with_name("A001"))
    receipt = _receive(office, renamed)
    assert (receipt.new, receipt.known) == (0, 3)
    assert receipt.moved[0] == {"from": f"{first.name}/1/1/001.jpg", "to": "1/1/001.jpg"}
    assert _shown(office) == {first.name: _current(renamed)}


def test_a_later_part_with_the_same_blank_sheet_moves_nothing(office: Office, tmp_path: Path, page: MakePage) -> None:
    """Its folder says nothing of the dossiers that came before: they are not gone."""
    for part, dossier in (("one", "A001"), ("two", "A050")):
        page(tmp_path / part / dossier / "1/1/001.jpg", dossier)
        page(tmp_path / part / dossier / "1/1/002.jpg", f"{dossier} again")
        page(tmp_path / part / dossier / f"1/1/00{3 if part == 'one' else 4}.jpg", "blank")
        page(tmp_path / part / f"{dossier}x" / "1/1/001.jpg", f"{dossier}x")
    _receive(office, tmp_path / "one")
    receipt = _receive(office, tmp_path / "two")
    assert (receipt.new, receipt.moved) == (4, [])
    assert {key: len(pages) for key, pages in _shown(office).items()} == {"A001": 3, "A001x": 1, "A050": 3, "A050x": 1}


def test_the_manifest_of_each_is_held_against_its_own_files(office: Office, two: tuple[Path, Path]) -> None:
    for each in two:
        lines = [f"{_digest(each / path)}  {path}\n" for path in PATHS]
        (each / "manifest-sha256.txt").write_text("".join(lines))
    (two[1] / PATHS[2]).unlink()
    first = _receive(office, two[0]).settled
    assert first is not None
    assert first.is_whole
    second = _receive(office, two[1]).settled
    assert second is not None
    assert second.files is not None
    assert (second.files.promised, second.files.checked, second.files.missing) == (6, 5, [PATHS[2]])
    assert (second.files.other_digest, second.files.extra) == ([], [])
    # The first again: the second's manifest is known, and so is what it lacks.
    again = _receive(office, two[0]).settled
    assert again is not None
    assert again.files is not None
    assert (again.files.promised, again.files.missing) == (6, [f"{two[1].name}/{PATHS[2]}"])


def test_files_as_an_earlier_version_kept_them_are_known(
    office: Office, two: tuple[Path, Path], page: MakePage
) -> None:
    first, second = two
    _receive(office, first)
    with office.catalogue.write() as session:
        for row in session.scalars(select(ReceivedFile)):
            row.path, row.home = row.path.removeprefix(f"{row.home}/"), ""
    assert _receive(office, second).new == 3
    page(first / PATHS[1], "scanned again")
    receipt = _receive(office, first)
    assert (receipt.new, receipt.known, receipt.replaced) == (1, 2, [PATHS[1]])
    assert len(_shown(office)[second.name]) == 3


def test_loose_pages_of_two_folders_are_their_own(office: Office, tmp_path: Path, page: MakePage) -> None:
    for folder in ("loose 1", "loose 2"):
        page(tmp_path / folder / "退休证.jpg", folder)
        page(tmp_path / folder / f"A9-{folder}" / "1/1/001.jpg", f"{folder} A9")
    for folder in ("loose 1", "loose 2"):
        assert _receive(office, tmp_path / folder).replaced == []
    assert len(_shown(office)[""]) == 2
