"""Writes a delivery of sample dossiers and, in a folder of its own, what is true of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from base.errors import InputError
from base.progress import Progress, Silent
from ingest.samples import lists
from ingest.samples.catalogue_pages import catalogue_pages
from ingest.samples.containers import pdf, tiff
from ingest.samples.pages import SamplePage, pages_of, truth_of
from ingest.samples.plan import FAULTS, Dossier, plan_dossier
from ingest.samples.words import rng_of, split_of

# 200 dpi is the floor of DA/T 31-2017; one dossier in four is scanned at 300.
DEFAULT_DPI = (200, 200, 200, 300)


@dataclass(frozen=True, slots=True)
class SampleTruth:
    """What was made. `batches` are folders under `delivery`, each a whole hand-over with its own lists."""

    delivery: Path
    truth: Path
    batches: tuple[Path, ...]
    dossiers: int
    pages: int
    faults: int


@dataclass(slots=True)
class _Batch:
    people: list[list[lists.Cell]] = field(default_factory=list)
    materials: list[list[lists.Cell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A page and where it lies: `file` relative to the delivery, `index` counts from 1 within the file."""

    file: str
    index: int
    page: SamplePage


def make(
    out: Path, *, seed: int, dossiers: int, dpi: int | None = None, progress: Progress | None = None
) -> SampleTruth:
    """Makes `dossiers` dossiers below `out` (`delivery/` and `truth/`). Same arguments, same bytes.

    InputError `samples.not-empty` where `out` holds something, `samples.number` for a number that makes no sense.
    """
    _check(out, seed, dossiers, dpi)
    told = progress or Silent()
    batches: dict[str, _Batch] = {}
    people, faults, pages = [], [], 0
    for number in range(dossiers):
        dossier = plan_dossier(seed, number, dossiers)
        entry = _dossier(out, seed, dossier, dpi or DEFAULT_DPI[int(rng_of(seed, number, 0, 4).integers(4))], batches)
        people.append(entry)
        faults += entry["faults"]
        pages += entry["images"]
        told.step("progress.samples", number + 1, dossiers)
    for name, batch in batches.items():
        _write_lists(out / "delivery" / name, batch)
    summary = {"seed": seed, "split": split_of(seed), "dossiers": people, "faults": faults}
    _json(out / "truth" / "dossiers.json", summary)
    folders = tuple(out / "delivery" / name for name in batches)
    return SampleTruth(out / "delivery", out / "truth", folders, dossiers, pages, len(faults))


def _check(out: Path, seed: int, dossiers: int, dpi: int | None) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("samples.not-empty", path=out)
    if seed < 0 or dossiers < 1:
        raise InputError("samples.number", path="--seed/--dossiers", detail=f"{seed}, {dossiers}")
    if dpi is not None and not 72 <= dpi <= 600:
        raise InputError("samples.number", path="--dpi", detail=f"{dpi}")


def _dossier(out: Path, seed: int, dossier: Dossier, dpi: int, batches: dict[str, _Batch]) -> dict[str, Any]:
    """Writes one dossier and its pages' truth; returns its entry of dossiers.json."""
    base = out / "delivery" / dossier.batch
    made = list(pages_of(seed, dossier, dpi))
    placed = list(_store(base, dossier, made))
    promised = [sum(1 for p in made if p.material == m.mark and p.counted) for m in dossier.materials]
    if dossier.container == "run":
        placed += _store_catalogue(base, seed, dossier, promised, dpi)
    batch = batches.setdefault(dossier.batch, _Batch())
    batch.people.append(lists.person_row(len(batch.people) + 1, dossier, sum(promised)))
    batch.materials += lists.material_rows(dossier, promised)
    for order, item in enumerate(placed, 1):
        head = {
            "file": f"{dossier.batch}/{item.file}",
            "page": item.index,
            "dossier": dossier.number,
            "key": dossier.key,
        }
        _json(
            out / "truth" / "pages" / f"d{dossier.number:04d}" / f"p{order:04d}.json", {**head, **truth_of(item.page)}
        )
    return {
        **_entry(dossier, promised, made, dpi),
        "images": len(placed),
        "faults": list(_faults(dossier, made, placed)),
    }


def _store(base: Path, dossier: Dossier, made: list[SamplePage]) -> Iterator[_Placed]:
    """The pages in the dossier's layout; the number of a missing page stays free."""
    if dossier.container == "run":
        for number, page in enumerate(made, 1):
            if not page.missing:
                name = f"{dossier.key}/{dossier.key}-{number}(1.jpg"
                _put(base / name, page.data)
                yield _Placed(name, 1, page)
        return
    for material in dossier.materials:
        folder = f"{dossier.key}/{material.class_code}/{material.number}"
        pages = [page for page in made if page.material == material.mark]
        there = [page for page in pages if not page.missing]
        bound = dossier.container == "pdf" or _as_tiff(dossier, material.mark)
        if bound and there:
            name = f"{folder}/001.{'pdf' if dossier.container == 'pdf' else 'tif'}"
            _put(base / name, pdf(there) if dossier.container == "pdf" else tiff(there))
            yield from (_Placed(name, index, page) for index, page in enumerate(there, 1))
            continue
        for number, page in enumerate(pages, 1):
            if not page.missing:
                name = f"{folder}/{number:03d}.jpg"
                _put(base / name, page.data)
                yield _Placed(name, 1, page)


