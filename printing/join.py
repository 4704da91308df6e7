"""Several searchable PDFs become one, with a bookmark for each and for what groups them. PDF/A-2u stays PDF/A-2u."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pikepdf

from printing.searchable_pdf import LANGUAGE, describe, save


@dataclass(frozen=True, slots=True)
class Part:
    """A PDF to join: its bookmark, and the one above it; neighbours of the same group stand under one bookmark."""

    group: str
    title: str
    file: Path


def join_pdfs(parts: Sequence[Part], out: Path, *, title: str) -> int:
    """Writes one PDF of all parts in order, at least one, and answers how many pages it has.

    Pictures go from file to file as they are written: none is held in memory.
    """
    with ExitStack() as files, pikepdf.new() as whole:
        starts = []
        for part in parts:
            starts.append(len(whole.pages))
            whole.pages.extend(files.enter_context(pikepdf.open(part.file)).pages)
        with whole.open_outline() as outline:
            outline.root.extend(_bookmarks(parts, starts))
        describe(whole, title, LANGUAGE)
        save(whole, out)
        return len(whole.pages)


def _bookmarks(parts: Sequence[Part], starts: Sequence[int]) -> list[pikepdf.OutlineItem]:
    roots = []
    for group, members in groupby(zip(parts, starts, strict=True), key=lambda member: member[0].group):
        items = [pikepdf.OutlineItem(part.title, start) for part, start in members]
        if group:
            root = pikepdf.OutlineItem(group, items[0].destination)
            root.children.extend(items)
            roots.append(root)
        else:
            roots.extend(items)
    return roots
