"""Rules on what was read: pure functions from lines with places to findings. None of them fails a page by itself."""

from __future__ import annotations

from collections.abc import Iterator

from standards.profiles import Profile
from standards.rules.reading.birth import judge_birth
from standards.rules.reading.doubles import cleared
from standards.rules.reading.papers import judge_papers
from standards.rules.reading.person import judge_person
from standards.rules.reading.values import PageReading, PersonOnRecord, ReadDossier, ReadLine, ReadMaterial
from standards.values import Finding

__all__ = ["PageReading", "PersonOnRecord", "ReadDossier", "ReadLine", "ReadMaterial", "cleared", "judge_reading"]


def judge_reading(dossier: ReadDossier, profile: Profile) -> list[Finding]:
    """All that the profile's rules find in the text of one dossier; nothing where no page was read."""
    of_others = list(judge_person(dossier, profile))
    strangers = frozenset((each.file or "", each.page or 0) for each in of_others if each.severity == "critical")
    return [
        *of_others,
        *judge_birth(dossier, strangers, profile),
        *judge_papers(dossier, profile),
        *judge_cut_off(dossier, profile),
        *judge_covered(dossier, profile),
    ]


def judge_cut_off(dossier: ReadDossier, profile: Profile) -> Iterator[Finding]:
    """10.5.1: an incomplete image. Text that runs out of the picture."""
    rule = profile.rule("page.cut-off")
    if rule is None:
        return
    for page in dossier.pages:
        if page.cut:
            yield rule.finding(file=page.file, page=page.page, measured=len(page.cut), boxes=list(page.cut))


def judge_covered(dossier: ReadDossier, profile: Profile) -> Iterator[Finding]:
    """Text under a folded corner or a slip: practice of scanning rooms, for a person to look at."""
    rule = profile.rule("page.covered")
    if rule is None:
        return
    for page in dossier.pages:
        if page.covered:
            yield rule.finding(file=page.file, page=page.page, measured=len(page.covered), boxes=list(page.covered))
