"""Hand-over packages in a delivery: a folder with 说明文件 and catalogues in XML. A folder that is none has no facts here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from base.errors import InputError
from base.images import read_file
from ingest.delivery.model import DeliveredFile, Delivery
from ingest.delivery.package_xml import MAX_BYTES, read_xml
from standards.rules.package import (
    NOTE_FIELDS,
    CatalogueFile,
    EntryFacts,
    FolderFacts,
    NoteFacts,
    PackageFacts,
    PackageLayout,
    UnsafeName,
)

_NOTE = "说明文件.txt"
_CATALOGUES: dict[str, PackageLayout] = {"目录文件.xml": "d93", "文件目录.xml": "t2012", "案卷目录.xml": "t2012"}
_ITEMS: dict[PackageLayout, str] = {"d93": "目录文件.xml", "t2012": "文件目录.xml"}
_CONTENT = "电子档案/"
_OTHER = "其他/"
_METADATA = re.compile(r"元数据[^/]*\.xml$", re.IGNORECASE)
_MAX_NOTE = 1 << 20
_LINE = re.compile(r"\s*([^:=\t]{1,40}?)\s*[:=\t]\s*(.*)")
_IN_BRACKETS = re.compile(r"\(.*?\)|\s")
_NOT_OURS = frozenset({"ignored.system", "ignored.lock", "ignored.hidden"})


@dataclass(frozen=True, slots=True)
class _Inside:
    """A file of a package: `rest` is its path within the package."""

    file: DeliveredFile
    rest: str

    @property
    def name(self) -> str:
        return self.rest.rpartition("/")[2].casefold()

    @property
    def is_document(self) -> bool:
        """说明文件 or a catalogue at its place."""
        return "/" not in self.rest and (self.name == _NOTE or self.name in _CATALOGUES)

    @property
    def is_metadata(self) -> bool:
        return _METADATA.search(self.rest) is not None

    @property
    def folders(self) -> list[str]:
        """The folders it lies in, from the top down, each as a path within the package."""
        parts = self.rest.split("/")[:-1]
        return ["/".join(parts[: index + 1]) for index in range(len(parts))]


def packages_of(delivery: Delivery) -> list[PackageFacts]:
    """The facts of each package at or below the root, in the order of their paths."""
    locked = {file.path for file, error in delivery.problems if error.code.endswith(".locked")}
    return [_package(root, _inside(delivery.files, root), locked) for root in _roots(delivery.files)]


def package_documents(files: Sequence[DeliveredFile]) -> frozenset[str]:
    """Paths of the files that make a folder a package and are no page: 说明文件, catalogues, metadata."""
    return frozenset(
        each.file.path
        for root in _roots(files)
        for each in _inside(files, root)
        if each.is_document or each.is_metadata
    )


def _roots(files: Iterable[DeliveredFile]) -> list[str]:
    """Folders with a catalogue, or with a note beside 电子档案 or above metadata; of nested ones the topmost."""
    noted, catalogued, content = set(), set(), []
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name.casefold() == _NOTE:
            noted.add(folder)
        elif name.casefold() in _CATALOGUES:
            catalogued.add(folder)
        elif _METADATA.search(name) or f"/{_CONTENT}" in f"/{file.path}":
            content.append(file.path)
    noted = {folder for folder in noted if any(path.startswith(_prefix(folder)) for path in content)}
    kept: list[str] = []
    for folder in sorted(noted | catalogued):
        if not any(folder.startswith(_prefix(above)) for above in kept):
            kept.append(folder)
    return kept


def _prefix(folder: str) -> str:
    return f"{folder}/" if folder else ""


def _inside(files: Iterable[DeliveredFile], root: str) -> list[_Inside]:
    prefix = _prefix(root)
    return [
        _Inside(file, file.path.removeprefix(prefix))
        for file in files
        if file.path.startswith(prefix) and file.reason not in _NOT_OURS
    ]


def _package(root: str, inside: Sequence[_Inside], locked: set[str]) -> PackageFacts:
    documents = {each.name: each.file for each in inside if each.is_document}
    layout = _layout(documents, inside)
    catalogues = {name: _read(file) for name, file in documents.items() if name in _CATALOGUES}
    catalogue = catalogues.pop(_ITEMS[layout], None)
    entries = catalogue.entries if catalogue is not None else ()
    metadata = [replace(_read(each.file), entries=()) for each in inside if each.is_metadata and not each.is_document]
    facts = PackageFacts(
        path=root,
        layout=layout,
        note=_note(documents[_NOTE]) if _NOTE in documents else None,
        catalogue=catalogue,
        others=(*(replace(each, entries=()) for each in catalogues.values()), *metadata),
        unsafe=(*_unsafe_entries(catalogue), *_unsafe_files(inside, locked)),
    )
    rest = [each for each in inside if not each.is_document and not each.rest.startswith(_OTHER)]
    return _with_items(facts, entries, rest) if layout == "d93" else _with_files(facts, entries, rest)


def _layout(documents: dict[str, DeliveredFile], inside: Sequence[_Inside]) -> PackageLayout:
    """By the catalogue that is there; without one by the folder 电子档案, which only annex 2 of 2012 has."""
    named = [_CATALOGUES[name] for name in documents if name in _CATALOGUES]
    if named:
        return "d93" if "d93" in named else "t2012"
    return "t2012" if any(each.rest.startswith(_CONTENT) for each in inside) else "d93"


def _read(file: DeliveredFile) -> CatalogueFile:
    if file.kind == "ignored" and file.reason == "ignored.link":
        return CatalogueFile(file.path, "unreadable")
    if file.size > MAX_BYTES:
        return CatalogueFile(file.path, "too-large")
    try:
        return read_xml(read_file(file.source, file.path), file.path)
    except InputError:
        return CatalogueFile(file.path, "unreadable")


def _note(file: DeliveredFile) -> NoteFacts:
    """Lines of `name: value`; a note that cannot be read fills in nothing."""
    if file.size > _MAX_NOTE or file.reason == "ignored.link":
        return NoteFacts(file.path, frozenset())
    try:
        text = _text(read_file(file.source, file.path))
    except InputError:
        return NoteFacts(file.path, frozenset())
    given: dict[str, str] = {}
    for line in unicodedata.normalize("NFKC", text).splitlines():
        match = _LINE.match(line)
        if match and match.group(2).strip():
            given.setdefault(_IN_BRACKETS.sub("", match.group(1)), match.group(2).strip())
    return NoteFacts(file.path, frozenset(given.keys() & set(NOTE_FIELDS)), _items_in(given.get("档案数量", "")))


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _items_in(text: str) -> int | None:
    """The number of 件; None where volumes or bytes stand beside it and no number is surely that of items."""
    plain = text.replace(",", "")
    numbers = re.findall(r"(?<![\d.])(\d{1,9})\s*件", plain)
    if not numbers and "卷" not in plain:
        numbers = re.findall(r"\d+(?:\.\d+)?", plain)
    return int(numbers[0]) if len(numbers) == 1 and numbers[0].isdigit() and len(numbers[0]) <= 9 else None


def _with_items(facts: PackageFacts, entries: Sequence[EntryFacts], inside: Sequence[_Inside]) -> PackageFacts:
    """DA/T 93: the folder of each item. A folder that only holds other items' folders is none itself."""
    numbers = {entry.archive_no for entry in entries}
    described = {each.folders[-1] for each in inside if each.is_metadata and each.folders}
    held: dict[str, list[_Inside]] = {}
    for each in inside:
        held.setdefault(_owner(each, numbers, described), []).append(each)
    own = {path for path in held if path and not any(other.startswith(f"{path}/") for other in held)}
    folders = [
        FolderFacts(
            path.rpartition("/")[2],
            _prefix(facts.path) + path,
            metadata=sum(each.is_metadata for each in held[path]),
            content=sum(not each.is_metadata for each in held[path]),
        )
        for path in sorted(own)
    ]
    stray = tuple(each.file.path for path, files in held.items() if path not in own for each in files)
    return replace(facts, folders=tuple(folders), unlisted=stray, has_content=bool(folders))


