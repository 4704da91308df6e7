"""A delivery as plain values: what lies in the folder, what the lists promise, and how the two fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from base.errors import JuanzongError
from base.text.identity import IdState
from ingest.delivery.packed import Plain
from ingest.delivery.promise import Promise

# folders: material folders are there, or the names carry class and number · run: images run through under an ID number
# (as factories send them), so a person must confirm where one material ends (分件) · single: loose files.
Layout = Literal["folders", "run", "single"]
# container: a ZIP, whose members stand among the files under its path and their own. manifest: names the files that shall
# have come, with their digests. separator: our own sheet between two dossiers or materials of a stack.
FileKind = Literal["page", "list", "manifest", "container", "separator", "ignored"]
# derived: a PDF made of the images beside it.
ImageSet = Literal["original", "optimised", "derived"]


@dataclass(frozen=True, slots=True)
class DeliveredFile(Plain):
    """One file as delivered (`file_at` makes it). `path` is relative to the delivery, with `/`.

    Its bytes are now in `folder` under `name`, None where that is the last part of the path. `home` is what the delivered folder is called, where the path alone does not tell a file from
    one of another folder.
    """

    path: str
    folder: Path
    name: str | None
    size: int
    kind: FileKind
    reason: str | None = None
    home: str = ""

    @property
    def source(self) -> Path:
        """Where its bytes are now."""
        return self.folder / (self.name or self.path.rpartition("/")[2])

    @property
    def place(self) -> str:
        """Where the file is in its batch, among all that was delivered to it."""
        return f"{self.home}/{self.path}" if self.home else self.path


def file_at(path: str, source: Path, size: int, kind: FileKind, reason: str | None = None) -> DeliveredFile:
    """A file that was delivered as `path` and whose bytes are at `source`."""
    name = source.name
    same = path == name or path.endswith(f"/{name}")
    return DeliveredFile(path, _folder(str(source.parent)), None if same else name, size, kind, reason)


@lru_cache(maxsize=4096)
def _folder(path: str) -> Path:
    """The same for all files that lie in it."""
    return Path(path)


@dataclass(frozen=True, slots=True)
class DeliveredPage(Plain):
    """One page image: a file, or one page of a PDF or multi-page TIFF (`page` counts from 1).

    `dossier` is the key of the dossier in this delivery (folder, ID number or list row number as text), `material` the key
    of the material within it (`class-number` such as `9-1-2`) or None before 分件; `number` the page number its name
    gives; `pattern` the name of the naming pattern that matched, None where none did.
    """

    file: DeliveredFile
    page: int
    dossier: str | None
    material: str | None
    number: int | None
    image_set: ImageSet
    pattern: str | None
    order: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of the 移交案卷目录 as written; empty text where the list gives nothing. `row` counts as in the sheet.

    `edges` are the heads of columns whose cell has blanks at its ends (texts come without them); `given` the fields that
    the list has a column for.
    """

    list_path: str
    row: int
    number: str
    name: str
    id_raw: str
    id_number: str | None
    id_state: IdState
    sex: str = ""
    birth: str = ""
    retired: str = ""
    living: str = ""
    died: str = ""
    organisation: str = ""
    household: str = ""
    pages: int | None = None
    archive_no: str = ""
    retention: str = ""
    remark: str = ""
    worker_no: str = ""
    edges: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListHead:
    """The head of one sheet of a 移交案卷目录: its columns in order as labelled, and the text above them."""

    list_path: str
    title: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One row of a 卷内目录 as written. Date parts are None where the list leaves them out or writes what cannot be.

    `dossier` is the key of the dossier it was matched to; `date_raw` is the date as the list writes it.
    """

    list_path: str
    row: int
    dossier: str
    class_code: str
    number: str
    title: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    copies: int | None = None
    pages: int | None = None
    remark: str = ""
    date_raw: str = ""


@dataclass(frozen=True, slots=True)
class DeliveredDossier:
    """One person's file as delivered: its row in the list (if any), its materials' rows, its pages in order.

    `proposed` are (material key, first order, last order) from the 页数 of the 卷内目录 where the layout is `run`.
    `is_root`: the delivered folder itself is the dossier.
    """

    key: str
    layout: Layout
    person: PersonRow | None
    materials: tuple[MaterialRow, ...]
    pages: Sequence[DeliveredPage]
    proposed: tuple[tuple[str, int, int], ...] = ()
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """All of one hand-over. `problems` are files that were set aside with their error; the rest goes on.

    Files and the pages of dossiers are `Packed`: they are made anew whenever they are gone through. `present` are paths that
    are still where an earlier delivery of the batch had them, without being part of this one; `name` is what the delivered
    folder is called, empty for a single file; `held` keeps alive the folder in which members of ZIPs lie.
    """

    root: Path
    files: Sequence[DeliveredFile]
    dossiers: tuple[DeliveredDossier, ...]
    loose: tuple[DeliveredPage, ...] = ()
    people: tuple[PersonRow, ...] = ()
    problems: tuple[tuple[DeliveredFile, JuanzongError], ...] = ()
    notes: tuple[JuanzongError, ...] = field(default_factory=tuple)
    heads: tuple[ListHead, ...] = ()
    promises: tuple[Promise, ...] = ()
    separators: tuple[DeliveredPage, ...] = ()
    present: frozenset[str] = frozenset()
    name: str = ""
    held: object = field(default=None, compare=False, repr=False)

    def pages(self) -> Iterator[DeliveredPage]:
        for dossier in self.dossiers:
            yield from dossier.pages
        yield from self.loose
