"""What rules on text get: the lines of a page with their places, whose dossier it is, what the catalogue says of a paper."""

from __future__ import annotations

from dataclasses import dataclass

from base.text.dates import PartialDate
from standards.values import Box


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as read. `box` is left, top, right, bottom in pixels of the stored image, `confidence` 0–1."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class PageReading:
    """The lines of one page in reading order, as `PageFacts` names it.

    `rotation` is the clockwise turn in degrees (0, 90, 180, 270) that makes the stored image of `width` × `height` pixels
    upright. `cut` are the places where text runs out of the image, `covered` those where it runs under something
    that lies on the page.
    """

    file: str
    page: int
    lines: tuple[ReadLine, ...]
    width: int
    height: int
    rotation: int = 0
    cut: tuple[Box, ...] = ()
    covered: tuple[Box, ...] = ()

    def upright(self, box: Box) -> Box:
        """The box on the page as a person holds it."""
        left, top, right, bottom = box
        if self.rotation == 90:
            return self.height - bottom, left, self.height - top, right
        if self.rotation == 180:
            return self.width - right, self.height - bottom, self.width - left, self.height - top
        if self.rotation == 270:
            return top, self.width - right, bottom, self.width - left
        return box

    @property
    def upright_size(self) -> tuple[int, int]:
        return (self.height, self.width) if self.rotation in (90, 270) else (self.width, self.height)


@dataclass(frozen=True, slots=True)
class PersonOnRecord:
    """Whose dossier it is, as the list says. `id_numbers` are sound ones of 18 characters; none where the list's is not.

    `births` are what the list and the ID number say, in parts as written; they may differ.
    """

    name: str
    former_names: tuple[str, ...] = ()
    id_numbers: tuple[str, ...] = ()
    births: tuple[PartialDate, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadMaterial:
    """A material's pages in order and what the 卷内目录 says of it; date parts None where it does not."""

    key: str
    pages: tuple[PageReading, ...]
    title: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class ReadDossier:
    """A dossier whose pages were read; `unsorted` are pages outside any material (before 分件)."""

    key: str
    person: PersonOnRecord | None
    materials: tuple[ReadMaterial, ...] = ()
    unsorted: tuple[PageReading, ...] = ()

    @property
    def pages(self) -> tuple[PageReading, ...]:
        return (*(page for material in self.materials for page in material.pages), *self.unsorted)
