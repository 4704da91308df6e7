"""Rules of the 档号 that the hand-over list gives (DA/T 13-2022). An empty one is given later and is no finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from standards import identifiers
from standards.identifiers import ArchiveNumber
from standards.profiles import Profile
from standards.rules.facts import DossierFacts, PersonFacts
from standards.rules.spans import span
from standards.values import Finding, PageFacts

_BUILT_ON = "archival-number"
_ALL = "all"


def judge_archive_numbers(people: Sequence[PersonFacts], profile: Profile) -> list[Finding]:
    """The numbers of one list: one finding a cause, with its lines."""
    given = [person for person in people if person.archive_no]
    parsed = [(person, identifiers.parse(person.archive_no)) for person in given]
    return [
        *_form([person for person, number in parsed if number is None], "form", profile),
        *_form([p for p, number in parsed if number and number.category != identifiers.PERSONNEL], "category", profile),
        *_form(_odd_padding(parsed), "padding", profile),
        *_separator([person for person, number in parsed if number and not number.as_written], profile),
        *_unique(parsed, profile),
    ]


def _form(people: Sequence[PersonFacts], kind: str, profile: Profile) -> Iterator[Finding]:
    """D13-STRUCT, D13-FONDS, D13-CLASS; the width of a number is one within a fonds."""
    rule = profile.rule("archive-no.form")
    if rule is not None and people:
        yield rule.finding(file=people[0].list_path, measured=people[0].archive_no, kind=kind, **_rows(people))


def _odd_padding(parsed: Sequence[tuple[PersonFacts, ArchiveNumber | None]]) -> list[PersonFacts]:
    """Those whose volume number has another width than most of the same fonds and category."""
    widths: dict[tuple[str, str], Counter[int]] = {}
    for _, number in parsed:
        if number is not None:
            widths.setdefault((number.fonds, number.category), Counter())[len(number.volume)] += 1
    usual = {key: counts.most_common(1)[0][0] for key, counts in widths.items()}
    return [
        person
        for person, number in parsed
        if number is not None and len(number.volume) != usual[number.fonds, number.category]
    ]


def _separator(people: Sequence[PersonFacts], profile: Profile) -> Iterator[Finding]:
    """D13-SEP: `-` and `·` themselves, no look-alikes."""
    rule = profile.rule("archive-no.separator")
    if rule is not None and people:
        yield rule.finding(file=people[0].list_path, measured=people[0].archive_no, **_rows(people))


def _unique(parsed: Sequence[tuple[PersonFacts, ArchiveNumber | None]], profile: Profile) -> Iterator[Finding]:
    """D13-UNIQ: no number twice; look-alikes do not make two numbers of one."""
    rule = profile.rule("archive-no.unique")
    if rule is None:
        return
    same: dict[str, list[PersonFacts]] = {}
    for person, number in parsed:
        same.setdefault(number.text if number else "".join(person.archive_no.split()), []).append(person)
    for text, people in same.items():
        # Several lists may name the same person.
        if len({person.id_number or person.name or str(person.row) for person in people}) > 1:
            yield rule.finding(file=people[0].list_path, measured=text, **_rows(people))


def _rows(people: Sequence[PersonFacts]) -> dict[str, Any]:
    return {"rows": span(person.row for person in people), "count": len(people), "row": people[0].row}


def judge_image_names(facts: DossierFacts, profile: Profile) -> list[Finding]:
    """D31-NAME-1: images are named by the 档号. One finding a dossier: names of another number than the list's, names

    that are built on it beside others that are not, or (where the profile asks for it) any that is not.
    """
    rule = profile.rule("name.archive-no")
    if rule is None:
        return []
    pages = [page for page in facts.pages() if page.page == 1 and page.name_pattern and page.image_set != "derived"]
    built = [page for page in pages if page.name_pattern == _BUILT_ON]
    others = [page for page in pages if page.name_pattern not in (_BUILT_ON, "cover", "document")]
    foreign = [page for page in built if not _names(page, facts.archive_no)]
    wrong, kind = (foreign, "foreign") if foreign else (others, "mixed" if built else "none")
    if not wrong or (kind == "none" and rule.limit != _ALL):
        return []
    return [rule.finding(file=wrong[0].file, subject=facts.key, measured=len(wrong), kind=kind)]


def _names(page: PageFacts, archive_no: str) -> bool:
    """Whether the image is named by the dossier's number; unknown numbers contradict nothing."""
    stem = page.file.rpartition("/")[2].rpartition(".")[0]
    named, listed = identifiers.parse(stem), identifiers.parse(archive_no)
    return named is None or listed is None or named.text.startswith(f"{listed.text}-")
