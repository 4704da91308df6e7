"""The four programs by which people and machines copy text out of a PDF: lists of lines, a list a page."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2

Pages = list[list[str]]


def by_poppler(file: Path) -> Pages:
    done = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True)
    assert not done.stderr
    return [page.split("\n")[:-1] for page in done.stdout.decode().split("\f")[:-1]]


def by_mupdf(file: Path) -> Pages:
    """mutool parts blocks by empty lines, and takes a full-width space for any."""
    done = subprocess.run(["mutool", "draw", "-q", "-F", "text", file], capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    return [[line for line in page.split("\n") if line] for page in pages]


def by_pypdf(file: Path) -> Pages:
    with pypdf.PdfReader(file) as reader:
        texts = [page.extract_text() for page in reader.pages]
    return [text.split("\n") if text else [] for text in texts]


def by_pdfium(file: Path) -> Pages:
    pages = []
    with pypdfium2.PdfDocument(file) as document:
        for page in document:
            text = page.get_textpage()
            copied = text.get_text_range()
            pages.append(copied.split("\r\n") if copied else [])
            text.close()
            page.close()
    return pages


READERS: dict[str, Callable[[Path], Pages]] = {
    "poppler": by_poppler,
    "pdfium": by_pdfium,
    "pypdf": by_pypdf,
    "mupdf": by_mupdf,
}


def copied_wrong(file: Path, wanted: Pages) -> dict[str, list[tuple[list[str], list[str]]]]:
    """By reader: the pages that do not come out line by line as they were laid, as (wanted, got)."""
    wrong = {}
    for name, read in READERS.items():
        asked = [[line.replace("\u3000", " ") for line in page] for page in wanted] if name == "mupdf" else wanted
        got = read(file)
        differing = [pair for pair in zip(asked, got, strict=True) if pair[0] != pair[1]]
        if differing:
            wrong[name] = differing
    return wrong
