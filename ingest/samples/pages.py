"""A material's pages as they come out of the scanner, with what is true of each; and single pages for unit tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from base.images import Pixels
from ingest.samples.asked import Asked
from ingest.samples.layout import ruled
from ingest.samples.materials import PAPER_MM, Form, Material, day_of, forms, write_material
from ingest.samples.people import Person, make_person, with_birth
from ingest.samples.plan import BLANK_BACK_CHANCE, Container, Dossier, contradicting_birth
from ingest.samples.scan import JPEG_QUALITY, Scan, age, jpeg, scan
from ingest.samples.sheet import Line, Sheet
from ingest.samples.words import Rng, rng_of, split_of

BackKind = Literal["plain", "ruled"]
LOW_DPI = 150
LYING_DPI = 300
# Faults that one side of a paper bears, and those of all its sides; the others add a page, leave one out, or stand
# wherever the paper states what is wrong.
_DOUBLES = frozenset({"rescan", "copy"})
_ON_PAGE = _DOUBLES | {"upside-down", "sideways", "grey-seal", "skew", "border"}
_ON_PAPER = frozenset({"low-dpi", "lying-header"})


@dataclass(frozen=True, slots=True)
class SamplePage:
    """One delivered image: its bytes and its truth. `dpi` is true; `header_dpi` what the file claims."""

    data: bytes
    material: str
    width: int
    height: int
    dpi: int
    header_dpi: int
    width_mm: float
    height_mm: float
    year: int
    skew_deg: float
    orientation_deg: int
    border_mm: float
    blank: bool
    quality: int
    lines: tuple[Line, ...]
    fields: dict[str, str]
    person: str
    faults: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    counted: bool = True
    missing: bool = False


def truth_of(page: SamplePage) -> dict[str, Any]:
    """The page's truth as JSON, without its place in the delivery."""
    return {
        "material": page.material,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "header_dpi": page.header_dpi,
        "width_mm": page.width_mm,
        "height_mm": page.height_mm,
        "year": page.year,
        "skew_deg": page.skew_deg,
        "orientation_deg": page.orientation_deg,
        "border_mm": page.border_mm,
        "blank": page.blank,
        "jpeg_quality": page.quality,
        "person": page.person,
        "fields": page.fields,
        "asked": [asdict(each) for each in page.asked],
        "faults": list(page.faults),
        "lines": [
            {"text": line.text, "kind": line.kind, "box": [list(point) for point in line.box]} for line in page.lines
        ],
    }


def pages_of(seed: int, dossier: Dossier, dpi: int) -> Iterator[SamplePage]:
    """All pages of a dossier in order. A missing page comes with `missing` set, so that its number is left out."""
    places = _places(seed, dossier)
    for order, material in enumerate(dossier.materials):
        faults = {fault for fault, place in places.items() if place == order}
        yield from _material_pages(seed, dossier, order, material, frozenset(faults), dpi)


def _places(seed: int, dossier: Dossier) -> dict[str, int]:
    """Which material bears which fault; two faults never share one, and each needs a form that can show it."""
    rng = rng_of(seed, dossier.number, 0, 3)
    taken: set[int] = set()
    places: dict[str, int] = {}
    for fault in dossier.faults:
        if fault == "wrong-check":
            continue  # on every paper that bears the number
        fitting = [i for i, m in enumerate(dossier.materials) if i not in taken and _fits(fault, m, dossier.container)]
        if not fitting and fault == "missing-page":
            # No paper has two pages: a whole one is missing, which only the list can tell.
            fitting = [i for i in range(len(dossier.materials)) if i not in taken]
        if fitting:
            places[fault] = fitting[int(rng.integers(len(fitting)))]
            taken.add(places[fault])
    return places


