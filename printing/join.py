"""Several PDFs become one with a bookmark each; the first one's conformance (PDF/A) is kept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

import pikepdf


def join_pdfs(parts: Sequence[tuple[str, BinaryIO]]) -> tuple[bytes, int]:
    """One PDF of all parts in order and its number of pages; `parts` are (title of the bookmark, PDF), at least one."""
    titles = [title for title, _ in parts]
    with pikepdf.open(parts[0][1]) as whole:
        starts = [0]
        for _, stream in parts[1:]:
            starts.append(len(whole.pages))
            with pikepdf.open(stream) as part:
                whole.pages.extend(part.pages)
        with whole.open_outline() as outline:
            outline.root[:] = [
                pikepdf.OutlineItem(title, start) for title, start in zip(titles, starts, strict=True)
            ]  # fmt: skip
        out = io.BytesIO()
        whole.save(out)
        return out.getvalue(), len(whole.pages)
