"""All lists of a delivery: which sheets they hold, and what could not be read. One bad list never stops the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from base.errors import InputError
from ingest.delivery import naming
from ingest.delivery.lists.headers import find_header
from ingest.delivery.lists.materials import Entry, read_materials
from ingest.delivery.lists.people import read_people
from ingest.delivery.lists.sheets import Sheet, is_misnamed, read_sheets
from ingest.delivery.manifest import manifest_sheet, read_manifest
from ingest.delivery.model import DeliveredFile, ListHead, PersonRow
from ingest.delivery.promise import Promise
from ingest.delivery.walk import Problem


@dataclass(slots=True)
class Lists:
    """`unknown` are the paths of tables that are neither of the two lists; `promises` what manifests among them say."""

    people: list[PersonRow] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    heads: list[ListHead] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    promises: list[Promise] = field(default_factory=list)
    manifests: set[str] = field(default_factory=set)


def read_lists(files: Iterable[DeliveredFile]) -> Lists:
    """Every sheet of every list file, in the order of the files."""
    lists = Lists()
    for file in files:
        try:
            found = _read(file, lists) if file.kind == "list" else _read_manifest(file, lists)
        except InputError as error:
            lists.problems.append((file, error))
        else:
            if not found:
                lists.unknown.add(file.path)
    return lists


def _read_manifest(file: DeliveredFile, lists: Lists) -> bool:
    promises = read_manifest(file)
    lists.promises += promises
    return bool(promises)


def _read(file: DeliveredFile, lists: Lists) -> bool:
    """Adds the rows of one file; whether any sheet is one of the two lists."""
    file_who = naming.who_of(_stem(file.path))
    found = False
    for sheet in read_sheets(file):
        header = find_header(sheet)
        if header is None:
            found = _promised(file, sheet, lists) or found
            continue
        found = True
        if header.kind == "people":
            lists.people += read_people(file.path, sheet, header)
            lists.heads.append(ListHead(file.path, header.above, header.labels))
        else:
            entries = read_materials(file.path, sheet, header)
            lists.entries += [entry if entry.who else Entry(entry.row, file_who) for entry in entries]
    if not found and is_misnamed(file):
        # Whatever list it was to be, nobody can read it: set aside in silence, its dossiers would be checked against nothing.
        raise InputError("list.damaged", path=file.path, detail="text, not a workbook")
    return found


def _promised(file: DeliveredFile, sheet: Sheet, lists: Lists) -> bool:
    promises = manifest_sheet(file.path, sheet)
    lists.promises += promises
    if promises:
        lists.manifests.add(file.path)
    return bool(promises)


def _stem(path: str) -> str:
    """The file's name without extension and without the word for the list: `张三10234卷内目录` names a person."""
    name = naming.fold(path.rpartition("/")[2]).rpartition(".")[0]
    for word in ("卷内目录", "材料目录", "目录"):
        name = name.replace(word, " ")
    return name.strip(" -")
