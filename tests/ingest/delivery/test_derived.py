"""A PDF made of the images beside it is a version of their pages: known trap of every count and of every double."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.check import check_path
from ingest.delivery.derived import Leaf, twins
from ingest.delivery.model import DeliveredPage
from ingest.delivery.read import read_delivery
from tests.ingest.delivery.trees import ID, tree

IMAGES = [f"P1/1/1/{number:03}.jpg" for number in (1, 2, 3)]


def write_pdf(path: Path, pages: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.save(path)


def pages_of(root: Path) -> list[DeliveredPage]:
    (dossier,) = read_delivery(root).dossiers
    return list(dossier.pages)


@pytest.mark.parametrize("name", ["P1/1/1/全文.pdf", "P1/1/1-1.pdf", "P1/1-1.pdf", "P1/1/1/001.pdf"])
def test_a_pdf_of_a_material_stands_for_its_images(tmp_path: Path, name: str) -> None:
    tree(tmp_path, IMAGES)
    write_pdf(tmp_path / name, 3)
    made = [page for page in pages_of(tmp_path) if page.image_set == "derived"]
    images = [page for page in pages_of(tmp_path) if page.image_set == "original"]
    assert [(page.file.path, page.page) for page in made] == [(name, 1), (name, 2), (name, 3)]
    assert [(page.order, page.number, page.material) for page in made] == [
        (page.order, page.number, page.material) for page in images
    ]


def test_a_pdf_of_the_whole_dossier_with_or_without_its_covers(tmp_path: Path) -> None:
    names = [f"{ID}/{ID}-{number}(1.jpg" for number in (1, 2)] + [f"{ID}/目录/{ID}-0(1.jpg"]
    for pages in (2, 3):
        root = tree(tmp_path / str(pages), names)
        write_pdf(root / f"{ID}.pdf", pages)
        found = pages_of(root)
        assert [page.image_set for page in found].count("derived") == pages
        assert len({page.order for page in found}) == 3


@pytest.mark.parametrize(("name", "pages"), [("P1/1/1/004.pdf", 1), ("P1/1/1/004.pdf", 2), ("P1/1/2/001.pdf", 3)])
def test_a_pdf_that_shows_other_pages_is_pages_of_its_own(tmp_path: Path, name: str, pages: int) -> None:
    tree(tmp_path, IMAGES)
    write_pdf(tmp_path / name, pages)
    assert {page.image_set for page in pages_of(tmp_path)} == {"original"}


def test_neither_extra_pages_nor_doubles_nor_a_second_format(tmp_path: Path) -> None:
    tree(tmp_path, [f"{folder}/{name}" for folder in ("原始", "优化") for name in IMAGES])
    write_pdf(tmp_path / "P1/1-1.pdf", 3)
    (tmp_path / "卷内目录.csv").write_text("档号,类号,材料名称,页数\nP1,1-1,履历表,3\n", "utf-8")
    report = check_path(tmp_path, workers=1)
    told = {finding.rule for finding in report.findings if finding.file != "原始/P1/1/1/002.jpg"}
    assert not told & {"catalogue.count", "catalogue.total", "number.repeat", "number.gap", "batch.format", "set.pairs"}
    assert [page.image_set for page in report.pages].count("derived") == 3
    doubles = [page.measures["duplicate_of"].value for page in report.pages if "duplicate_of" in page.measures]
    assert all(str(double).startswith(("原始", "优化")) for double in doubles)


_LEAVES = st.lists(
    st.builds(
        Leaf,
        of=st.uuids(),
        material=st.sampled_from([None, "1-1", "1-2"]),
        count=st.integers(1, 3),
        image_set=st.sampled_from(["original", "optimised"]),
        is_pdf=st.booleans(),
        number=st.none() | st.integers(1, 3),
        covers=st.booleans(),
    ),
    max_size=8,
)


@given(_LEAVES)
def test_a_pdf_stands_for_as_many_images_as_it_has_pages(leaves: list[Leaf[object]]) -> None:
    by_of = {leaf.of: leaf for leaf in leaves}
    for pdf, images in twins(leaves):
        assert by_of[pdf].is_pdf
        assert len(images) == by_of[pdf].count
        assert not any(by_of[image].is_pdf for image in images)
        assert len({by_of[image].image_set for image in images}) == 1
