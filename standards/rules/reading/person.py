"""Another person's paper: the defect that matters most. A name or an ID number on a page that is not the dossier's.

Reading errs, above all in handwriting, so nothing here fails a page: what is sure is critical, what may be a misreading is
a hint, and what the page itself clears (it also bears the right name or number) is one too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from base.text import identity
from standards.profiles import Profile
from standards.rules.reading.layout import Placed, boxes_of, placed_lines
from standards.rules.reading.names import NameRead, folded_names, names_on, nearest
from standards.rules.reading.numbers import NumberRead, is_another, numbers_on, own_numbers
from standards.rules.reading.surnames import has_surname
from standards.rules.reading.values import PageReading, ReadDossier
from standards.values import Finding, Severity

# What handwriting reads to below these is hardly ever the name written, and seldom has nothing in common with it.
# Tuned on even seeds.
_READ_NEAR = 0.9
_READ_OTHER = 0.7
_PRINTED = 0.97


@dataclass(frozen=True, slots=True)
class _Page:
    page: PageReading
    lines: tuple[Placed, ...]
    material: str


def judge_person(dossier: ReadDossier, profile: Profile) -> Iterator[Finding]:
    """`person.other-id` and `person.other-name`, at most one of each a page."""
    person = dossier.person
    if person is None:
        return
    pages = [_Page(page, placed_lines(page), each.key) for each in dossier.materials for page in each.pages]
    pages += [_Page(page, placed_lines(page), "") for page in dossier.unsorted]
    names = folded_names(person.name, person.former_names)
    numbers = person.id_numbers or own_numbers([each.lines for each in pages], names)
    judged = [_judged(each, names, numbers) for each in pages]
    strange = Counter((each.page.material, each.name.name) for each in judged if each.name is not None)
    for each in judged:
        # The same strange name twice in one material, or with a stranger's number, was not misread.
        twice = each.name is not None and strange[(each.page.material, each.name.name)] > 1
        yield from _findings(each, names, twice, profile)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What of a page is not the dossier's; `own` where the page also bears what is."""

    page: _Page
    number: NumberRead | None
    name: NameRead | None
    own: bool


def _judged(each: _Page, names: Sequence[str], numbers: Sequence[str]) -> _Judged:
    read = list(numbers_on(each.lines))
    own = _is_cleared(each.lines, read, names, numbers)
    name = None if own or not names else _other_name(list(names_on(each.lines)), names)
    return _Judged(each, _other_number(read, numbers), name, own)


def _findings(each: _Judged, names: Sequence[str], twice: bool, profile: Profile) -> Iterator[Finding]:
    if each.number is not None:
        yield from _number_finding(each.page.page, each.number, each.own, profile)
    if each.name is not None:
        yield from _name_finding(each.page.page, each.name, names, twice or each.number is not None, profile)


def _is_cleared(
    lines: Sequence[Placed], read: Sequence[NumberRead], names: Sequence[str], numbers: Sequence[str]
) -> bool:
    """The page bears the right number, or the right name anywhere."""
    if any(each.number in numbers for each in read):
        return True
    return any(name in line.text for name in names for line in lines)


def _other_number(read: Sequence[NumberRead], known: Sequence[str]) -> NumberRead | None:
    """The stranger's number that weighs most; none where the dossier's own is not known."""
    others = [each for each in read if known and is_another(each.number, known)]
    return min(others, key=lambda each: (each.others, -each.line.line.confidence), default=None)


def _number_finding(page: PageReading, found: NumberRead, own: bool, profile: Profile) -> Iterator[Finding]:
    rule = profile.rule("person.other-id")
    if rule is None:
        return
    finding = rule.finding(
        file=page.file,
        page=page.page,
        measured=identity.mask(found.number),
        certain=round(found.line.line.confidence, 2),
        boxes=boxes_of(found.line),
    )
    # A relative's number, or a stranger's beside the right one (a form for two, a letter about another), is told softly.
    weak = found.others or own
    yield replace(finding, severity="info", verdict="review") if weak else finding


def _other_name(read: Sequence[NameRead], known: Sequence[str]) -> NameRead | None:
    """The name that contradicts the dossier most; none where one of the fields holds the right name."""
    if any(nearest(each.name, known) == "same" for each in read):
        return None
    judged = [(nearest(each.name, known) == "near", -each.confidence, each) for each in read]
    sure = [each for each in judged if -each[1] >= (_READ_NEAR if each[0] else _READ_OTHER)]
    return min(sure, key=lambda each: each[:2])[2] if sure else None


def _name_finding(
    page: PageReading, found: NameRead, known: Sequence[str], sure: bool, profile: Profile
) -> Iterator[Finding]:
    rule = profile.rule("person.other-name")
    if rule is None:
        return
    near = nearest(found.name, known) == "near"
    doubtful = near or not has_surname(found.name) or found.confidence < _PRINTED
    severity: Severity = rule.severity if sure or not doubtful else "minor"
    certain = found.confidence * (0.5 if near else 1.0)
    finding = rule.finding(
        file=page.file,
        page=page.page,
        # Never the name itself: findings reach logs and reports; the box shows it to who may see the page.
        certain=round(certain, 2),
        boxes=boxes_of(*found.lines),
    )
    yield replace(finding, severity=severity)