def _fits(fault: str, material: Material, container: Container) -> bool:
    if fault == "missing-page":
        # A gap shows only where a page follows: within the paper, or anywhere in numbers that run through.
        return len(material.form.pages) > 1 or container == "run"
    if fault == "birth":
        return "{birth" in "".join(material.form.pages) and material.form.id != "retirement"
    if fault == "grey-seal":
        return any(f"| {who}" in "".join(material.form.pages) for who in ("unit", "bureau"))
    return True


def _material_pages(
    seed: int, dossier: Dossier, order: int, material: Material, faults: frozenset[str], dpi: int
) -> Iterator[SamplePage]:
    person, key = dossier.person, (seed, dossier.number, 100 + order)
    if "birth" in faults:
        person = with_birth(person, contradicting_birth(person.birth))
    rng = rng_of(*key, 0)
    true_dpi = min(LOW_DPI, round(dpi * 0.75)) if faults & _ON_PAPER else dpi
    sheets, fields = write_material(
        rng, split_of(seed), person, material, true_dpi, sealed=True if "grey-seal" in faults else None
    )
    at = _bearer(rng, faults, len(sheets))
    for index, sheet in enumerate(sheets):
        here = _faults_here(faults, dossier, material.form.pages[index], index == at)
        back = _behind(sheets, index, material.form)
        scanned = rng_of(*key, index + 1)
        made = page_from(
            scanned, sheet, material, person, fields, here - _DOUBLES, back, header=_header(here, true_dpi)
        )
        missing = ("missing-page" in faults and index == at) or ("missing-last" in faults and index == len(sheets) - 1)
        yield replace(made, missing=missing)
        if "copy" in here:
            yield replace(made, faults=("copy",), counted=False)
        if "rescan" in here:
            same, other = rng_of(*key, index + 1), rng_of(*key, 77)
            again = page_from(same, sheet, material, person, fields, here, back, header=true_dpi, again=other)
            yield replace(again, counted=False)
    yield from _extra(seed, dossier, key, material, sheets, faults, true_dpi)


def _bearer(rng: Rng, faults: frozenset[str], sides: int) -> int:
    """Which side of the paper bears the fault: the last has the seal, and after a gap a page must follow."""
    if "grey-seal" in faults:
        return sides - 1
    return int(rng.integers(sides - 1 if "missing-page" in faults and sides > 1 else sides))


def _faults_here(faults: frozenset[str], dossier: Dossier, rows: str, bearer: bool) -> frozenset[str]:
    here = faults & (_ON_PAGE | _ON_PAPER) if bearer else faults & _ON_PAPER
    if "{birth" in rows:
        here |= faults & {"birth"}
    if "wrong-check" in dossier.faults and "{id}" in rows:
        here |= {"wrong-check"}
    return here


def _header(faults: frozenset[str], dpi: int) -> int:
    return LYING_DPI if "lying-header" in faults else dpi


def _behind(sheets: list[Sheet], index: int, form: Form) -> Pixels | None:
    """What is printed on the other side of the sheet, if anything."""
    other = index ^ 1
    return sheets[other].ink if form.duplex and other < len(sheets) else None


def page_from(
    rng: Rng, sheet: Sheet, material: Material, person: Person, fields: dict[str, str], faults: frozenset[str],
    back: Pixels | None, *, header: int, again: Rng | None = None, blank: bool = False,
) -> SamplePage:  # fmt: skip
    aged = age(rng, sheet, material.day.year, back)
    turned = {"grey-seal": "grey"}
    image = scan(again or rng, sheet, aged, frozenset(turned.get(fault, fault) for fault in faults))
    quality = int((again or rng).integers(JPEG_QUALITY[0], JPEG_QUALITY[1] + 1))
    data = jpeg(image.pixels, header, quality, grey="grey-seal" in faults)
    return _described(data, image, sheet, material, person, fields, faults, header, quality, blank)


