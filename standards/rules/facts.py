"""What the rules around a page are told: plain values, as a delivery or the catalogue hands them over."""

from __future__ import annotations

from dataclasses import dataclass

from base.text.dates import PartialDate
from standards.values import PageFacts


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """One material: its key, its pages in order, and the pages that the catalogue promises (None where it does not say)."""

    key: str
    pages: tuple[PageFacts, ...]
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One line of the 卷内目录 as written. `key` is the material's, `row` counts as in the sheet.

    `date` is None where the line gives none or one that cannot be; `date_raw` is what it writes.
    """

    list_path: str
    row: int
    key: str
    class_code: str
    number: str
    title: str
    date: PartialDate | None = None
    date_raw: str = ""
    pages: int | None = None
    copies: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One row of the hand-over list. `state`: ok, old, missing, checksum, form, truncated; `id_number` None where unusable.

    Texts are as written, blanks at their ends off; `edges` names the columns (as the list heads them) that had some.
    `given` are the fields that the list has a column for: what it has no column for is not missing.
    """

    list_path: str
    row: int
    id_number: str | None
    state: str
    name: str = ""
    sex: str = ""
    birth: str = ""
    retired: str = ""
    living: str = ""
    died: str = ""
    organisation: str = ""
    household: str = ""
    archive_no: str = ""
    retention: str = ""
    pages: int | None = None
    edges: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListFacts:
    """The head of one hand-over list: `labels` of its columns in order as written, `title` is the text above them."""

    path: str
    title: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """One dossier: `key` as the delivery names it; pages outside any material run under the dossier's own number.

    `promised` are the pages of the whole by the hand-over list; `catalogue` its 卷内目录 in the order of the list;
    `archive_no` the 档号 that the hand-over list gives it.
    """

    key: str
    materials: tuple[MaterialFacts, ...]
    unsorted: tuple[PageFacts, ...] = ()
    promised: int | None = None
    catalogue: tuple[CatalogueRow, ...] = ()
    archive_no: str = ""

    def pages(self) -> tuple[PageFacts, ...]:
        """All its pages, by material, those outside any material last."""
        return (*(page for material in self.materials for page in material.pages), *self.unsorted)


@dataclass(frozen=True, slots=True)
class UnreadableList:
    """A list of the delivery that could not be read. `reason`: locked, damaged, encoding, too-large, too-long, unreadable."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class AbsentDossier:
    """A row of the hand-over list without any image; `promised` its pages, None where the list does not say."""

    list_path: str
    row: int
    promised: int | None
