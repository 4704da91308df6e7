"""Pages scanned twice: exact by digest, near by print that lies stroke on stroke. One core for `check` and for the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from os import cpu_count
from threading import Lock

from base.images import read_header
from base.progress import Progress
from ingest.delivery.model import DeliveredPage, Delivery
from ingest.delivery.pages import page_bytes
from ingest.measure.duplicates import Fingerprint, Picture, alike, same_sheet
from ingest.measure.view import PageView
from ingest.spread import Measured
from standards.values import Measure

# Prepared pictures kept at once, 1.5 MB each: doubles lie near each other.
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that may be a double: `same` is equal for equal bytes (None: not known), `fingerprint` None where too little
    is on it; only pages of one `image_set` are compared."""

    image_set: str
    same: Hashable | None
    fingerprint: Fingerprint | None


# A later page's place → (the earlier page's place, confidence 0–1).
Doubles = dict[int, tuple[int, float]]


def exact_doubles(candidates: Sequence[Candidate]) -> Doubles:
    """Pages of the same bytes in one set of images: each later one names the first."""
    first: dict[Hashable, int] = {}
    found: Doubles = {}
    for place, candidate in enumerate(candidates):
        if candidate.same is not None:
            earlier = first.setdefault((candidate.same, candidate.image_set), place)
            if earlier != place:
                found[place] = (earlier, 1.0)
    return found


def near_doubles(candidates: Sequence[Candidate], known: Doubles, load: Callable[[int], Picture]) -> Doubles:
    """Pages that show the sheet of an earlier one; those in `known` are compared with nothing.

    `load` prepares the picture of a place; it is asked for the few pages whose fingerprints are alike.
    """
    picture = lru_cache(_KEPT)(load)
    found: Doubles = {}
    for first, second in _alike_pairs(candidates, known):
        if second not in found and first not in found:
            sure = same_sheet(picture(first), picture(second))
            if sure > 0:
                found[second] = (first, sure)
    return found


def _alike_pairs(candidates: Sequence[Candidate], known: Doubles) -> Iterator[tuple[int, int]]:
    alive = [
        (place, each.image_set, each.fingerprint)
        for place, each in enumerate(candidates)
        if each.fingerprint is not None and place not in known
    ]
    for index, (second, second_set, other) in enumerate(alive):
        for first, first_set, one in alive[:index]:
            if first_set == second_set and alike(one, other):
                yield first, second


def find_doubles(
    delivery: Delivery, pages: list[DeliveredPage], measured: list[Measured], told: Progress, workers: int = 0
) -> dict[int, Measure]:
    """`duplicate_of` by index of the later page: exact anywhere, near within one dossier; 原始 never against 优化."""
    candidates = [_candidate(page, result) for page, result in zip(pages, measured, strict=True)]
    found = exact_doubles(candidates)
    index_of = {page: index for index, page in enumerate(pages)}
    groups = [[index_of[page] for page in group] for group in (*(d.pages for d in delivery.dossiers), delivery.loose)]
    groups = [group for group in groups if len(group) > 1]
    loader = _Loader(pages, candidates)

    def compare(group: list[int]) -> Doubles:
        known = {place: found[index] for place, index in enumerate(group) if index in found}
        near = near_doubles([candidates[index] for index in group], known, lambda place: loader.load(group[place]))
        return {group[second]: (group[first], sure) for second, (first, sure) in near.items()}

    # Threads, not processes: nearly all of it is decoding and comparing outside the interpreter.
    near: Doubles = {}
    with ThreadPoolExecutor(workers or cpu_count() or 1) as pool:
        for done, doubles in enumerate(pool.map(compare, groups), start=1):
            near.update(doubles)
            told.step("progress.comparing", done, len(groups))
    return {
        second: Measure("duplicate_of", pages[first].file.path, confidence=sure)
        for second, (first, sure) in {**found, **near}.items()
    }


def _candidate(page: DeliveredPage, measured: Measured) -> Candidate:
    digest = measured.measures["sha256"].value
    # The frames of one file share its digest and are no duplicates of each other.
    return Candidate(page.image_set, None if digest is None else (digest, page.page), measured.fingerprint)


class _Loader:
    def __init__(self, pages: list[DeliveredPage], candidates: list[Candidate]) -> None:
        self._pages = pages
        self._candidates = candidates
        # The PDF library knows no threads.
        self._bytes = Lock()

    def load(self, index: int) -> Picture:
        page, mark = self._pages[index], self._candidates[index].fingerprint
        with self._bytes:
            data, frame = page_bytes(page)
        view = PageView.decoded(data, page.file.path, read_header(data, page.file.path), frame)
        return Picture(view.closer, None if mark is None else mark.skew_deg)
