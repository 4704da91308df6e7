"""Rules of a hand-over package: one folder with 说明文件, catalogues in XML and the files themselves, in two layouts.

`t2012` is annex 2 of 电子档案移交与接收办法 (档发〔2012〕7号) as reprinted; `d93` is DA/T 93-2022 as other software reads it. Only
what was read in the annex may fail, and only of packages in its layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from standards.profiles import Profile
from standards.registry import Rule
from standards.values import Finding

PackageLayout = Literal["t2012", "d93"]
# Fields of one entry of 文件目录.XML (annex 2, T2012-CAT) and of 目录文件.XML (D93-CAT).
CATALOGUE_FIELDS: dict[PackageLayout, tuple[str, ...]] = {
    "t2012": ("顺序号", "档号", "责任者", "题名", "日期", "密级", "电子档案名称", "备注"),
    "d93": ("顺序号", "档号", "责任者", "题名", "日期", "保管期限", "密级", "备注"),
}
# Fields of 说明文件 (D93-NOTE).
NOTE_FIELDS = ("移交单位", "内容描述", "起止档号", "档案数量", "软硬件环境")
# The others may be empty for a good reason: nobody is named, nothing is secret, nothing to remark.
_NEVER_EMPTY = ("顺序号", "档号", "题名", "电子档案名称")
# What annex 2 allows the XML to be written in (T2012-ENC).
ENCODINGS = frozenset({"GB18030", "GB2312", "UTF-8"})


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry of a catalogue: the names of its fields as often as they are there, and the text of those filled in."""

    fields: tuple[str, ...]
    filled: dict[str, str]

    @property
    def archive_no(self) -> str:
        return self.filled.get("档号", "")


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """One XML file. `problem`: dtd, damaged, empty, too-large, unreadable, or None where it was read to its end.

    `encoding` is what it says it is written in (UTF-8 where it says nothing), `true_encoding` what its bytes are.
    """

    path: str
    problem: str | None = None
    encoding: str = "UTF-8"
    true_encoding: str | None = "UTF-8"
    entries: tuple[EntryFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """说明文件.TXT: the fields that it fills in and the number of items that it declares, None where it gives none."""

    path: str
    fields: frozenset[str]
    declared: int | None = None


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """The folder of one item, named by its 档号, with the number of its metadata and of its content files."""

    name: str
    path: str
    metadata: int
    content: int


@dataclass(frozen=True, slots=True)
class UnsafeName:
    """A name in a catalogue or on the carrier that could lead outside the package, or a file nobody can open without a key.

    `kind`: absolute, parent, backslash, link, encrypted.
    """

    kind: str
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """One package. `path` is its folder within the delivery, empty where it is the delivery itself.

    `catalogue` lists the items (None where that file is not there); `others` are further XML files (案卷目录, metadata).
    `has_content` tells that the folder 电子档案 is there; `missing_files` are names that the catalogue gives and no file has.
    """

    path: str
    layout: PackageLayout
    note: NoteFacts | None = None
    catalogue: CatalogueFile | None = None
    others: tuple[CatalogueFile, ...] = ()
    has_content: bool = True
    folders: tuple[FolderFacts, ...] = ()
    missing_files: tuple[str, ...] = ()
    unsafe: tuple[UnsafeName, ...] = ()
    unlisted: tuple[str, ...] = field(default=())

    @property
    def subject(self) -> str | None:
        """Its folder, None where the package is all that was delivered."""
        return self.path or None

    @property
    def readable(self) -> CatalogueFile | None:
        """The catalogue where it was read to its end."""
        return self.catalogue if self.catalogue is not None and self.catalogue.problem is None else None


def judge_package(facts: PackageFacts, profile: Profile) -> list[Finding]:
    """All findings of one package; one cause is one finding with a count."""
    found = [*_layout(facts, profile), *_note(facts, profile), *_files(facts, profile), *_entries(facts, profile)]
    return [
        *found,
        *_count(facts, profile),
        *_match(facts, profile),
        *_unsafe(facts, profile),
        *_unlisted(facts, profile),
    ]


def _of_layout(name: str, facts: PackageFacts, profile: Profile) -> Rule | None:
    """The rule as annex 2 has it, or its sister for DA/T 93, whose text nobody here read."""
    return profile.rule(name if facts.layout == "t2012" else f"{name}-d93")


def _layout(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """T2012-LAYOUT, D93-TREE: the files and folders whose names are fixed."""
    rule = _of_layout("package.layout", facts, profile)
    if rule is None:
        return
    files = [each for each in (facts.catalogue, *facts.others) if each is not None]
    lacking = {
        "note": facts.note is None,
        "catalogue": not files if facts.layout == "t2012" else facts.catalogue is None,
    }
    for kind, lacks in {**lacking, "content": not facts.has_content}.items():
        if lacks:
            yield rule.finding(subject=facts.subject, measured=0, kind=kind)


def _note(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """D93-NOTE: what 说明文件 must tell. Annex 2 names no fields for it in what was read."""
    rule = profile.rule("package.note")
    if rule is None or facts.note is None or facts.layout != "d93":
        return
    missing = [name for name in NOTE_FIELDS if name not in facts.note.fields]
    if missing:
        yield rule.finding(file=facts.note.path, subject=facts.subject, measured="、".join(missing))


def _files(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """Each XML file: can it be read, safely (D93-SAFE), and in an allowed encoding that is the one it names (T2012-ENC)."""
    files = [each for each in (facts.catalogue, *facts.others) if each is not None]
    by_problem: dict[str, list[CatalogueFile]] = {}
    for each in files:
        if each.problem is not None:
            by_problem.setdefault(each.problem, []).append(each)
    for problem, affected in by_problem.items():
        rule = profile.rule("package.unsafe" if problem == "dtd" else "package.xml")
        if rule is not None:
            first = affected[0].path
            yield rule.finding(file=first, subject=facts.subject, measured=len(affected), kind=problem, name=first)
    rule = profile.rule("package.encoding")
    if rule is not None:
        yield from _encodings(facts, files, rule)


def _encodings(facts: PackageFacts, files: Iterable[CatalogueFile], rule: Rule) -> Iterator[Finding]:
    """DA/T 93 says nothing of encodings in what was read: there it is for review."""
    may_fail = facts.layout == "t2012"
    wrong: dict[tuple[str, str], list[str]] = {}
    for each in files:
        if each.problem in ("empty", "too-large", "unreadable"):
            continue
        true = each.true_encoding
        if each.encoding not in ENCODINGS:
            wrong.setdefault(("foreign", each.encoding), []).append(each.path)
        elif true != each.encoding:
            wrong.setdefault(("other" if true else "none", each.encoding), []).append(each.path)
    for (kind, encoding), paths in wrong.items():
        yield rule.finding(
            file=paths[0], subject=facts.subject, measured=encoding, kind=kind, count=len(paths),
            verdict=None if may_fail and kind == "foreign" else "review",
        )  # fmt: skip


def _entries(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """T2012-CAT, D93-CAT. A field that no entry may lack fails where the annex names it; all else is for review."""
    rule, catalogue = _of_layout("package.catalogue", facts, profile), facts.readable
    if rule is None or catalogue is None:
        return
    defects: Counter[tuple[str, str]] = Counter()
    for place, entry in enumerate(catalogue.entries, start=1):
        defects.update(_defects(entry, place, CATALOGUE_FIELDS[facts.layout]))
    numbers = Counter(entry.archive_no for entry in catalogue.entries if entry.archive_no)
    defects.update({("same", number): count for number, count in numbers.items() if count > 1})
    if not catalogue.entries:
        defects["none", "档号"] = 1
    for (kind, name), count in defects.items():
        yield rule.finding(
            file=catalogue.path, subject=facts.subject, measured=name, count=count, kind=kind,
            verdict=None if kind == "missing" else "review",
        )  # fmt: skip


def _defects(entry: EntryFacts, place: int, needed: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(kind, field) of each defect; 顺序号 runs from 1 without a gap, 页数 is a whole number."""
    for name in needed:
        times = entry.fields.count(name)
        if times == 0:
            yield "missing", name
        elif times > 1:
            yield "repeated", name
        elif name in _NEVER_EMPTY and name not in entry.filled:
            yield "empty", name
    order = entry.filled.get("顺序号")
    if order is not None and _whole(order) != place:
        yield "order", "顺序号"
    if "页数" in entry.filled and _whole(entry.filled["页数"]) is None:
        yield "number", "页数"


def _whole(text: str) -> int | None:
    """Nine digits are more than any package holds; longer ones are no number of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _count(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """档案数量 = entries (D93-MATCH)."""
    rule, catalogue = profile.rule("package.count"), facts.readable
    if rule is None or catalogue is None or facts.note is None or facts.note.declared is None:
        return
    if facts.note.declared != len(catalogue.entries):
        yield rule.finding(
            file=facts.note.path, subject=facts.subject, measured=len(catalogue.entries), limit=facts.note.declared
        )


def _match(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """Every 档号 has exactly one folder of that name and the other way round, with metadata and content (D93-MATCH)."""
    rule, catalogue = profile.rule("package.match"), facts.readable
    if rule is None or catalogue is None:
        return
    for kind, names in _unmatched(facts, catalogue).items():
        if names:
            yield rule.finding(
                file=catalogue.path, subject=facts.subject, measured=len(names), kind=kind, name=names[0]
            )  # fmt: skip


def _unmatched(facts: PackageFacts, catalogue: CatalogueFile) -> dict[str, list[str]]:
    if facts.layout == "t2012":
        return {"no-file": list(facts.missing_files)}
    there = Counter(folder.name for folder in facts.folders)
    listed = dict.fromkeys(entry.archive_no for entry in catalogue.entries if entry.archive_no)
    known = [folder for folder in facts.folders if folder.name in listed]
    return {
        "no-folder": [name for name in listed if name not in there],
        "two-folders": [name for name in listed if there[name] > 1],
        "no-entry": [folder.path for folder in facts.folders if folder.name not in listed],
        "no-metadata": [folder.path for folder in known if not folder.metadata],
        "no-content": [folder.path for folder in known if not folder.content],
    }


def _unsafe(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """D93-SAFE: nothing leads outside the package, nothing is locked."""
    rule = profile.rule("package.unsafe")
    if rule is None:
        return
    by_kind: dict[str, list[UnsafeName]] = {}
    for each in facts.unsafe:
        by_kind.setdefault(each.kind, []).append(each)
    for kind, names in by_kind.items():
        first = names[0]
        yield rule.finding(file=first.path, subject=facts.subject, measured=len(names), kind=kind, name=first.name)


def _unlisted(facts: PackageFacts, profile: Profile) -> Iterator[Finding]:
    """D93-SAFE: no file that neither the layout nor the catalogue knows."""
    rule = profile.rule("package.unlisted")
    if rule is not None and facts.unlisted:
        yield rule.finding(
            file=facts.unlisted[0], subject=facts.subject, measured=len(facts.unlisted), name=facts.unlisted[0]
        )
