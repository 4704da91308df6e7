"""Reads a delivery: the tree, the names, the lists; nothing is decoded, nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from base.errors import InputError
from ingest.delivery.gather import Gathered, gather
from ingest.delivery.lists.reader import Lists, read_lists
from ingest.delivery.match import Matches, match
from ingest.delivery.model import DeliveredDossier, DeliveredFile, DeliveredPage, Delivery, Layout
from ingest.delivery.naming import path_key
from ingest.delivery.packed import Packed
from ingest.delivery.propose import propose
from ingest.delivery.stacks import FindSheets, split_stacks
from ingest.delivery.walk import PACKED, Problem, walk


def read_delivery(root: Path, left_out: Sequence[Path] = ()) -> Delivery:
    """What lies at `root`: a folder of dossiers, one dossier, or a single image, PDF or list. ZIPs stay shut (`opened`).

    Files that cannot be used are in `problems` with their error and have no page; everything else goes on. A row of the
    list whose dossier has no page is in `people` alone. InputError `path.missing`, `path.unreadable`, `path.empty`
    (nothing usable below it), `delivery.not-a-page` (a single file that is none of these). `left_out` are files of our own
    that may lie there: a report, its journal.
    """
    name, files, unreadable = files_at(root, left_out)
    return read_files(root, name, files, unreadable)


def files_at(root: Path, left_out: Sequence[Path] = ()) -> tuple[str | None, Packed[DeliveredFile], list[Problem]]:
    """What the delivered folder at `root` is called (None: a single file), its files, and what could not be read."""
    files, unreadable = walk(root)
    ours = {each.resolve() for each in left_out}
    if ours:
        files = Packed(file for file in files if file.source.resolve() not in ours)
    return (None if root.is_file() else root.resolve().name or "/"), files, unreadable


def read_files(
    root: Path,
    name: str | None,
    files: Sequence[DeliveredFile],
    unreadable: Sequence[Problem] = (),
    find_sheets: FindSheets | None = None,
) -> Delivery:
    """A delivery of these files, wherever their bytes lie: as `read_delivery`, for files that came by another way.

    `root` is where they lie, for messages; `name` is what the delivered folder is called, None for a single file;
    `unreadable` are files, among `files` or not, that nobody shall try to read. With `find_sheets` separator sheets are
    looked for among pages that no name places, and split them.
    """
    if not unreadable and all(file.kind == "ignored" for file in files):
        raise InputError("delivery.not-a-page" if name is None else "path.empty", path=root)
    files = _in_order(files)
    refused = {file.path for file, _ in unreadable}
    packed = [(file, InputError(PACKED, path=file.path)) for file in files if file.reason == PACKED]
    pages = (each for each in files if each.kind == "page" and each.reason is None and each.path not in refused)
    gathered, loose, damaged = gather(name, pages)
    sheets: list[DeliveredPage] = []
    if find_sheets is not None:
        stacks = split_stacks(gathered, loose, find_sheets)
        gathered, loose, sheets = stacks.dossiers, stacks.loose, stacks.separators
    lists = read_lists(file for file in files if file.kind in ("list", "manifest"))
    only_sheets = {page.file.path for page in sheets}
    if only_sheets:
        only_sheets -= {page.file.path for each in (*(each.pages for each in gathered), loose) for page in each}
    known = files
    if only_sheets or lists.unknown or lists.manifests:
        known = Packed(_known(file, lists, only_sheets) for file in files)
    if name is None and known[0].kind == "ignored":
        raise InputError("delivery.not-a-page", path=root)
    matches = match(gathered, lists.people, lists.entries)
    return Delivery(
        root=root,
        files=known,
        dossiers=tuple(_dossier(each, matches, name) for each in gathered),
        loose=tuple(loose),
        people=tuple(lists.people),
        problems=(*unreadable, *packed, *damaged, *lists.problems),
        notes=(*(error for _, error in (*unreadable, *packed)), *matches.notes),
        heads=tuple(lists.heads),
        promises=tuple(lists.promises),
        separators=tuple(sheets),
        name=name or "",
    )


def _in_order(files: Sequence[DeliveredFile]) -> Packed[DeliveredFile]:
    """By `path_key`, as those of a folder already are."""
    if isinstance(files, Packed) and all(a <= b for a, b in pairwise(path_key(file.path) for file in files)):
        return files
    return Packed(sorted(files, key=lambda file: path_key(file.path)))


def _known(file: DeliveredFile, lists: Lists, only_sheets: set[str]) -> DeliveredFile:
    """The file with the kind that its content says."""
    if file.path in only_sheets:
        return replace(file, kind="separator")
    if file.path in lists.unknown:
        return replace(file, kind="ignored", reason="ignored.list" if file.kind == "list" else "ignored.other")
    return replace(file, kind="manifest") if file.path in lists.manifests else file


def _dossier(gathered: Gathered, matches: Matches, name: str | None) -> DeliveredDossier:
    materials, layout = tuple(matches.materials.get(gathered.key, ())), _layout(gathered)
    return DeliveredDossier(
        key=gathered.key,
        layout=layout,
        person=matches.people.get(gathered.key),
        materials=materials,
        pages=gathered.pages if isinstance(gathered.pages, Packed) else Packed(gathered.pages),
        proposed=propose(gathered.pages, materials) if layout == "run" else (),
        is_root=not gathered.folder and gathered.key == name,
    )


def _layout(gathered: Gathered) -> Layout:
    """`run` where no page names its material (covers aside): a person must confirm where one material ends (分件)."""
    return "folders" if any(page.material for page in gathered.pages) else "run"
