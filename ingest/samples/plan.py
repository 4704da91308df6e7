"""What each dossier is and what is wrong with it, decided before a page is drawn. Every fault has its place in the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ingest.samples.materials import Material, materials_of
from ingest.samples.people import Person, make_person, sharing_id, with_wrong_check
from ingest.samples.words import rng_of, split_of

Container = Literal["folders", "pdf", "run"]
# name → the rule that should see it, as `juanzong rules` names them
FAULTS: dict[str, str] = {
    "missing-page": "number.gap",
    "rescan": "page.duplicate",
    "low-dpi": "page.dpi",
    "other-person": "person.other-name",
    "upside-down": "page.orientation",
    "birth": "birth.contradiction",
    "grey-seal": "page.colour",
    "blank-page": "page.blank",
    "copy": "page.duplicate",
    "lying-header": "page.dpi-header",
    "wrong-check": "id.checksum",
    "missing-last": "catalogue.count",
    "skew": "page.skew",
    "border": "page.border",
    "sideways": "page.orientation",
}
_ORDER = tuple(FAULTS)
BLANK_BACK_CHANCE = 0.06


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier to be made. `key` is its folder; `list_id` what the list says (None: the cell is empty)."""

    number: int
    key: str
    archive_no: str
    container: Container
    batch: str
    person: Person
    list_id: str | int | None
    materials: tuple[Material, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def batch_of(seed: int, container: Container) -> str:
    return f"{'B02' if container == 'run' else 'B01'}-{seed:04d}"


def _container(number: int) -> Container:
    if number % 4 == 3:
        return "run"
    return "pdf" if number % 8 == 5 else "folders"


def plan_dossier(seed: int, number: int, dossiers: int) -> Dossier:
    """The plan of one dossier; depends on seed, number and how many there are, on nothing drawn before."""
    container = _container(number)
    faults = (
        () if number % 5 == 4 else tuple(_ORDER[(2 * (number - number // 5) + step) % len(_ORDER)] for step in (0, 1))
    )
    person, notes = make_person(seed, number), []
    list_id: str | int | None
    if dossiers >= 8 and number == 4:
        person, notes = sharing_id(person, make_person(seed, 2)), ["id-shared-with-2"]
    if dossiers >= 8 and number == 6:
        person, notes = replace(person, name=make_person(seed, 0).name), ["same-name-as-0"]
    if "wrong-check" in faults:
        person = with_wrong_check(person)
    list_id = person.id_number
    if dossiers >= 8 and number == 1:
        list_id, notes = None, ["id-missing"]
    if dossiers >= 8 and number == 5:
        # A spreadsheet keeps 15 digits of a number; an X could never have been stored as one.
        list_id, notes = int(person.id_number[:15] + "000"), ["id-truncated"]
    archive_no = f"LT-{seed:03d}-{number + 1:04d}"
    key = {"run": person.id_number, "pdf": archive_no, "folders": archive_no}[container]
    if container == "folders" and number % 4 == 2 and number not in (2, 6):
        key = person.worker_number + person.name
    rng = rng_of(seed, number, 0, 2)
    return Dossier(
        number=number,
        key=key,
        archive_no=archive_no,
        container=container,
        batch=batch_of(seed, container),
        person=person,
        list_id=list_id,
        materials=materials_of(rng, split_of(seed), person),
        faults=faults,
        notes=tuple(notes),
    )


def contradicting_birth(birth: date) -> date:
    """The birth date that the planted form states: two years and some months earlier."""
    return date(birth.year - 2, (birth.month + 4) % 12 + 1, min(28, birth.day + 3))