def _as_tiff(dossier: Dossier, mark: str) -> bool:
    """The first paper of every fourth dossier comes as a multi-page TIFF."""
    return dossier.number % 4 == 2 and mark == dossier.materials[0].mark


def _store_catalogue(base: Path, seed: int, dossier: Dossier, promised: list[int], dpi: int) -> list[_Placed]:
    """The sub-folder 目录 as factories send it: cover, bag, another side, then the catalogue from `-0(4`."""
    placed = []
    for number, page in enumerate(catalogue_pages(seed, dossier, promised, dpi), 1):
        name = f"{dossier.key}/目录/{dossier.key}-0({number}.jpg"
        _put(base / name, page.data)
        placed.append(_Placed(name, 1, page))
    return placed


def _entry(dossier: Dossier, promised: list[int], made: list[SamplePage], dpi: int) -> dict[str, Any]:
    p = dossier.person
    return {
        "number": dossier.number, "key": dossier.key, "archive_no": dossier.archive_no, "batch": dossier.batch,
        "container": dossier.container, "dpi": dpi, "notes": list(dossier.notes), "list_id": dossier.list_id,
        "person": {
            "name": p.name, "former_name": p.former_name, "sex": p.sex, "ethnic": p.ethnic, "native": p.native,
            "birth": f"{p.birth:%Y-%m-%d}", "id_number": p.id_number, "work_start": f"{p.work_start:%Y-%m-%d}",
            "party": f"{p.party:%Y-%m-%d}" if p.party else None, "retired": f"{p.retired:%Y-%m-%d}",
            "enterprise": p.enterprise, "enterprise_new": p.enterprise_new, "worker_number": p.worker_number,
        },
        "materials": [
            {
                "mark": m.mark, "class": m.class_code, "number": m.number, "title": m.title, "form": m.form.id,
                "date": f"{m.day:%Y-%m-%d}", "promised": count,
                "images": sum(1 for page in made if page.material == m.mark and not page.missing),
            }
            for m, count in zip(dossier.materials, promised, strict=True)
        ],
    }  # fmt: skip


def _faults(dossier: Dossier, made: list[SamplePage], placed: list[_Placed]) -> Iterator[dict[str, Any]]:
    """Every planted fault with the rule that should see it and its place; a count that cannot fit is a fault of its own."""
    for item in placed:
        for fault in item.page.faults:
            yield _fault(dossier, fault, FAULTS[fault], item.page.material, item)
            if fault == "lying-header":
                yield _fault(dossier, fault, "page.dpi", item.page.material, item)
            if fault == "other-person" and _bears_number(item.page):
                yield _fault(dossier, fault, "person.other-id", item.page.material, item)
    for material in dossier.materials:
        pages = [page for page in made if page.material == material.mark]
        if any(page.missing for page in pages):
            run = dossier.container == "run"
            gap = not made[-1].missing if run else not (pages[-1].missing or _bound(dossier, material.mark))
            if gap:
                yield _fault(dossier, "missing-page", "number.gap", material.mark, None)
            yield _fault(dossier, "missing-page", "catalogue.count", material.mark, None)
        elif any(not page.counted for page in pages):
            yield _fault(dossier, "extra-page", "catalogue.count", material.mark, None)
    if "wrong-check" in dossier.faults:
        yield _fault(dossier, "wrong-check", "id.checksum", None, None)


def _bears_number(page: SamplePage) -> bool:
    number = page.fields.get("id", "")
    return bool(number) and any(number in line.text for line in page.lines)


def _bound(dossier: Dossier, mark: str) -> bool:
    return dossier.container == "pdf" or _as_tiff(dossier, mark)


def _fault(dossier: Dossier, name: str, rule: str, material: str | None, item: _Placed | None) -> dict[str, Any]:
    return {
        "fault": name, "rule": rule, "dossier": dossier.number, "key": dossier.key, "batch": dossier.batch, "material": material,
        "file": f"{dossier.batch}/{item.file}" if item else None, "page": item.index if item else None,
    }  # fmt: skip


def _write_lists(base: Path, batch: _Batch) -> None:
    _put(base / "移交案卷目录.xlsx", lists.person_list(batch.people))
    if base.name.startswith("B02"):
        _put(base / "卷内目录.csv", lists.material_csv(batch.materials))
    else:
        _put(base / "卷内目录.xlsx", lists.material_list(batch.materials))


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _json(path: Path, value: dict[str, Any]) -> None:
    _put(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
