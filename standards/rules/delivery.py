"""Rules of what lies around a page: numbers without gaps, lists against images, the two sets, one format per batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from standards.profiles import Profile
from standards.rules.archive_numbers import judge_image_names
from standards.rules.catalogue import judge_catalogue
from standards.rules.facts import AbsentDossier, DossierFacts, UnreadableList
from standards.rules.kinds import is_counted, is_cover
from standards.rules.records import item_records, judge_records
from standards.rules.sets import judge_sets
from standards.values import Finding, PageFacts

# More missing numbers in a row than this are named as a range.
_NAMED_SINGLY = 3
# What a listed dossier must have at least where its row does not say how many pages it has.
_SOME = "≥ 1"


def judge_dossier(facts: DossierFacts, profile: Profile) -> list[Finding]:
    """Gaps, repeats, counts, the two sets, image names and the catalogue of one dossier."""
    found: list[Finding] = []
    for material in facts.materials:
        subject = f"{facts.key}/{material.key}"
        found.extend(_numbers(material.pages, subject, profile))
        found.extend(_count(material.pages, material.promised, subject, profile))
    found.extend(_numbers(facts.unsorted, facts.key, profile))
    if not any(finding.rule == "catalogue.count" for finding in found):
        # The list's total says again what a material said already.
        found.extend(_count(facts.pages(), facts.promised, facts.key, profile))
    found += [*judge_sets(facts, profile), *judge_image_names(facts, profile), *judge_catalogue(facts, profile)]
    return [*found, *_records(facts, profile)]


def _records(facts: DossierFacts, profile: Profile) -> list[Finding]:
    if not facts.catalogue:
        return []
    path = facts.catalogue[0].list_path
    return judge_records("item", item_records(facts), profile, file=path, subject=facts.key)


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
    """11.2: the catalogue's 页数 against the images. Covers, 目录, lining sheets, 填表说明 and number 0 are not counted, blank

    sides may or may not be; a form side that nobody filled in is not blank and counts.
    """
    rule = profile.rule("catalogue.count")
    if rule is None or promised is None:
        return []
    images = [page for page in pages if page.image_set != "derived"]
    of_one_set = [page for page in images if page.image_set == "original"] or images
    counted = [page for page in of_one_set if not is_cover(page)]
    written = [page for page in counted if is_counted(page)]
    if promised in (len(written), len(counted)):
        return []
    return [rule.finding(subject=subject, measured=len(counted), limit=promised, file=_folder(pages))]


def _folder(pages: Sequence[PageFacts]) -> str | None:
    return pages[0].file if pages else None


def judge_lists(
    unreadable: Sequence[UnreadableList], absent: Sequence[AbsentDossier], profile: Profile
) -> list[Finding]:
    """Lists that cannot be read, and rows of the hand-over list whose dossier came without any image (11.2)."""
    found: list[Finding] = []
    rule = profile.rule("list.unreadable")
    if rule is not None:
        found.extend(rule.finding(file=each.path, measured=each.reason, list=each.path) for each in unreadable)
    rule = profile.rule("catalogue.count")
    if rule is not None:
        found.extend(
            rule.finding(file=row.list_path, subject=str(row.row), measured=0, limit=row.promised or _SOME, row=row.row)
            for row in absent
        )
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
    most_first = sorted(formats.items(), key=lambda each: (-each[1], each[0]))
    listed = ", ".join(f"{name} {count}" for name, count in most_first)
    return [rule.finding(measured=listed)]
