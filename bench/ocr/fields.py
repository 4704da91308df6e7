"""Fields read from forms, against what each page asks for: precision, recall and F1, print and hand apart.

Pages are all sides of all forms of odd seeds at 300 dpi, those that ask for nothing too: what is read from them is wrong. A
value counts as right only if every character is (dates, sex, groups and lists by their normal form, other texts after NFKC
without punctuation). Beside it stands how often the field was found at all: a value at its place, half of its characters right.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from base.images import Pixels
from base.text.normalise import fold
from bench.ocr.field_pictures import FILE, Wrong, draw
from bench.ocr.scoring import scored
from bench.ocr.setup import Setup
from ingest.samples.materials import forms
from ingest.samples.pages import one_page
from ingest.samples.people import make_person
from ingest.samples.words import split_of
from ocr.engine import OcrEngine
from ocr.engines import engine_factory
from ocr.fields import FieldValue, extract
from ocr.fields.forms import closed_list
from ocr.lines import PageReading

# No page of these was read before (docs/decisions/0015); each has about 22 pages.
_SEEDS = range(1001, 1061, 2)
_PAGES = 160
_DPI = 300
LIMITS = {"print": 0.97, "hand": 0.90}
_SEX = {"男": "1", "女": "2"}
_LISTED = ("ethnic_group", "education", "political_status", "retirement_kind")


@dataclass(frozen=True, slots=True)
class Case:
    """One page of a form: what it asks for and what was read."""

    seed: int
    form: str
    page: int
    truth: Mapping[str, Any]
    reading: PageReading

    def pixels(self) -> Pixels:
        return one_page(self.seed, form=self.form, page=self.page, dpi=_DPI)[0]


def tables(setup: Setup) -> list[str]:
    scores: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong: list[Wrong] = []
    for case in _cases(setup.work / "fields", setup.count(_PAGES)):
        _score(case, scores, wrong)
    draw(wrong, {(each.seed, each.form, each.page): each.pixels for each in wrong})
    kinds = ("print", "hand")
    return [
        _table("all", "what is filled in", [(kind, scores["kind", kind], LIMITS[kind]) for kind in kinds]),
        _table(
            "by form", "form", [(name, scores[key]) for key in sorted(scores) if (name := key[1]) and key[0] == "form"]
        ),
        _table(
            "by field",
            "field",
            [(name, scores[key]) for key in sorted(scores) if (name := key[1]) and key[0] == "field"],
        ),
        f"Wrong ones as pictures: `docs/pictures/{FILE.name}`.",
    ]


def _cases(folder: Path, count: int) -> Iterator[Case]:
    """Pages with their readings, kept in the work folder for the next run with the same engine."""
    engine = engine_factory("rapidocr")()
    for number, (seed, form, page) in enumerate(_sides()):
        if number >= count:
            return
        kept = folder / engine.version.replace("/", "-") / f"{seed}-{form}-{page}.json"
        if not kept.exists():
            _read(engine, seed, form, page, kept)
        data = json.loads(kept.read_text("utf-8"))
        yield Case(seed, form, page, data["truth"], PageReading.from_json(data["reading"]))


def _read(engine: OcrEngine, seed: int, form: str, page: int, to: Path) -> None:
    pixels, truth = one_page(seed, form=form, page=page, dpi=_DPI)
    reading = engine.read(pixels)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps({"truth": truth, "reading": reading.as_json()}, ensure_ascii=False), "utf-8")


def _sides() -> Iterator[tuple[int, str, int]]:
    for seed in _SEEDS:
        person = make_person(seed, 0)
        for name, form in forms(split_of(seed)).items():
            if name != "party" or person.party is not None:
                yield from ((seed, name, page) for page in range(1, len(form.pages) + 1))


def _score(case: Case, scores: dict[tuple[str, str], Counter[str]], wrong: list[Wrong]) -> None:
    asked = case.truth["asked"]
    kind = asked[0]["kind"] if asked else "none"
    read = extract(case.reading)
    true = {(each["name"], _expected(each)) for each in asked}
    got = {(each.name, _normal(each)): each for each in read.fields}
    for name in {name for name, _ in true | got.keys()}:
        mine = {value for each, value in true if each == name}
        seen = {value for each, value in got if each == name}
        tally = Counter(
            right=len(mine & seen), extra=len(seen - mine), missed=len(mine - seen), found=_found(mine, seen)
        )
        for key in (("kind", kind), ("form", f"{case.form}, {kind}"), ("field", f"{name}, {kind}")):
            scores[key].update(tally)
        if mine != seen:
            value = next((got[name, each] for each in sorted(seen - mine)), None)
            wrong.append(
                Wrong(
                    case.seed,
                    case.form,
                    case.page,
                    name,
                    sorted(mine - seen),
                    sorted(seen - mine),
                    _place(case, value, mine),
                    case.pixels,
                )
            )
    scores["kind", kind].update(pages=1)


def _found(true: set[str], read: set[str]) -> int:
    """How many true values have a read one of which half the characters agree."""
    return sum(any(Levenshtein.normalized_similarity(each, other) >= 0.5 for other in read) for each in true)


def _expected(asked: Mapping[str, Any]) -> str:
    if asked["normal"]:
        return str(asked["normal"])
    if asked["name"] == "sex":
        return _SEX[asked["value"]]
    if asked["name"] in _LISTED:
        return closed_list(asked["name"])[fold(asked["value"])]
    return scored(fold(asked["value"]))


def _normal(value: FieldValue) -> str:
    if "date" in value.name or value.name == "sex":
        return value.normal or value.value
    return value.normal if value.normal and value.name in _LISTED else scored(fold(value.normal or value.value))


def _place(case: Case, value: FieldValue | None, true: set[str]) -> Sequence[Sequence[float]] | None:
    """Where the wrong value stands, or the line that holds the missed one."""
    if value is not None:
        return value.box
    lines = case.truth["lines"]
    return next((line["box"] for line in lines if any(each in scored(fold(line["text"])) for each in true)), None)


def _table(title: str, first: str, rows: Sequence[tuple[Any, ...]]) -> str:
    table = [
        f"**Fields of forms, {title}**",
        "",
        f"| {first} | values | right | wrong or extra | precision | recall | F1 | found at all | limit |",
        "|---|" + "---:|" * 8,
    ]
    for name, tally, *limit in rows:
        true, read = tally["right"] + tally["missed"], tally["right"] + tally["extra"]
        f1 = 2 * tally["right"] / (true + read) if true + read else 1.0
        told = [_share(tally["right"], read), _share(tally["right"], true), f"{f1:.3f}", _share(tally["found"], true)]
        cells = [str(true), str(tally["right"]), str(tally["extra"]), *told, f"≥ {limit[0]}" if limit else ""]
        table.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(table)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "–"
