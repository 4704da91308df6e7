"""Precision and recall of the rules on text, on samples whose truth is known, read by the real engine.

    juanzong samples FOLDER --seed 15 --dossiers 3 --dpi 200
    python -m bench.reading_rules FOLDER …

Readings are kept in FOLDER/ocr.jsonl, so that a second run only judges. Besides the planted faults, every page is judged as
if it lay in each other dossier (a stranger's page that bears a name or an ID number must be called critical), every paper is
given another paper's title, and every catalogue date is moved by years. Even seeds tune, odd seeds report.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from base.images import read_pixels
from ingest.delivery.model import DeliveredDossier, DeliveredPage
from ingest.delivery.pages import page_bytes
from ingest.delivery.read import read_delivery
from ingest.lost_text import lost_text
from ingest.reading_facts import page_reading, person_on_record
from ocr.engines import engine_factory
from ocr.lines import PageReading as Read
from standards.profiles import Profile, load_profile
from standards.rules.reading import PageReading, ReadDossier, ReadMaterial, judge_reading
from standards.values import Box

_YEARS_OFF = (-12, -3, 3, 13)
Truth = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """A dossier as read and the truth of its pages, by file and page."""

    facts: ReadDossier
    truth: Truth

    def is_named(self, page: PageReading) -> bool:
        """The page bears its person's name or ID number, and is its person's."""
        truth = self.truth[(page.file, page.page)]
        marks = [truth["person"], truth["fields"].get("id") or truth["person"]]
        return "other-person" not in truth["faults"] and any(
            mark in line["text"] for mark in marks for line in truth["lines"]
        )


def cases(folder: Path) -> Iterator[Case]:
    """The dossiers of one folder of samples; what is not read yet is read now and kept."""
    every = [json.loads(path.read_text("utf-8")) for path in (folder / "truth" / "pages").rglob("*.json")]
    readings = _Readings(folder / "ocr.jsonl")
    for batch in sorted((folder / "delivery").iterdir()):
        truth = {(each["file"].partition("/")[2], each["page"]): each for each in every}
        for dossier in read_delivery(batch).dossiers:
            pages = {id(page): readings.of(batch.name, page) for page in dossier.pages}
            yield Case(_facts(dossier, pages), truth)


class _Readings:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = engine_factory("rapidocr")
        self._kept: dict[tuple[str, str, int], dict[str, Any]] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            row = json.loads(line)
            self._kept[(row["batch"], row["file"], row["page"])] = row

    def of(self, batch: str, page: DeliveredPage) -> PageReading:
        key = (batch, page.file.path, page.page)
        if "covered" not in self._kept.get(key, {}):
            self._keep(key, page)
        row = self._kept[key]
        cut, covered = ([_box(box) for box in row[kind]] for kind in ("cut", "covered"))
        return page_reading(Read.from_json(row["reading"]), page.file.path, page.page, cut, covered)

    def _keep(self, key: tuple[str, str, int], page: DeliveredPage) -> None:
        data, frame = page_bytes(page)
        pixels = read_pixels(data, page.file.path, frame)
        known = self._kept.get(key)
        read = Read.from_json(known["reading"]) if known else self._open().read(pixels)
        batch, file, number = key
        row = {
            "batch": batch,
            "file": file,
            "page": number,
            "reading": read.as_json(),
            **asdict(lost_text(pixels, read)),
        }
        self._kept[key] = row
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    def _open(self) -> Any:
        if not hasattr(self, "_opened"):
            self._opened = self._engine()
        return self._opened


def _box(corners: Sequence[int]) -> Box:
    left, top, right, bottom = corners
    return left, top, right, bottom


def _facts(dossier: DeliveredDossier, pages: dict[int, PageReading]) -> ReadDossier:
    row = dossier.person
    rows = {f"{each.class_code}-{each.number}": each for each in dossier.materials}
    by_material: dict[str | None, list[PageReading]] = defaultdict(list)
    for page in dossier.pages:
        by_material[page.material].append(pages[id(page)])
    materials = []
    for key, group in by_material.items():
        if key is not None:
            line = rows.get(key)
            said = (line.title, line.year, line.month, line.day) if line else ("", None, None, None)
            materials.append(ReadMaterial(key, tuple(group), *said))
    person = person_on_record(row.name, row.id_number, row.id_state, row.birth) if row else None
    return ReadDossier(dossier.key, person, tuple(materials), tuple(by_material[None]))


def planted(all_cases: Sequence[Case], profile: Profile) -> Counter[str]:
    """Planted strangers and birth dates against what was found; anything else that was found is a false alarm."""
    count: Counter[str] = Counter()
    for case in all_cases:
        found: dict[tuple[str, int], set[str]] = defaultdict(set)
        for each in judge_reading(case.facts, profile):
            weight = " (hint)" if each.rule.startswith("person.") and each.severity != "critical" else ""
            name = "person" if each.rule.startswith("person.") else each.rule
            found[(each.file or "", each.page or 0)].add(name + weight)
        for page in case.facts.pages:
            place = (page.file, page.page)
            faults = set(case.truth[place]["faults"])
            count["pages"] += 1
            for fault, rule in (("other-person", "person"), ("birth", "birth.contradiction")):
                count[f"{rule} planted"] += fault in faults
                count[f"{rule} found"] += fault in faults and rule in found[place]
                count[f"{rule} false"] += fault not in faults and rule in found[place]
            for rule in ("person (hint)", "catalogue.title", "catalogue.date", "page.cut-off", "page.covered"):
                count[f"{rule} false"] += rule in found[place] and "other-person" not in faults
    return count


def crossed(all_cases: Sequence[Case], profile: Profile) -> Counter[str]:
    """Each page judged in each other dossier."""
    count: Counter[str] = Counter()
    for host in all_cases:
        for guest in all_cases:
            ours, theirs = host.facts.person, guest.facts.person
            if ours is None or theirs is None or ours.name == theirs.name or ours.id_numbers == theirs.id_numbers:
                continue
            found = judge_reading(ReadDossier("x", ours, (), guest.facts.pages), profile)
            critical = {(each.file, each.page) for each in found if each.severity == "critical"}
            named = [page for page in guest.facts.pages if guest.is_named(page)]
            count["strange pages with a name or number"] += len(named)
            count["called critical"] += sum((page.file, page.page) in critical for page in named)
    return count


def altered(all_cases: Sequence[Case], profile: Profile) -> Counter[str]:
    """Each paper under another paper's title, and with its date moved by years."""
    count: Counter[str] = Counter()
    chance = random.Random(5)
    for case in all_cases:
        for material in case.facts.materials:
            others = [each.title for each in case.facts.materials if each.title not in ("", material.title)]
            if not others or material.year is None or not material.pages:
                continue
            retitled = replace(material, title=chance.choice(others))
            redated = replace(material, year=material.year + chance.choice(_YEARS_OFF))
            for name, changed in (("catalogue.title", retitled), ("catalogue.date", redated)):
                found = judge_reading(replace(case.facts, materials=(changed,)), profile)
                count[f"{name} altered"] += 1
                count[f"{name} found"] += any(each.rule == name for each in found)
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    folders: list[Path] = parser.parse_args().folders
    profile = load_profile()
    all_cases = [case for folder in folders for case in cases(folder)]
    for count in (planted(all_cases, profile), crossed(all_cases, profile), altered(all_cases, profile)):
        for name, number in count.items():
            print(f"{number:7d}  {name}")


if __name__ == "__main__":
    main()
