"""The key papers of a retiree's dossier, looked for by title and class along the person's time line.

A title that names the paper counts wherever it stands; a weak word (转正, 工资) counts only in one of the paper's classes. A
title one character away from a known one is shown to a person, and never counts by itself: 退职审批表 is not 退休审批表.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from base.text import dates, identity
from base.text.normalise import fold
from standards.schemes import DEFAULT_SCHEME, load_scheme
from standards.values import Certainty

State = Literal["present", "missing", "undecided", "not_needed", "closed"]
_FILE = Path(__file__).parent / "key_papers.toml"
# Shorter titles differ from others by one character too easily.
_LEAST_FUZZY = 5
_SEXES = {"male": "男", "female": "女"}
_NOISE = re.compile(r"[《》〈〉\"'“”‘’()\[\]【】·・.,;:_\-—]|复印件|复制件|原件|副本")


@dataclass(frozen=True, slots=True)
class KeyPaper:
    """One key paper as the data gives it; its name is `key-paper.ID` of the message catalogue. `points` are of 100."""

    id: str
    certainty: Certainty
    points: int
    also: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    member: bool = False
    years_each: int | None = None
    inside: str | None = None
    retired_from: int | None = None
    retired_below: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TitledMaterial:
    """A line of the 卷内目录: key within the dossier, class code, title, year of the paper where it is written."""

    key: str
    class_code: str
    title: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class PersonTimes:
    """What is known of the person, None or empty where it is not. Years are Western; `sex` is 男 or 女."""

    sex: str = ""
    born: int | None = None
    retired: int | None = None
    member: bool | None = None


def times_of(sex: str, birth: str, retired: str, id_number: str | None) -> PersonTimes:
    """What a row of the hand-over list says; birth and sex by the ID number where the row leaves them out."""
    number = identity.parse(id_number or "")
    by_number = number.birth.year if number.birth is not None else None
    written = next((each for each in _SEXES.values() if sex.strip().startswith(each)), "")
    return PersonTimes(
        sex=written or _SEXES.get(number.sex or "", ""), born=_year(birth) or by_number, retired=_year(retired)
    )


def _year(text: str) -> int | None:
    found = dates.parse(text) if text else None
    return None if found is None else found.year


@dataclass(frozen=True, slots=True)
class PaperResult:
    """What was found of one key paper.

    `materials` are the keys that satisfy it, `needed` how many are asked for. `why` is a code `key-why.…` where it is
    undecided or not needed. `similar` is the key of a material whose title is one character away: for a person to look at.
    """

    paper: KeyPaper
    state: State
    materials: tuple[str, ...] = ()
    needed: int = 1
    why: str | None = None
    similar: str | None = None

    @property
    def earned(self) -> float:
        """The paper's points, in part where only some of several are there."""
        return self.paper.points * min(1.0, len(self.materials) / self.needed)


@dataclass(frozen=True, slots=True)
class Completeness:
    """All key papers in the order of the list. `score` is 0–100 over those that can be decided, None where none can.

    A written statement closes what is missing; it earns no points, because the paper is still not there.
    """

    results: tuple[PaperResult, ...]

    @property
    def score(self) -> int | None:
        counted = [each for each in self.results if each.state in ("present", "missing", "closed")]
        possible = sum(each.paper.points for each in counted)
        return round(100 * sum(each.earned for each in counted) / possible) if possible else None

    def of(self, state: State) -> tuple[PaperResult, ...]:
        return tuple(each for each in self.results if each.state == state)


@cache
def key_papers() -> tuple[KeyPaper, ...]:
    """All key papers in the order of the file."""
    listed: list[dict[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))["paper"]
    return tuple(_paper(entry) for entry in listed)


def _paper(entry: dict[str, Any]) -> KeyPaper:
    lists = {name: tuple(entry.get(name, ())) for name in ("also", "titles", "weak", "never")}
    classes = {scheme: tuple(codes) for scheme, codes in entry.get("classes", {}).items()}
    return KeyPaper(**{**entry, **lists, "classes": classes})


def assess(
    person: PersonTimes,
    materials: Sequence[TitledMaterial],
    *,
    closed: Collection[str] = (),
    scheme: str = DEFAULT_SCHEME,
) -> Completeness:
    """Which key papers the 卷内目录 names. `closed` are the ids of papers with a written 缺失材料说明.

    `scheme` is the classification scheme of the class codes; in one that the list does not know, weak words never count.
    Nothing can be said of a dossier without any title.
    """
    found = {paper.id: _found(paper, materials, scheme) for paper in key_papers()}
    member = True if found["party-form"] or found["party-probation"] else person.member
    known = _Known(person, member, _service(person, found, materials), _mostly_untitled(materials))
    results = []
    for paper in key_papers():
        result = _judge(paper, found, known, materials)
        if result.state == "missing" and paper.id in closed:
            result = PaperResult(paper, "closed", result.materials, result.needed, None, result.similar)
        results.append(result)
    return Completeness(tuple(results))


