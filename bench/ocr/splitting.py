"""分件 suggestions and 卷内目录 rows on generated dossiers of odd seeds whose images run through, read by the engine in force.

Every fourth dossier of the samples runs through: pages left out, scanned twice and turned are among them. Images and readings
are kept in the work folder, readings by engine and version, so that an interrupted run goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from base.images import read_pixels
from bench.ocr.setup import Setup
from ingest.reading_facts import page_reading
from ingest.samples.catalogue_pages import catalogue_pages
from ingest.samples.materials import Material
from ingest.samples.pages import pages_of
from ingest.samples.plan import Dossier, plan_dossier
from ocr.catalogue_sheet import read_sheet
from ocr.engine import OcrEngine
from ocr.engines import engine_factory
from ocr.fields import extract
from ocr.lines import PageReading
from standards.splitting.assign import Listed, assign
from standards.splitting.cards import PageCard
from standards.splitting.first_pages import suggest_starts
from standards.splitting.read_card import read_card
from standards.splitting.sheet import SheetRow

_DOSSIERS = 6
_DPI = 200
_SEED = 101


@dataclass(frozen=True, slots=True)
class Run:
    """One dossier as its images run: cards and rows as read, and which paper each image belongs to (empty: none)."""

    plan: Dossier
    cards: tuple[PageCard, ...]
    papers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    promised: tuple[int, ...]

    @property
    def starts(self) -> dict[int, Material]:
        """The image that begins each paper of which any image is there."""
        by_mark = {material.mark: material for material in self.plan.materials}
        first: dict[str, int] = {}
        for at, mark in enumerate(self.papers):
            if mark:
                first.setdefault(mark, at)
        return {at: by_mark[mark] for mark, at in first.items()}


def tables(setup: Setup) -> list[str]:
    """First pages and classes, the list laid along the images, and the cells of catalogue sheets."""
    runs = list(_runs(setup.work / "splitting", setup.count(_DOSSIERS)))
    return [_first_pages(runs), _along(runs), _cells(runs)]


def _runs(work: Path, count: int) -> Iterator[Run]:
    engine = engine_factory("rapidocr", "auto")()
    for number in range(count):
        yield _run(work, _SEED + 2 * (number // 2), 3 + 4 * (number % 2), engine)


def _run(work: Path, seed: int, number: int, engine: OcrEngine) -> Run:
    plan = plan_dossier(seed, number, 8)
    folder = work / f"{seed}-{number}"
    made = _images(folder, seed, plan)
    promised = tuple(sum(1 for each in made if each["material"] == m.mark and each["counted"]) for m in plan.materials)
    cards, papers, rows = [], [], list[SheetRow]()
    for each in made:
        if each["file"]:
            reading = _reading(folder / each["file"], engine)
            card = read_card(page_reading(reading, each["file"], 1), extract(reading).form or "")
            cards.append(card)
            papers.append(each["material"])
            rows += read_sheet(reading) if card.kind == "sheet" else ()
    return Run(plan, tuple(cards), tuple(papers), tuple(rows), promised)


def _images(folder: Path, seed: int, plan: Dossier) -> list[dict[str, Any]]:
    """The dossier's images in the order of the run, drawn once: `file` (empty: left out), `material`, `counted`."""
    index = folder / "pages.json"
    if not index.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = list(pages_of(seed, plan, _DPI))
        promised = [sum(1 for page in made if page.material == m.mark and page.counted) for m in plan.materials]
        sheets = [(page, "") for page in catalogue_pages(seed, plan, promised, _DPI)]
        listed = []
        for at, (page, material) in enumerate([*sheets, *((page, page.material) for page in made)]):
            name = "" if page.missing else f"{at:03d}.jpg"
            if name:
                (folder / name).write_bytes(page.data)
            listed.append({"file": name, "material": material, "counted": page.counted and bool(material)})
        index.write_text(json.dumps(listed), "utf-8")
    found: list[dict[str, Any]] = json.loads(index.read_text("utf-8"))
    return found


