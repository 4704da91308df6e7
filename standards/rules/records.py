"""DA/T 18-2022: mandatory fields of dossiers and materials, and the words that a field may hold.

A field that no record of a list fills gives no information and is no finding, unless the profile asks for all fields.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from base.text import dates
from standards.profiles import Profile
from standards.rules.facts import DossierFacts, PersonFacts
from standards.rules.spans import span
from standards.values import Finding

_FILE = Path(__file__).parent.parent / "records.toml"
_ALL = "all"
# The level is what the list is; nobody writes it.
_BY_STRUCTURE = frozenset({"level"})
_SHOWN = 3

Level = Literal["volume", "item"]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its line in a list, its fields by name, empty where the line says nothing."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Level:
    mandatory: tuple[str, ...]
    inherited: frozenset[str]


def judge_records(
    level: Level, records: Sequence[Record], profile: Profile, *, file: str | None, subject: str | None = None
) -> list[Finding]:
    """The records of one list: one finding a field, with the lines that lack it or hold what it may not."""
    return [
        *_mandatory(level, records, profile, file, subject),
        *_values(records, profile, file, subject),
    ]


def volume_record(person: PersonFacts) -> Record:
    """The dossier's record as its line of the hand-over list gives it; the person's name is its title."""
    values = {
        "archive_no": person.archive_no,
        "title": person.name,
        "responsible": person.organisation,
        "retention": person.retention,
        "living": person.living,
        "sex": person.sex,
    }
    return Record(person.row, values)


def item_records(facts: DossierFacts) -> list[Record]:
    """The materials' records as the 卷内目录 gives them. A date is in its exchange form where it can be read at all."""
    return [
        Record(row.row, {"title": row.title, "date": row.date.digits if row.date else row.date_raw})
        for row in facts.catalogue
    ]


def is_value(name: str, text: str) -> bool:
    """Whether a field may hold `text`; any text where the standard gives no list. A date must also be one that can be."""
    pattern = _values_of().get(name)
    if pattern is None:
        return True
    plain = "".join(text.split())
    if not pattern.fullmatch(plain):
        return False
    return name != "date" or _is_date(plain.strip("[]"))


def _is_date(digits: str) -> bool:
    return dates.of_parts(int(digits[:4]), int(digits[4:6]), int(digits[6:])) is not None


def _mandatory(
    level: Level, records: Sequence[Record], profile: Profile, file: str | None, subject: str | None
) -> Iterator[Finding]:
    rule = profile.rule("record.mandatory")
    if rule is None:
        return
    asked = _levels()[level]
    for name in asked.mandatory:
        if name in _BY_STRUCTURE or name in asked.inherited:
            continue
        empty = [record.row for record in records if not record.values.get(name)]
        if empty and (rule.limit == _ALL or len(empty) < len(records)):
            yield rule.finding(
                file=file, subject=subject, measured=name, rows=span(empty), count=len(empty), row=empty[0]
            )


def _values(records: Sequence[Record], profile: Profile, file: str | None, subject: str | None) -> Iterator[Finding]:
    rule = profile.rule("record.values")
    if rule is None:
        return
    names = dict.fromkeys(name for record in records for name in record.values)
    for name in names:
        wrong = {
            record.row: record.values[name]
            for record in records
            if record.values.get(name) and not is_value(name, record.values[name])
        }
        if wrong:
            said = ", ".join(list(dict.fromkeys(wrong.values()))[:_SHOWN])
            yield rule.finding(
                file=file, subject=subject, measured=name, rows=span(wrong), count=len(wrong), row=min(wrong), said=said
            )


@cache
def _levels() -> dict[str, _Level]:
    table = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        level: _Level(tuple(table[level]["mandatory"]), frozenset(table[level].get("inherited", ())))
        for level in ("volume", "item")
    }


@cache
def _values_of() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: re.compile(entry["pattern"]) for name, entry in table["values"].items()}
