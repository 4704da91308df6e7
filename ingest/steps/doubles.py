"""Pages of a dossier that were scanned twice, found on the reduced images that measuring left behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from archive.office import Office
from archive.tables import PageVersion
from base.images import read_header, read_pixels
from ingest.measure.duplicates import Fingerprint, Picture, alike, fingerprint, same_sheet
from ingest.measure.view import PageView
from ingest.steps.facts import JudgedDossier, measures_of, page_facts
from standards.profiles import Profile
from standards.rules import judge_page
from standards.values import Finding, Measure

_BLANK = 0.5
_RULE = "page.duplicate"


def find_doubles(office: Office, judged: JudgedDossier) -> dict[int, Measure]:
    """`duplicate_of` by id of the later version: the same bytes, or print that lies stroke on stroke.

    原始 and 优化 of one page are never compared with each other, nor are blank pages with anything.
    """
    versions = list(judged.versions.values())
    found = {later.id: _double_of(earlier, 1.0) for earlier, later in _same_bytes(versions)}
    marks = {each.id: _fingerprint(office, each) for each in versions}
    for earlier, later in _pairs(versions):
        if earlier.id in found or later.id in found:
            continue
        one, other = marks[earlier.id], marks[later.id]
        if one is None or other is None or not alike(one, other):
            continue
        sure = same_sheet(Picture(_view(office, earlier)), Picture(_view(office, later)))
        if sure > 0:
            found[later.id] = _double_of(earlier, sure)
    return found


def judge_doubles(judged: JudgedDossier, doubles: dict[int, Measure], profile: Profile) -> Iterator[Finding]:
    """What the profile says of each double."""
    for version in judged.versions.values():
        if version.id in doubles:
            facts = page_facts(version, measures_of(version.measures))
            with_double = replace(facts, measures={**facts.measures, "duplicate_of": doubles[version.id]})
            yield from (each for each in judge_page(with_double, profile) if each.rule == _RULE)


def _double_of(earlier: PageVersion, sure: float) -> Measure:
    return Measure("duplicate_of", earlier.file.path, confidence=sure)


def _pairs(versions: Sequence[PageVersion]) -> Iterator[tuple[PageVersion, PageVersion]]:
    return ((one, other) for one, other in combinations(versions, 2) if one.image_set == other.image_set)


def _same_bytes(versions: Sequence[PageVersion]) -> Iterator[tuple[PageVersion, PageVersion]]:
    return ((one, other) for one, other in _pairs(versions) if (one.sha256, one.frame) == (other.sha256, other.frame))


def _fingerprint(office: Office, version: PageVersion) -> Fingerprint | None:
    blank = version.measures.get("blank", {}).get("value")
    if blank is None or blank >= _BLANK:
        return None
    return fingerprint(_view(office, version), version.measures.get("skew_deg", {}).get("value"))


def _view(office: Office, version: PageVersion) -> PageView:
    """The reduced image: a page whose blankness was measured has one, and it is as fine as the comparison needs."""
    key = str(version.view_key)
    data = office.store.read(key)
    return PageView(read_pixels(data, key), read_header(data, key), data)