def _reading(image: Path, engine: OcrEngine) -> PageReading:
    """As this engine in this version read it, kept beside the image."""
    kept = image.with_suffix(f".{engine.name}-{engine.version}.json")
    if not kept.exists():
        reading = engine.read(read_pixels(image.read_bytes(), image.name, 0))
        kept.write_text(json.dumps(reading.as_json(), ensure_ascii=False), "utf-8")
    return PageReading.from_json(json.loads(kept.read_text("utf-8")))


def _first_pages(runs: list[Run]) -> str:
    lines = ["| signals | images | papers | precision | recall | class right |", "|---|--:|--:|--:|--:|--:|"]
    for name, pencil in (("all", True), ("without pencil marks and page numbers", False)):
        images = papers = proposed = right = classes = 0
        for run in runs:
            found = suggest_starts(_cards(run, pencil))
            images, papers, proposed = images + len(run.cards), papers + len(run.starts), proposed + len(found)
            for each in found:
                material = run.starts.get(each.at)
                right += material is not None
                classes += material is not None and each.guess is not None and each.guess.code == material.class_code
        lines.append(
            f"| {name} | {images} | {papers} | {_share(right, proposed)} | {_share(right, papers)} | {_share(classes, right)} |"
        )
    return "\n".join(lines)


def _cards(run: Run, pencil: bool) -> list[PageCard]:
    return list(run.cards) if pencil else [replace(card, mark=None, page_number=None) for card in run.cards]


def _along(runs: list[Run]) -> str:
    lines = ["| lines of the list at their first page | papers | right |", "|---|--:|--:|"]
    total = sum(len(run.starts) for run in runs)
    counted = sum(_by_counts(run) for run in runs)
    lines.append(f"| by the counts of pages alone | {total} | {_share(counted, total)} |")
    for name, pencil in (
        ("by what was read", True),
        ("by what was read, without pencil marks and page numbers", False),
    ):
        right = sum(_by_reading(run, pencil) for run in runs)
        lines.append(f"| {name} | {total} | {_share(right, total)} |")
    return "\n".join(lines)


def _by_counts(run: Run) -> int:
    at = next(place for place, mark in enumerate(run.papers) if mark)
    right = 0
    for material, pages in zip(run.plan.materials, run.promised, strict=True):
        right += run.starts.get(at) == material
        at += max(1, pages)
    return right


def _by_reading(run: Run, pencil: bool) -> int:
    listed = [
        Listed(m.title, m.class_code, f"{m.day:%Y%m%d}", pages)
        for m, pages in zip(run.plan.materials, run.promised, strict=True)
    ]
    cards = _cards(run, pencil)
    found = assign(listed, cards, suggest_starts(cards))
    return sum(run.starts.get(each.at) == run.plan.materials[each.listed] for each in found)


def _cells(runs: list[Run]) -> str:
    right: dict[str, int] = {}
    total = 0
    for run in runs:
        by_key = {row.key: row for row in run.rows}
        for material, pages in zip(run.plan.materials, run.promised, strict=True):
            row = by_key.get(material.mark, SheetRow())
            total += 1
            for column, written, read in _columns(material, pages, row):
                right[column] = right.get(column, 0) + (written == read)
    extra = sum(len(run.rows) for run in runs) - total
    lines = ["| cells of catalogue sheets | rows | right |", "|---|--:|--:|"]
    lines += [f"| {column} | {total} | {_share(count, total)} |" for column, count in right.items()]
    lines.append(f"| all | {total} | {_share(sum(right.values()), total * len(right))} |")
    return "\n".join([*lines, "", f"Rows read beyond those of the sheets: {max(0, extra)}."])


def _columns(material: Material, pages: int, row: SheetRow) -> Iterator[tuple[str, Any, Any]]:
    yield "类号 and number", material.mark, row.key
    yield "材料名称", material.title, row.title
    yield "date", f"{material.day:%Y%m%d}", row.date
    yield "份数", 1, row.copies
    yield "页数", pages, row.pages


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % ({part}/{whole})" if whole else "–"