@dataclass(frozen=True, slots=True)
class _Known:
    person: PersonTimes
    member: bool | None
    service: int | None
    untitled: bool


def _judge(
    paper: KeyPaper, found: Mapping[str, tuple[str, ...]], known: _Known, materials: Sequence[TitledMaterial]
) -> PaperResult:
    keys = found[paper.id]
    needed = max(1, (known.service or 0) // paper.years_each) if paper.years_each else 1
    if len(keys) >= needed:
        return PaperResult(paper, "present", keys, needed)
    state, why = _condition(paper, found, known)
    similar = _similar(paper, materials) if state == "missing" else None
    return PaperResult(paper, state, keys, needed, why, similar)


def _condition(paper: KeyPaper, found: Mapping[str, tuple[str, ...]], known: _Known) -> tuple[State, str | None]:
    """Whether an absent paper is missing, not asked of this person, or not decidable; and why."""
    if paper.member and known.member is not True:
        return ("not_needed", "key-why.not-member") if known.member is False else ("undecided", "key-why.party-unknown")
    for condition in (_by_year, _by_age):
        answer = condition(paper, known.person)
        if answer is not None:
            return answer
    if known.untitled:
        return "undecided", "key-why.untitled"
    if paper.inside and found[paper.inside]:
        return "undecided", "key-why.inside"
    if paper.certainty == "project":
        return "undecided", "key-why.may-not-exist"
    return "missing", None


def _by_year(paper: KeyPaper, person: PersonTimes) -> tuple[State, str] | None:
    if paper.retired_from is None:
        return None
    if person.retired is None:
        return "undecided", "key-why.retired-unknown"
    return ("not_needed", "key-why.retired-before") if person.retired < paper.retired_from else None


def _by_age(paper: KeyPaper, person: PersonTimes) -> tuple[State, str] | None:
    if not paper.retired_below:
        return None
    below = paper.retired_below.get(person.sex)
    if below is None or person.born is None or person.retired is None:
        return "undecided", "key-why.age-unknown"
    return ("not_needed", "key-why.regular-age") if person.retired - person.born >= below else None


def _service(
    person: PersonTimes, found: Mapping[str, tuple[str, ...]], materials: Sequence[TitledMaterial]
) -> int | None:
    """Years from the paper of entry to retirement, None where one of them is not known or they contradict."""
    years = {each.key: each.year for each in materials}
    starts = [year for key in found["entry"] if (year := years[key]) is not None]
    ends = [year for key in found["retirement"] if (year := years[key]) is not None]
    retired = person.retired if person.retired is not None else max(ends, default=None)
    if not starts or retired is None or retired < min(starts):
        return None
    return retired - min(starts)


def _mostly_untitled(materials: Sequence[TitledMaterial]) -> bool:
    return 2 * sum(not _plain(each.title) for each in materials) >= max(1, len(materials))


def _found(paper: KeyPaper, materials: Sequence[TitledMaterial], scheme: str) -> tuple[str, ...]:
    return tuple(each.key for each in materials if _satisfies(paper, each, scheme))


def _satisfies(paper: KeyPaper, material: TitledMaterial, scheme: str) -> bool:
    title = _plain(material.title)
    if not title:
        return False
    if title in _names(paper):
        return True
    if any(re.search(pattern, title) for pattern in paper.never):
        return False
    if any(re.search(pattern, title) for pattern in paper.titles):
        return True
    return any(re.search(pattern, title) for pattern in paper.weak) and _in_class(paper, material.class_code, scheme)


def _in_class(paper: KeyPaper, code: str, scheme: str) -> bool:
    """A class takes in those below it, and a bare 9 may be any of its sub-classes."""
    wanted = paper.classes.get(scheme, ())
    found = load_scheme(scheme).find(code) if wanted and code else None
    if found is None:
        return False
    return any(f"{found.code}-".startswith(f"{each}-") or each.startswith(f"{found.code}-") for each in wanted)


def _names(paper: KeyPaper) -> frozenset[str]:
    return frozenset(_plain(name) for name in paper.also)


def _similar(paper: KeyPaper, materials: Sequence[TitledMaterial]) -> str | None:
    """The first material whose title is one character away from a name of the paper, and is no other paper's name."""
    others = {name for other in key_papers() if other.id != paper.id for name in _names(other)}
    names = [name for name in _names(paper) if len(name) >= _LEAST_FUZZY]
    for material in materials:
        title = _plain(material.title)
        if title not in others and any(_one_apart(title, name) for name in names):
            return material.key
    return None


def _one_apart(left: str, right: str) -> bool:
    """One character replaced, left out or put in."""
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((index for index, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest = short[at:] if len(long) > len(short) else short[at + 1 :]
    return short != long and rest == long[at + 1 :]


def _plain(title: str) -> str:
    """The folded title without marks around it and without what says that it is a copy."""
    return _NOISE.sub("", fold(title)).replace(" ", "")
