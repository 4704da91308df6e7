"""Pages scanned twice within a delivery: exact by digest, near by print that lies stroke on stroke."""

from __future__ import annotations

from collections.abc import Iterator

from base.images import read_header, read_pixels
from base.progress import Progress
from ingest.delivery.model import DeliveredPage, Delivery
from ingest.delivery.pages import page_bytes
from ingest.measure.duplicates import Picture, alike, same_sheet
from ingest.measure.view import PageView
from ingest.spread import Measured
from standards.values import Measure


def find_doubles(
    delivery: Delivery, pages: list[DeliveredPage], measured: list[Measured], told: Progress
) -> dict[int, Measure]:
    """`duplicate_of` by index of the later page: exact anywhere, near within one dossier; 原始 never against 优化."""
    found = _exact(pages, measured)
    index_of = {id(page): index for index, page in enumerate(pages)}
    groups = [[index_of[id(page)] for page in dossier.pages] for dossier in delivery.dossiers]
    groups.append([index_of[id(page)] for page in delivery.loose])
    pairs = [pair for group in groups for pair in _candidates(group, pages, measured, found)]
    for done, (first, second) in enumerate(pairs, start=1):
        if second not in found and first not in found:
            sure = _compare(pages[first], pages[second])
            if sure > 0:
                found[second] = Measure("duplicate_of", pages[first].file.path, confidence=sure)
        told.step("progress.comparing", done, len(pairs))
    return found


def _exact(pages: list[DeliveredPage], measured: list[Measured]) -> dict[int, Measure]:
    first: dict[tuple[object, int, str], int] = {}
    found = {}
    for index, (page, result) in enumerate(zip(pages, measured, strict=True)):
        digest = result.measures["sha256"].value
        if digest is None:
            continue
        # The frames of one file share its digest and are no duplicates of each other.
        key = (digest, page.page, page.image_set)
        if key in first:
            found[index] = Measure("duplicate_of", pages[first[key]].file.path)
        first.setdefault(key, index)
    return found


def _candidates(
    group: list[int], pages: list[DeliveredPage], measured: list[Measured], exact: dict[int, Measure]
) -> Iterator[tuple[int, int]]:
    alive = [index for index in group if measured[index].fingerprint is not None and index not in exact]
    for place, second in enumerate(alive):
        for first in alive[:place]:
            one, other = measured[first].fingerprint, measured[second].fingerprint
            same_set = pages[first].image_set == pages[second].image_set
            if one is not None and other is not None and same_set and alike(one, other):
                yield first, second


def _compare(first: DeliveredPage, second: DeliveredPage) -> float:
    pictures = []
    for page in (first, second):
        data, frame = page_bytes(page)
        header = read_header(data, page.file.path)
        pictures.append(Picture(PageView(read_pixels(data, page.file.path, frame), header, data)))
    return same_sheet(*pictures)