def _owner(file: _Inside, numbers: set[str], described: set[str]) -> str:
    """The item's folder: one named by a listed 档号, else the lowest that holds metadata, else the file's own."""
    for path in file.folders:
        if path.rpartition("/")[2] in numbers:
            return path
    with_metadata = [path for path in file.folders if path in described]
    return with_metadata[-1] if with_metadata else (file.folders or [""])[-1]


def _with_files(facts: PackageFacts, entries: Sequence[EntryFacts], inside: Sequence[_Inside]) -> PackageFacts:
    """Annex 2 of 2012: files below 电子档案 against 电子档案名称, which may name a file or a folder."""
    content = [each for each in inside if each.rest.startswith(_CONTENT)]
    stray = [each.file.path for each in inside if not each.rest.startswith(_CONTENT)]
    named = {_plain(name) for entry in entries if (name := entry.filled.get("电子档案名称"))}
    there = {key for each in content for key in _keys(each)}
    if named:
        known = named | {_plain(entry.archive_no) for entry in entries if entry.archive_no}
        stray += [each.file.path for each in content if not each.is_metadata and known.isdisjoint(_keys(each))]
    missing = sorted(name for name in named if name not in there)
    return replace(facts, has_content=bool(content), missing_files=tuple(missing), unlisted=tuple(stray))


def _plain(name: str) -> str:
    return name.replace("\\", "/").strip("/").removeprefix("./").removeprefix(_CONTENT).casefold()


def _keys(file: _Inside) -> Iterator[str]:
    """All that could mean this file: the ends of its path with and without extension, and of the folders it lies in."""
    plain = _plain(file.rest)
    for path in (plain, plain.rpartition(".")[0], *(_plain(folder) for folder in file.folders[1:])):
        parts = path.split("/")
        yield from ("/".join(parts[index:]) for index in range(len(parts)))


def _unsafe_entries(catalogue: CatalogueFile | None) -> Iterator[UnsafeName]:
    """Names in the catalogue that are paths to elsewhere. None of them is ever opened."""
    for entry in catalogue.entries if catalogue is not None else ():
        for name in (entry.archive_no, entry.filled.get("电子档案名称", "")):
            kind = _leads_out(name)
            if kind is not None and catalogue is not None:
                yield UnsafeName(kind, catalogue.path, name)


def _leads_out(name: str) -> str | None:
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return "absolute"
    if ".." in re.split(r"[/\\]", name):
        return "parent"
    return "backslash" if "\\" in name else None


def _unsafe_files(inside: Iterable[_Inside], locked: set[str]) -> Iterator[UnsafeName]:
    for each in inside:
        path = each.file.path
        if each.file.reason == "ignored.link":
            yield UnsafeName("link", path, path)
        if path in locked:
            yield UnsafeName("encrypted", path, path)
        if "\\" in each.rest:
            yield UnsafeName("backslash", path, path)
