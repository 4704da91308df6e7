"""One report as plain values: what every form of it (HTML, PDF, XLSX) shows, with nothing left to work out but the looks.

Long lists are given as functions that make a fresh iterator, so that a batch of any size is written line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from base.messages import Language, message

# The verdicts in the order in which a report names them.
VERDICTS = ("fail", "review", "not_measurable", "pass")
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """One text in both languages of the office."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        return self.zh if language == "zh_CN" else self.en


def said(code: str, **params: object) -> Said:
    """The message `code` in both languages."""
    return Said(message(code, "zh_CN", **params), message(code, "en", **params))


def same(text: str) -> Said:
    """A text that is no language's own: a name, a figure."""
    return Said(text, text)


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures of a chart, as long as its labels. `tone` is the verdict that it stands for, `plain` for none."""

    name: Said
    values: tuple[int, ...]
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts by label. `columns` stand on the x axis; `bars` lie beside their label, their parts end to end.

    `x` and `y` are the titles of the axes as they are drawn, with their units; `note` says what is not in the picture.
    """

    title: Said
    x: Said
    y: Said
    labels: tuple[Said, ...]
    series: tuple[Series, ...]
    shape: Literal["columns", "bars"]
    note: Said | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: `place` is the file or the dossier as delivered (ID numbers hidden), `page` counts from 1 in the file."""

    place: str
    page: int | None
    dossier: str
    text: Said
    measured: str = ""
    limit: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CauseLine:
    """One cause with its count; `lines` are its findings, of which `pages` different pages have one."""

    rule: str
    verdict: str
    severity: str
    certainty: str
    title: Said
    clause: str
    count: int
    pages: int
    lines: Callable[[], Iterator[Line]]


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One dossier: its pages by verdict, in the order of `VERDICTS`; `findings` counts those on no page of it too."""

    key: str
    person: str
    pages: int
    verdicts: tuple[int, int, int, int]
    findings: int


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One material; `promised` are the pages of its catalogue row, None where there is none."""

    dossier: str
    key: str
    title: str
    promised: int | None
    pages: int
    findings: int


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page and its measures, in the order of `MEASURES`; a reason stands where there is no value."""

    file: str
    page: int
    dossier: str
    material: str
    verdict: str
    findings: int
    measures: tuple[float | int | str, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One row of the hand-over list; `number` is masked, `dossier` empty where no dossier was joined to it."""

    list_path: str
    row: int
    name: str
    number: str
    state: str
    promised: int | None
    pages: int | None
    dossier: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page, in pixels of the stored image, and what was found there."""

    box: Box
    verdict: str
    text: Said


@dataclass(frozen=True, slots=True)
class Picture:
    """A reduced JPEG of a page and the size in pixels of the image that it was made from."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sight:
    """A page shown with its findings; `load` decodes it when it is written (None where it cannot be opened)."""

    file: str
    page: int
    verdict: str
    texts: tuple[Said, ...]
    marks: tuple[Mark, ...]
    load: Callable[[], Picture | None]


# The measures of a page that its sheet lists.
MEASURES = (
    "dpi", "dpi_header", "width_mm", "height_mm", "colour_mode", "bit_depth", "format", "orientation_deg", "skew_deg",
    "blank", "sharpness", "contrast", "border_mm", "crop_margin_mm", "bleed_through", "clipped", "streaks", "moire",
    "compression", "jpeg_quality", "red_stamp", "portrait",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `about` names what was checked, `made_at` is local time as text, `counts` by the names of the
    command's summary; `left_out` says how many pages with findings have no picture here.
    """

    about: str
    profile: Said
    profile_id: str
    made_at: str
    operator: str
    program: str
    counts: dict[str, int]
    causes: tuple[CauseLine, ...]
    dossiers: tuple[DossierLine, ...]
    materials: tuple[MaterialLine, ...]
    people: tuple[PersonLine, ...]
    charts: tuple[Chart, ...]
    sights: tuple[Sight, ...]
    left_out: int
    notes: tuple[Said, ...]
    ignored: tuple[str, ...]
    pages: Callable[[], Iterator[PageLine]]
