"""Pages shown in a report: a few of each cause, reduced, with the places that their findings name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from base.errors import InputError
from base.images import read_pixels
from base.text.identity import hide_numbers
from base.views import reduced_jpeg
from ingest.delivery.model import DeliveredPage
from ingest.delivery.pages import page_bytes
from ingest.reports.lines import text_of
from printing.check_report.model import VERDICTS, Mark, Picture, Sight
from standards.values import Reported

# Pixels of the longer side: a spot is found again, small print is not read.
PICTURE_SIDE = 560
# Most boxes drawn on one page: beyond them a page is one spot.
_MOST_MARKS = 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page with findings that can be shown."""

    file: str
    page: int
    findings: tuple[Reported, ...]
    load: Callable[[], Picture | None]


def choose(candidates: Iterable[Candidate], most: int) -> tuple[tuple[Sight, ...], int]:
    """At most `most` pages, every cause in turn so that none hides another; and how many are left out."""
    every = sorted(candidates, key=lambda each: VERDICTS.index(_worst(each.findings)))
    by_rule: dict[str, list[int]] = defaultdict(list)
    for place, candidate in enumerate(every):
        for rule in dict.fromkeys(finding.rule for finding in candidate.findings):
            by_rule[rule].append(place)
    chosen: set[int] = set()
    turn = 0
    while len(chosen) < min(most, len(every)):
        for places in by_rule.values():
            if turn < len(places) and len(chosen) < most:
                chosen.add(places[turn])
        turn += 1
    return tuple(_sight(every[place]) for place in sorted(chosen)), len(every) - len(chosen)


def _worst(findings: Sequence[Reported]) -> str:
    found = {finding.verdict for finding in findings}
    return next((verdict for verdict in VERDICTS if verdict in found), VERDICTS[-1])


def _sight(candidate: Candidate) -> Sight:
    marks = [
        Mark(box, finding.verdict, text_of(finding, candidate.page))
        for finding in candidate.findings
        for box in boxes_of(finding.params.get("boxes"))
    ]
    return Sight(
        hide_numbers(candidate.file), candidate.page, _worst(candidate.findings),
        tuple(text_of(finding, candidate.page) for finding in candidate.findings), tuple(marks[:_MOST_MARKS]),
        candidate.load,
    )  # fmt: skip


def boxes_of(given: Any) -> list[tuple[int, int, int, int]]:
    """The boxes among a finding's values, as a rule gives them or as the catalogue keeps them."""
    boxes = given if isinstance(given, list | tuple) else []
    whole = [tuple(box) for box in boxes if isinstance(box, list | tuple) and len(box) == 4]
    return [(int(left), int(top), int(right), int(bottom)) for left, top, right, bottom in whole]


def load_delivered(page: DeliveredPage) -> Picture | None:
    """The page as it lies in the delivery, reduced; None where it can no longer be opened."""
    try:
        data, frame = page_bytes(page)
        pixels = read_pixels(data, page.file.path, frame)
    except InputError:
        return None
    height, width = pixels.shape[:2]
    return Picture(reduced_jpeg(pixels, PICTURE_SIDE), width, height)