def _described(
    data: bytes, image: Scan, sheet: Sheet, material: Material, person: Person, fields: dict[str, str], faults: frozenset[str],
    header: int, quality: int, blank: bool,
) -> SamplePage:  # fmt: skip
    height, width = image.pixels.shape[:2]
    return SamplePage(
        data=data,
        material=material.mark,
        width=width,
        height=height,
        dpi=sheet.dpi,
        header_dpi=header,
        width_mm=sheet.width_mm,
        height_mm=sheet.height_mm,
        year=material.day.year,
        skew_deg=image.skew_deg,
        orientation_deg=image.orientation_deg,
        border_mm=image.border_mm,
        blank=blank,
        quality=quality,
        lines=image.lines,
        fields={} if blank else fields,
        asked=() if blank else sheet.asked,
        person=person.name,
        faults=tuple(sorted(faults)),
    )


def _extra(
    seed: int,
    dossier: Dossier,
    key: tuple[int, int, int],
    material: Material,
    sheets: list[Sheet],
    faults: frozenset[str],
    dpi: int,
) -> Iterator[SamplePage]:
    """Pages that follow a material's own: a blank back, a sheet of somebody else's."""
    rng, person = rng_of(*key, 50), dossier.person
    single, whole = len(sheets) % 2 == 1, faults & _ON_PAPER
    header = _header(whole, dpi)
    if "blank-page" in faults or (single and rng.random() < BLANK_BACK_CHANCE):
        blank = blank_sheet(rng, material.form.paper, dpi, "ruled" if rng.random() < 0.4 else "plain")
        back = sheets[-1].ink if single and rng.random() < 0.7 else None
        here = whole | {"blank-page"}
        yield page_from(rng, blank, material, person, {}, here, back, header=header, blank=True)
    if "other-person" in faults:
        stranger = make_person(seed, dossier.number + 1000)
        strange, fields = write_material(rng, split_of(seed), stranger, material, dpi)
        named = next((i for i, rows in enumerate(material.form.pages) if "{name}" in rows), 0)
        made = page_from(rng, strange[named], material, stranger, fields, whole | {"other-person"}, None, header=header)
        yield made


def blank_sheet(rng: Rng, paper: str, dpi: int, kind: BackKind) -> Sheet:
    """A side without a word: plain, or ruled."""
    wide, high = PAPER_MM[paper]
    sheet = Sheet(wide, high, dpi, "right")
    if kind == "ruled":
        ruled(sheet, 10, rng)
    return sheet


def one_page(
    seed: int,
    *,
    form: str = "register",
    page: int = 1,
    dpi: int = 200,
    faults: frozenset[str] = frozenset(),
    person: Person | None = None,
) -> tuple[Pixels, dict[str, Any]]:
    """One scanned page for tests: RGB pixels before JPEG, and its truth. `form` is a form's id or `blank` / `blank-ruled`.

    `faults` are of `scan.Fault`: skew, border, upside-down, sideways, grey.
    """
    split, who = split_of(seed), person or make_person(seed, 0)
    fields: dict[str, str] = {}
    rng = rng_of(seed, 0, page, 9)
    if form.startswith("blank"):
        chosen = forms(split)["register"]
        sheets, fields = [blank_sheet(rng, "A4", dpi, "ruled" if form == "blank-ruled" else "plain")] * page, {}
        material = Material(chosen, chosen.class_code, 1, chosen.title, day_of(rng, chosen, who))
    else:
        chosen = forms(split)[form]
        material = Material(chosen, chosen.class_code, 1, chosen.title, day_of(rng, chosen, who))
        sheets, fields = write_material(rng, split, who, material, dpi)
    sheet = sheets[page - 1]
    back = None if form.startswith("blank") else _behind(sheets, page - 1, chosen)
    image = scan(rng, sheet, age(rng, sheet, material.day.year, back), faults)
    made = _described(b"", image, sheet, material, who, fields, faults, dpi, 0, form.startswith("blank"))
    return np.ascontiguousarray(image.pixels), truth_of(made)
