"""The samples are the same for the same seed, keep tuning and reporting apart, and their truth holds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from openpyxl import load_workbook
from stdnum.cn import ric

from base.errors import InputError
from base.images import count_frames, read_header, read_pixels
from ingest.samples import SampleTruth, make
from ingest.samples.containers import tiff
from ingest.samples.fonts import FACES, draws, glyph
from ingest.samples.lists import PERSON_HEAD
from ingest.samples.materials import forms
from ingest.samples.pages import one_page, pages_of
from ingest.samples.plan import FAULTS, plan_dossier
from ingest.samples.words import words

ROOT = Path(__file__).resolve().parents[3]
DPI = 72


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SampleTruth:
    return make(tmp_path_factory.mktemp("samples") / "out", seed=4, dossiers=8, dpi=DPI)


@pytest.fixture(scope="module")
def told(made: SampleTruth) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((made.truth / "dossiers.json").read_text("utf-8"))
    return answer


def _pages(made: SampleTruth) -> list[dict[str, Any]]:
    return [json.loads(file.read_text("utf-8")) for file in sorted(made.truth.rglob("p*.json"))]


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_same_seed_gives_the_same_bytes_in_another_process(made: SampleTruth, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from ingest.samples import make; "
    code += f"make(Path(sys.argv[1]), seed=4, dossiers=8, dpi={DPI})"
    other = tmp_path / "out"
    subprocess.run([sys.executable, "-c", code, str(other)], check=True, cwd=ROOT, env={"PYTHONHASHSEED": "7"})
    first = _digests(made.delivery.parent)
    assert first == _digests(other)
    assert any(name.endswith(".xlsx") for name in first)
    assert any(name.endswith(".csv") for name in first)


def test_a_dossier_does_not_depend_on_how_many_are_made() -> None:
    assert plan_dossier(2, 1, 3).materials == plan_dossier(2, 1, 5).materials


def test_another_seed_gives_other_pixels() -> None:
    first, second = one_page(2, dpi=DPI)[0], one_page(4, dpi=DPI)[0]
    assert first.shape != second.shape or not np.array_equal(first, second)


def test_every_truth_page_lies_in_the_delivery_and_every_image_has_a_truth(made: SampleTruth) -> None:
    pages = _pages(made)
    images = {
        p.relative_to(made.delivery).as_posix()
        for p in made.delivery.rglob("*")
        if p.suffix in (".jpg", ".pdf", ".tif")
    }
    assert {page["file"] for page in pages} == images
    assert len(pages) == made.pages
    assert not any(made.delivery in file.parents for file in made.truth.rglob("*"))


def test_truth_gives_the_size_and_header_of_the_file(made: SampleTruth) -> None:
    for page in _pages(made):
        if page["file"].endswith(".jpg"):
            header = read_header((made.delivery / page["file"]).read_bytes(), page["file"])
            assert (header.width, header.height) == (page["width"], page["height"])
            assert header.dpi == (page["header_dpi"], page["header_dpi"])


def test_boxes_hold_ink_and_lie_on_the_page() -> None:
    pixels, truth = one_page(3, form="hiring", dpi=150)
    grey = pixels.mean(axis=2)
    for line in truth["lines"]:
        xs, ys = zip(*line["box"], strict=True)
        left, right, top, bottom = max(0, int(min(xs))), int(max(xs)) + 1, max(0, int(min(ys))), int(max(ys)) + 1
        assert right <= grey.shape[1] + 3
        assert bottom <= grey.shape[0] + 3
        crop = grey[top:bottom, left:right]
        assert crop.min() < np.median(grey) - 25, line["text"]


def test_a_turned_page_has_its_boxes_turned_with_it() -> None:
    upright, turned = (one_page(2, dpi=DPI, faults=frozenset(f))[1] for f in ((), ("upside-down",)))
    for a, b in zip(upright["lines"], turned["lines"], strict=True):
        assert b["box"][0] == pytest.approx([turned["width"] - a["box"][0][0], turned["height"] - a["box"][0][1]])
    assert turned["orientation_deg"] == 180


def test_a_sideways_page_becomes_upright_by_the_turn_its_truth_names() -> None:
    upright, turned = (one_page(2, dpi=DPI, faults=frozenset(f))[0] for f in ((), ("sideways",)))
    assert np.array_equal(np.rot90(turned, -1), upright)


def test_person_list_has_the_fourteen_columns_and_the_planted_numbers(made: SampleTruth) -> None:
    batch = next(folder for folder in made.batches if folder.name.startswith("B01"))
    rows = list(load_workbook(batch / "移交案卷目录.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[1] == PERSON_HEAD
    ids = [row[2] for row in rows[2:]]
    assert ids.count(None) == 1
    assert len([value for value in ids if isinstance(value, int | float)]) == 1
    texts = [value for value in ids if isinstance(value, str)]
    assert len(texts) == len(set(texts)) + 1


def test_material_list_of_the_run_batch_is_gb18030_and_counts_its_images(made: SampleTruth) -> None:
    batch = next(folder for folder in made.batches if folder.name.startswith("B02"))
    text = (batch / "卷内目录.csv").read_bytes().decode("gb18030")
    rows = list(csv.DictReader(io.StringIO(text)))
    folders = [folder for folder in batch.iterdir() if folder.is_dir()]
    assert {row["档号"] for row in rows} == {folder.name for folder in folders}
    for folder in folders:
        assert (folder / "目录" / f"{folder.name}-0(4.jpg").exists()


def test_planted_faults_are_in_the_files(made: SampleTruth, told: dict[str, Any]) -> None:
    planted = {fault["fault"] for fault in told["faults"]}
    assert planted >= set(FAULTS) - {"missing-last", "sideways"}
    for fault in told["faults"]:
        if fault["file"] and fault["file"].endswith(".jpg"):
            data = (made.delivery / fault["file"]).read_bytes()
            if fault["fault"] == "grey-seal":
                assert read_header(data, "grey").mode == "L"
            if fault["rule"] == "page.dpi-header":
                header = read_header(data, "dpi")
                assert header.dpi == (300, 300)
        if fault["rule"] == "number.gap":
            counts = next(m for m in told["dossiers"][fault["dossier"]]["materials"] if m["mark"] == fault["material"])
            assert counts["images"] < counts["promised"]


def test_a_strangers_page_bears_another_name_and_only_blank_pages_are_called_blank(
    made: SampleTruth, told: dict[str, Any]
) -> None:
    strangers = 0
    for page in _pages(made):
        mine = told["dossiers"][page["dossier"]]["person"]["name"]
        assert (page["person"] != mine) == ("other-person" in page["faults"])
        assert page["blank"] == ("blank-page" in page["faults"])
        assert (page["dpi"] < DPI) == bool({"low-dpi", "lying-header"} & set(page["faults"]))
        strangers += page["person"] != mine
    assert strangers == 1


def test_double_scans_are_other_bytes_and_copies_the_same(made: SampleTruth, told: dict[str, Any]) -> None:
    by_file = {page["file"]: page for page in _pages(made)}
    digests = _digests(made.delivery)
    for fault in told["faults"]:
        if fault["rule"] != "page.duplicate" or not fault["file"].endswith(".jpg"):
            continue
        same = [name for name, digest in digests.items() if digest == digests[fault["file"]]]
        assert len(same) == (2 if fault["fault"] == "copy" else 1)
        assert by_file[fault["file"]]["lines"]


def test_id_numbers_are_right_but_for_the_planted_one(told: dict[str, Any]) -> None:
    for dossier in told["dossiers"]:
        wrong = any(fault["rule"] == "id.checksum" for fault in dossier["faults"])
        number = dossier["person"]["id_number"]
        assert (ric.calc_check_digit(number) == number[-1]) != wrong


def test_blank_pages_say_nothing(made: SampleTruth) -> None:
    blanks = [page for page in _pages(made) if page["blank"]]
    assert blanks
    assert not any(page["lines"] for page in blanks)


def test_tuning_and_reporting_share_no_face_no_name_and_no_layout() -> None:
    first, second = FACES["tuning"], FACES["reporting"]
    assert not {*first.labels, *first.titles, *first.typed, *first.hands} & {
        *second.labels, *second.titles, *second.typed, *second.hands
    }  # fmt: skip
    a, b = words("tuning"), words("reporting")
    assert not set(a["surnames"]) & set(b["surnames"])
    assert not set(map(str, a["enterprises"])) & set(map(str, b["enterprises"]))
    assert not set(a["prose"]) & set(b["prose"])
    assert len(forms("tuning")) == len(forms("reporting")) >= 14
    assert not {page for f in forms("tuning").values() for page in f.pages} & {
        page for f in forms("reporting").values() for page in f.pages
    }


@pytest.mark.parametrize("split", ["tuning", "reporting"])
@pytest.mark.parametrize("char", "年职李3X䶮𠮷")
def test_every_face_has_a_glyph_or_a_fallback(split: Any, char: str) -> None:
    for face in FACES[split].hands + FACES[split].labels:
        assert glyph(face, char, 30).mask.max() > 128
    assert not draws(FACES["tuning"].hands[0], "𠮷")


def test_containers_hold_all_pages_as_the_truth_says(made: SampleTruth) -> None:
    sizes: dict[str, list[tuple[int, int, int]]] = {}
    for page in _pages(made):
        if page["file"].endswith(".tif"):
            sizes.setdefault(page["file"], []).append((page["width"], page["height"], page["header_dpi"]))
    assert sizes
    for name, expected in sizes.items():
        data = (made.delivery / name).read_bytes()
        assert read_header(data, name).frames == count_frames(data, name) == len(expected)
        for frame, (width, height, dpi) in enumerate(expected):
            pixels = read_pixels(data, name, frame)
            assert pixels.shape == (height, width, 3)
            assert pixels.mean() > 120
            assert read_header(data, name).dpi == (dpi, dpi)
    for file in made.delivery.rglob("*.pdf"):
        with pikepdf.open(file) as pdf:
            name = file.relative_to(made.delivery).as_posix()
            assert len(pdf.pages) == sum(page["file"] == name for page in _pages(made))


def test_a_tiff_shows_the_very_pixels_of_its_jpegs() -> None:
    page = next(pages_of(4, plan_dossier(4, 0, 1), DPI))
    assert np.abs(read_pixels(tiff([page, page]), "t", 1).astype(int) - read_pixels(page.data, "j")).max() <= 3


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError) as caught:
        make(tmp_path, seed=0, dossiers=1)
    assert caught.value.code == "samples.not-empty"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("seed", "dossiers", "dpi"), [(-1, 1, None), (0, 0, None), (0, 1, 20)])
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, seed: int, dossiers: int, dpi: int | None) -> None:
    with pytest.raises(InputError, match="cannot be used"):
        make(tmp_path / "out", seed=seed, dossiers=dossiers, dpi=dpi)
