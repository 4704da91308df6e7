"""Rules of what lies around a page: numbers without gaps, lists against images, ID numbers, one format per batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from standards.profiles import Profile
from standards.values import Finding, PageFacts

# More missing numbers in a row than this are named as a range.
_NAMED_SINGLY = 3
# The naming pattern of covers, bags and catalogue pages which no 页数 counts.
_COVER = "cover"
# What a listed dossier must have at least where its row does not say how many pages it has.
_SOME = "≥ 1"


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """One material: its key, its pages in order, and the pages that the catalogue promises (None where it does not say)."""

    key: str
    pages: tuple[PageFacts, ...]
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """One dossier: `key` as the delivery names it; pages outside any material run under the dossier's own number."""

    key: str
    materials: tuple[MaterialFacts, ...]
    unsorted: tuple[PageFacts, ...] = ()
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One row of the hand-over list. `state`: ok, old, missing, checksum, form, truncated; `id_number` None where unusable."""

    list_path: str
    row: int
    id_number: str | None
    state: str


@dataclass(frozen=True, slots=True)
class UnreadableList:
    """A list of the delivery that could not be read. `reason`: locked, damaged, encoding, too-large, too-long, unreadable."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class AbsentDossier:
    """A row of the hand-over list without any image; `promised` its pages, None where the list does not say."""

    list_path: str
    row: int
    promised: int | None


def judge_dossier(facts: DossierFacts, profile: Profile) -> list[Finding]:
    """Gaps, repeats and counts of one dossier."""
    found: list[Finding] = []
    for material in facts.materials:
        subject = f"{facts.key}/{material.key}"
        found.extend(_numbers(material.pages, subject, profile))
        found.extend(_count(material.pages, material.promised, subject, profile))
    found.extend(_numbers(facts.unsorted, facts.key, profile))
    if not any(finding.rule == "catalogue.count" for finding in found):
        # The list's total says again what a material said already.
        everything = (*(page for material in facts.materials for page in material.pages), *facts.unsorted)
        found.extend(_count(everything, facts.promised, facts.key, profile))
    return found


def _numbers(pages: Sequence[PageFacts], subject: str, profile: Profile) -> list[Finding]:
    """10.5.2: no page is missing, none is scanned twice. Each set of images (原始, 优化) counts for itself."""
    found: list[Finding] = []
    for image_set in ("original", "optimised"):
        numbered = [
            page for page in pages if page.image_set == image_set and page.number is not None and page.page == 1
        ]
        found.extend(_gaps(numbered, subject, profile))
        found.extend(_repeats(numbered, subject, profile))
    return found


def _gaps(pages: Sequence[PageFacts], subject: str, profile: Profile) -> list[Finding]:
    rule = profile.rule("number.gap")
    if rule is None or not pages:
        return []
    at = {page.number: page for page in reversed(pages) if page.number is not None}
    numbers = sorted(at)
    found = []
    # A number 0 is a cover; the first page of a material is 1.
    for before, after in zip([min(0, numbers[0]), *numbers], numbers, strict=False):
        missing = list(range(before + 1, after))
        if missing:
            page = at[after]
            found.append(
                rule.finding(
                    file=page.file,
                    page=page.page,
                    subject=subject,
                    measured=_span(missing),
                    count=len(missing),
                    after=before,
                )
            )
    return found


def _span(missing: list[int]) -> str:
    if len(missing) <= _NAMED_SINGLY:
        return ", ".join(str(number) for number in missing)
    return f"{missing[0]}–{missing[-1]}"


def _repeats(pages: Sequence[PageFacts], subject: str, profile: Profile) -> list[Finding]:
    rule = profile.rule("number.repeat")
    if rule is None:
        return []
    first: dict[int, PageFacts] = {}
    found = []
    for page in pages:
        number = page.number or 0
        if number in first:
            found.append(
                rule.finding(file=page.file, page=page.page, subject=subject, measured=number, other=first[number].file)
            )
        first.setdefault(number, page)
    return found


def _count(pages: Sequence[PageFacts], promised: int | None, subject: str, profile: Profile) -> list[Finding]:
    """11.2: the catalogue's 页数 against the images. Number 0 (covers, bags, catalogue pages) and blank sides are not counted."""
    rule = profile.rule("catalogue.count")
    if rule is None or promised is None:
        return []
    of_one_set = [page for page in pages if page.image_set == "original"] or list(pages)
    counted = [page for page in of_one_set if page.number != 0 and page.name_pattern != _COVER]
    written = [page for page in counted if not _is_blank(page)]
    if promised in (len(written), len(counted)):
        return []
    return [rule.finding(subject=subject, measured=len(counted), limit=promised, file=_folder(pages))]


def _is_blank(page: PageFacts) -> bool:
    measure = page.measures.get("blank")
    return measure is not None and isinstance(measure.value, int | float) and measure.value >= 0.5


def _folder(pages: Sequence[PageFacts]) -> str | None:
    return pages[0].file if pages else None


def judge_lists(
    unreadable: Sequence[UnreadableList], absent: Sequence[AbsentDossier], profile: Profile
) -> list[Finding]:
    """Lists that cannot be read, and rows of the hand-over list whose dossier came without any image (11.2)."""
    found: list[Finding] = []
    rule = profile.rule("list.unreadable")
    if rule is not None:
        found.extend(rule.finding(file=each.path, measured=each.reason) for each in unreadable)
    rule = profile.rule("catalogue.count")
    if rule is not None:
        found.extend(
            rule.finding(file=row.list_path, subject=str(row.row), measured=0, limit=row.promised or _SOME)
            for row in absent
        )
    return found


def judge_people(people: Sequence[PersonFacts], profile: Profile) -> list[Finding]:
    """ID numbers of the hand-over list: listed, never refused. Numbers themselves stay out of the findings."""
    found: list[Finding] = []
    for person in people:
        rule = (
            profile.rule(f"id.{person.state}") if person.state in ("missing", "checksum", "form", "truncated") else None
        )
        if rule is not None:
            found.append(
                rule.finding(file=person.list_path, subject=str(person.row), measured=person.row, row=person.row)
            )
    rule = profile.rule("id.duplicate")
    rows: dict[str, list[PersonFacts]] = {}
    for person in people:
        if person.id_number:
            rows.setdefault(person.id_number, []).append(person)
    for same in rows.values():
        if rule is not None and len(same) > 1:
            listed = ", ".join(str(person.row) for person in same)
            found.append(rule.finding(file=same[0].list_path, subject=str(same[1].row), measured=listed, rows=listed))
    return found


def judge_batch(pages: Sequence[PageFacts], profile: Profile) -> list[Finding]:
    """9.5: one batch, one format for keeping. Derived PDFs beside the images are no second format."""
    rule = profile.rule("batch.format")
    if rule is None:
        return []
    formats = Counter(
        str(page.measures["format"].value)
        for page in pages
        if "format" in page.measures and page.measures["format"].value is not None and page.image_set == "original"
    )
    if len(formats) <= 1:
        return []
    listed = ", ".join(f"{name} {count}" for name, count in formats.most_common())
    return [rule.finding(measured=listed)]
