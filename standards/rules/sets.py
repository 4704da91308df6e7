"""Rules of the two sets of images: 原始 as scanned, 优化 processed. They are versions of the same pages, never extra pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standards.profiles import Profile
from standards.rules.facts import DossierFacts
from standards.rules.spans import span
from standards.values import Finding, PageFacts

# From this many pairs on a set that is the other byte for byte is no accident of pages that needed no work.
_PAIRS = 3


def judge_sets(facts: DossierFacts, profile: Profile) -> list[Finding]:
    """Nothing where the dossier has one set only, or its pages' places are not known."""
    originals = _by_place(facts, "original")
    optimised = _by_place(facts, "optimised")
    if not originals or not optimised:
        return []
    return [*_pairs(facts.key, originals, optimised, profile), *_traces(facts.key, originals, optimised, profile)]


def _by_place(facts: DossierFacts, image_set: str) -> dict[int, PageFacts]:
    return {page.place: page for page in facts.pages() if page.image_set == image_set and page.place is not None}


def _pairs(
    key: str, originals: dict[int, PageFacts], optimised: dict[int, PageFacts], profile: Profile
) -> Iterator[Finding]:
    """2.1 HR-IMG-TWO: the same list of pages in both."""
    rule = profile.rule("set.pairs")
    if rule is None:
        return
    for kind, there, other in (("original", originals, optimised), ("optimised", optimised, originals)):
        alone = [there[place] for place in sorted(there.keys() - other.keys())]
        if alone:
            numbers = span(page.number for page in alone if page.number is not None) or "–"
            yield rule.finding(file=alone[0].file, subject=key, measured=len(alone), kind=kind, numbers=numbers)


def _traces(
    key: str, originals: dict[int, PageFacts], optimised: dict[int, PageFacts], profile: Profile
) -> Iterator[Finding]:
    """10.4: the original keeps its traces. A whole set that is the other byte for byte was never processed, or took the

    place of the originals; single pages may have needed no work.
    """
    rule = profile.rule("set.traces")
    both = [(_digest(originals[place]), _digest(optimised[place])) for place in originals.keys() & optimised.keys()]
    if rule is not None and len(both) >= _PAIRS and _all_same(both):
        first = min(originals)
        yield rule.finding(file=originals[first].file, subject=key, measured=len(both))


def _all_same(pairs: Sequence[tuple[str | None, str | None]]) -> bool:
    return all(one is not None and one == other for one, other in pairs)


def _digest(page: PageFacts) -> str | None:
    measure = page.measures.get("sha256")
    return None if measure is None or measure.value is None else str(measure.value)
