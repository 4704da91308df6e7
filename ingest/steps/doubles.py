"""Pages of a dossier that were scanned twice, found on the reduced images that measuring left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archive.office import Office
from archive.tables import PageVersion
from base.images import read_header, read_pixels, read_reduced
from ingest.doubles import Candidate, exact_doubles, near_doubles
from ingest.measure.duplicates import Fingerprint, Picture, fingerprint
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
    candidates = [Candidate(each.image_set, (each.sha256, each.frame), _fingerprint(office, each)) for each in versions]
    known = exact_doubles(candidates)
    near = near_doubles(
        candidates, known, lambda place: Picture(_view(office, versions[place]), _skew(versions[place]))
    )
    return {
        versions[later].id: Measure("duplicate_of", versions[earlier].file.path, confidence=sure)
        for later, (earlier, sure) in {**known, **near}.items()
    }


def judge_doubles(judged: JudgedDossier, doubles: dict[int, Measure], profile: Profile) -> Iterator[Finding]:
    """What the profile says of each double."""
    for version in judged.versions.values():
        if version.id in doubles:
            facts = page_facts(version, measures_of(version.measures))
            with_double = replace(facts, measures={**facts.measures, "duplicate_of": doubles[version.id]})
            yield from (each for each in judge_page(with_double, profile) if each.rule == _RULE)


def _fingerprint(office: Office, version: PageVersion) -> Fingerprint | None:
    blank = version.measures.get("blank", {}).get("value")
    if blank is None or blank >= _BLANK:
        return None
    key, data = _reduced_image(office, version)
    header = read_header(data, key)
    # Half of it at once: decoding is most of what a fingerprint takes.
    view = PageView(read_reduced(data, key, header, 2), header, data, 2, lambda: read_pixels(data, key))
    return fingerprint(view.darkness, _skew(version))


def _skew(version: PageVersion) -> float | None:
    value: float | None = version.measures.get("skew_deg", {}).get("value")
    return value


def _view(office: Office, version: PageVersion) -> PageView:
    key, data = _reduced_image(office, version)
    return PageView(read_pixels(data, key), read_header(data, key), data)


def _reduced_image(office: Office, version: PageVersion) -> tuple[str, bytes]:
    """A page whose blankness was measured has one, and it is as fine as the comparison needs."""
    key = str(version.view_key)
    return key, office.store.read(key)
