"""A stack of scans split where separator sheets lie in it: pure, the sheets are found by whoever can look at pages.

A sheet says `JZ1/DOSSIER/MATERIAL`: all pages after it, until the next, belong there. Without a dossier it opens another
material of the same one; without a material the pages wait for 分件 as those of any run do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.delivery import naming
from ingest.delivery.gather import Gathered
from ingest.delivery.model import DeliveredPage
from ingest.delivery.naming import Who

PREFIX = "JZ1"
_TEXT = re.compile(rf"{PREFIX}/(?P<dossier>[^/\x00-\x1f]{{0,80}})/(?P<material>[0-9]{{1,2}}(?:-[0-9]{{1,3}}){{1,2}})?")


@dataclass(frozen=True, slots=True)
class Separator:
    """What one sheet says; None where it leaves that as it is."""

    dossier: str | None
    material: str | None

    @property
    def text(self) -> str:
        """As it stands in the code on the sheet."""
        return f"{PREFIX}/{self.dossier or ''}/{self.material or ''}"


@dataclass(frozen=True, slots=True)
class Stacks:
    """Dossiers and loose pages with the separator sheets taken out of them."""

    dossiers: list[Gathered]
    loose: list[DeliveredPage]
    separators: list[DeliveredPage]


# The sheets among these pages, by the index of the page.
FindSheets = Callable[[Sequence[DeliveredPage]], dict[int, Separator]]


def parse(text: str) -> Separator | None:
    """The sheet whose code says `text`; None for any other code that may lie on a page."""
    match = _TEXT.fullmatch(text.strip())
    if match is None or not (match["dossier"].strip() or match["material"]):
        return None
    material = match["material"]
    key = naming.material_key(*material.rsplit("-", 1)) if material else None
    return Separator(match["dossier"].strip() or None, key)


def split_stacks(dossiers: Sequence[Gathered], loose: Sequence[DeliveredPage], find: FindSheets) -> Stacks:
    """Looks only at pages that no folder or name has placed: loose ones, and dossiers without any material."""
    out = _Split({each.key: each for each in dossiers})
    for each in dossiers:
        if not any(page.material for page in each.pages):
            out.take(each.key, each.pages, find)
    rest = out.take(None, loose, find)
    kept = [each for each in out.dossiers.values() if each.pages]
    return Stacks(sorted(kept, key=lambda each: naming.natural_key(each.key)), list(rest), out.separators)


class _Split:
    def __init__(self, dossiers: dict[str, Gathered]) -> None:
        self.dossiers = dossiers
        self.separators: list[DeliveredPage] = []

    def take(self, key: str | None, pages: Sequence[DeliveredPage], find: FindSheets) -> Sequence[DeliveredPage]:
        """Deals the pages out; those before the first sheet stay where they were, and are the answer."""
        sheets = find(pages)
        if not sheets:
            return pages
        stay: list[DeliveredPage] = []
        dealt: dict[str, list[DeliveredPage]] = {}
        now, numbers, last = Separator(None, None), 0, -1
        for index, page in enumerate(pages):
            if (sheet := sheets.get(index)) is not None:
                now = Separator(sheet.dossier or now.dossier or key, sheet.material)
                numbers, last = 0, -1
                self.separators.append(page)
            elif now.dossier is None and now.material is None:
                stay.append(page)
            else:
                numbers, last = numbers + (page.order != last), page.order
                target = now.dossier or key or naming.composed(page.file.path.rpartition("/")[2].rpartition(".")[0])
                dealt.setdefault(target, []).append(
                    replace(
                        page, dossier=target, material=now.material, number=numbers if now.material else page.number
                    )
                )
        if key is not None:
            self.dossiers[key] = replace(self.dossiers[key], pages=tuple(stay))
        for target, some in dealt.items():
            self._add(target, some)
        return stay

    def _add(self, key: str, pages: list[DeliveredPage]) -> None:
        there = self.dossiers.get(key)
        if there is None:
            who = naming.who_of(key) or Who(archive_no=key)
            there = Gathered(key, (), who, ())
        start = max((page.order for page in there.pages), default=-1) + 1
        self.dossiers[key] = replace(there, pages=(*there.pages, *_in_order(pages, start)))


def _in_order(pages: Sequence[DeliveredPage], start: int) -> tuple[DeliveredPage, ...]:
    """Numbered on from `start` in the order in which they came; pages of one place (原始 beside 优化) share it still."""
    orders: dict[int, int] = {}
    return tuple(replace(page, order=start + orders.setdefault(page.order, len(orders))) for page in pages)
