"""Pages of text for tests of the rules on reading: cells laid out in rows, as a form is."""

from __future__ import annotations

from collections.abc import Sequence

from standards.profiles import load_profile
from standards.rules.reading import PageReading, PersonOnRecord, ReadDossier, ReadLine, ReadMaterial, judge_reading
from standards.values import Finding

WIDTH, HEIGHT = 1600, 2200
ZHANG = PersonOnRecord("张建国", (), ("11010519491231002X",))


def cell(text: str, left: int, top: int, confidence: float = 0.99, size: int = 40) -> ReadLine:
    """A line of print `size` pixels high whose characters are as wide."""
    return ReadLine(text, (left, top, left + size * max(1, len(text)), top + size), confidence)


def rows(*texts: Sequence[str], confidence: float = 0.99, top: int = 300) -> tuple[ReadLine, ...]:
    """Rows of cells 300 pixels apart; an empty text leaves its place free."""
    return tuple(
        cell(text, 150 + 300 * column, top + 90 * row, confidence)
        for row, texts_of_row in enumerate(texts)
        for column, text in enumerate(texts_of_row)
        if text
    )


def page(*lines: ReadLine, file: str = "a/1/1/001.jpg", rotation: int = 0) -> PageReading:
    return PageReading(file, 1, lines, WIDTH, HEIGHT, rotation)


def dossier(*pages: PageReading, person: PersonOnRecord | None = ZHANG) -> ReadDossier:
    return ReadDossier("a", person, (ReadMaterial("1-1", pages),))


def judged(*pages: PageReading, person: PersonOnRecord | None = ZHANG, profile: str = "da-t-31") -> list[Finding]:
    return judge_reading(dossier(*pages, person=person), load_profile(profile))
