"""Birth dates that papers state otherwise than the list or the ID number. Which one holds is decided by a person."""

from __future__ import annotations

from collections.abc import Iterator

from base.text.dates import PartialDate
from standards.profiles import Profile
from standards.rules.reading.layout import boxes_of, placed_lines
from standards.rules.reading.values import PageReading, ReadDossier
from standards.rules.reading.written import DateRead, birth_dates
from standards.values import Finding

_RULE = "birth.contradiction"
# One digit is easily misread; two in one date, or one that was read surely, are written so. Tuned on even seeds.
_READ = 0.9
_SURE = 0.97


def judge_birth(dossier: ReadDossier, strangers: frozenset[tuple[str, int]], profile: Profile) -> Iterator[Finding]:
    """At most one finding a page; `strangers` are pages of other people, which say nothing of this one's birth."""
    rule = profile.rule(_RULE)
    known = dossier.person.births if dossier.person else ()
    if rule is None or not known:
        return
    for page in dossier.pages:
        if (page.file, page.page) in strangers:
            continue
        found = _contradiction(page, known)
        if found is not None:
            yield rule.finding(
                file=page.file,
                page=page.page,
                measured=_written(found.date),
                limit=_written(known[0]),
                certain=round(found.confidence, 2),
                boxes=boxes_of(*found.lines),
            )


def _contradiction(page: PageReading, known: tuple[PartialDate, ...]) -> DateRead | None:
    """The surest birth date of a page that agrees with none of the known ones; none where another on the page does."""
    read = [each for each in birth_dates(placed_lines(page)) if not each.date.lunar]
    if any(_agrees(each.date, one) for each in read for one in known):
        return None
    sure = [each for each in read if each.confidence >= (_SURE if _near(each.date, known) else _READ)]
    return max(sure, key=lambda each: each.confidence, default=None)


def _agrees(one: PartialDate, other: PartialDate) -> bool:
    """The parts that both give are equal."""
    parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
    return all(a == b for a, b in parts if a is not None and b is not None)


def _near(date: PartialDate, known: tuple[PartialDate, ...]) -> bool:
    return any(_digits_apart(date, each) <= 1 for each in known)


def _digits_apart(one: PartialDate, other: PartialDate) -> int:
    """How many digits differ among the parts that both give."""
    count = sum(a != b for a, b in zip(f"{one.year:04d}", f"{other.year:04d}", strict=True))
    for a, b in ((one.month, other.month), (one.day, other.day)):
        if a is not None and b is not None:
            count += sum(x != y for x, y in zip(f"{a:02d}", f"{b:02d}", strict=True))
    return count


def _written(date: PartialDate) -> str:
    return "-".join(f"{part:02d}" for part in (date.year, date.month, date.day) if part is not None)
