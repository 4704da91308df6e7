"""Brings page files together to dossiers: each page with its place, its linked other version and its order."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count, islice

from base.errors import InputError
from ingest.delivery import naming
from ingest.delivery.derived import Leaf, twins
from ingest.delivery.model import DeliveredFile, DeliveredPage, ImageSet
from ingest.delivery.naming import PageName, Who
from ingest.delivery.packed import Packed, Plain
from ingest.delivery.pages import content_of, count_pages
from ingest.delivery.place import FolderPlace, Parts, folder_place, is_number, without_sets, without_zips
from ingest.delivery.walk import Problem

_LAST = 1 << 30
_SETS: tuple[ImageSet, ...] = ("original", "optimised")
# Names that only count: they make sense within one dossier.
_SERIALS = ("folder-page", "scanner")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The pages of one dossier before lists are read: its key, the folder it lies in, and whose it is by its names."""

    key: str
    folder: Parts
    who: Who | None
    pages: Sequence[DeliveredPage]


@dataclass(frozen=True, slots=True)
class _Draft(Plain):
    """One page file with all that its path says."""

    file: DeliveredFile
    count: int
    folders: Parts
    stem: str
    image_set: ImageSet
    place: FolderPlace
    name: PageName
    is_document: bool
    is_pdf: bool


def gather(
    root_name: str | None, files: Iterable[DeliveredFile]
) -> tuple[list[Gathered], list[DeliveredPage], list[Problem]]:
    """Dossiers in natural order of their keys, loose pages, and the files whose pages could not be told.

    `root_name` is what the delivered folder is called, None where a single file was handed in.
    """
    root_who = naming.who_of(root_name) if root_name else None
    drafts, problems = _drafts(files, root_who if root_who and is_number(root_who) else None)
    groups = _grouped(drafts, root_name, root_who)
    loose = groups.get(None, array("L"))
    owned = {key: members for key, members in groups.items() if key is not None}
    if not owned and root_name and loose and all(draft.name.pattern in _SERIALS for draft in drafts):
        # The folder of one dossier, handed in itself.
        owned, loose = {root_name: loose}, array("L")
    # One reader for all: dossiers follow each other as their first files do, and most are a few neighbours.
    reader = drafts.at(chain.from_iterable(owned.values()))
    dossiers = [_gathered(key, tuple(islice(reader, len(members))), root_who) for key, members in owned.items()]
    dossiers.sort(key=lambda dossier: naming.natural_key(dossier.key))
    return dossiers, list(_pages(None, tuple(drafts.at(loose)))), problems


def _drafts(files: Iterable[DeliveredFile], root_who: Who | None) -> tuple[Packed[_Draft], list[Problem]]:
    drafts: Packed[_Draft] = Packed()
    problems: list[Problem] = []
    for file in files:
        try:
            drafts.append(_draft(file, root_who))
        except InputError as error:
            problems.append((file, error))
    return drafts, problems


def _draft(file: DeliveredFile, root_who: Who | None) -> _Draft:
    folder, _, name = file.path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    plain, image_set = _folders(folder)
    content = content_of(file)
    count = count_pages(file, content)
    is_document = count > 1 or content == "pdf"
    named = naming.document_name(stem) if is_document else naming.page_name(stem)
    if named.pattern is None and is_document:
        named = naming.page_name(stem)
    place = folder_place(without_zips(plain), root_who)
    return _Draft(file, count, plain, stem, image_set, place, named, is_document, content == "pdf")


@lru_cache(maxsize=4096)
def _folders(path: str) -> tuple[Parts, ImageSet]:
    """`without_sets`, the same values for all files of a folder: a delivery has very many."""
    return without_sets(tuple(path.split("/")) if path else ())


def _grouped(drafts: Packed[_Draft], root_name: str | None, root_who: Who | None) -> dict[str | None, array[int]]:
    """Which drafts are of a dossier, by its key; None holds the loose ones."""
    named: dict[Parts | None, set[str]] = defaultdict(set)
    for draft in drafts:
        if draft.place.who is None and draft.name.who is not None:
            named[draft.place.dossier].add(_who_key(draft.name.who))
    groups: dict[str | None, array[int]] = defaultdict(lambda: array("L"))
    for number, draft in enumerate(drafts):
        split = len(named[draft.place.dossier]) > 1
        groups[_key(draft, split, root_name, root_who)].append(number)
    return groups


def _key(draft: _Draft, split: bool, root_name: str | None, root_who: Who | None) -> str | None:
    """A folder is one dossier unless its files are named by several ID numbers or 档号; then each of these is one."""
    place, who = draft.place, draft.name.who
    if place.dossier:
        folder = "/".join(naming.composed(part) for part in place.dossier)
        return f"{folder}/{_who_key(who)}" if split and who and place.who is None else folder
    if place.who is None and who is not None:
        return _who_key(who)
    if place.dossier is not None or (root_name and (draft.name.material or root_who)):
        return root_name
    return naming.composed(draft.stem) if draft.count > 1 else None


def _who_key(who: Who) -> str:
    return who.id_number or who.archive_no or f"{who.worker_no or ''}{who.name or ''}"


def _gathered(key: str, drafts: Sequence[_Draft], root_who: Who | None) -> Gathered:
    place = drafts[0].place
    folder = place.dossier or ()
    who = place.who or next((draft.name.who for draft in drafts if draft.name.who), None)
    if who is None:
        who = root_who if not folder else Who(name=naming.bare_name(folder[-1]))
    return Gathered(key, folder, who, _pages(key, drafts))


def _pages(dossier: str | None, drafts: Sequence[_Draft]) -> Packed[DeliveredPage]:
    """Pages in order: covers, then materials by class and number, then page numbers.

    The original and the optimised image of one page have the same order: they are two versions of it.
    """
    made_of = _made_of(drafts) if dossier is not None else {}
    rows = [(_sort_key(draft), _link(draft), draft) for draft in drafts if id(draft) not in made_of]
    rows.sort(key=lambda row: (row[0], row[2].image_set != "original", row[2].file.path))
    pages: list[DeliveredPage] = []
    orders: dict[tuple[Parts, str, ImageSet, int], int] = {}
    places = count()
    for _, link, draft in rows:
        for page in range(1, draft.count + 1):
            there = [orders.get((*link, each, page)) for each in _SETS]
            # Two files of one set are two pages, however alike their names are (`a.jpg`, `A.JPG`).
            shared = next((order for order in there if order is not None), None)
            order = next(places) if shared is None or (*link, draft.image_set, page) in orders else shared
            orders[*link, draft.image_set, page] = order
            pages.append(_page(dossier, draft, page, order))
    shown = {(page.file.path, page.page): page for page in pages}
    for draft in drafts:
        for page, image in enumerate(made_of.get(id(draft), ()), start=1):
            pages.append(replace(shown[image.file.path, 1], file=draft.file, page=page, image_set="derived"))
    pages.sort(key=lambda page: page.order)
    return Packed(pages)


def _made_of(drafts: Sequence[_Draft]) -> dict[int, tuple[_Draft, ...]]:
    """The images, in order, that a PDF beside them was made of, by the identity of its draft."""
    if not any(draft.is_pdf for draft in drafts) or all(draft.is_pdf for draft in drafts):
        return {}
    leaves = [
        Leaf(
            draft,
            draft.name.material or _material(draft),
            draft.count,
            draft.image_set,
            draft.is_pdf,
            draft.name.number,
            draft.place.covers,
        )
        for draft in sorted(drafts, key=_sort_key)
    ]
    return {id(pdf): images for pdf, images in twins(leaves)}


def _sort_key(draft: _Draft) -> tuple[object, ...]:
    number = draft.name.number
    return (
        not draft.place.covers,
        naming.material_order(_material(draft)),
        number if number is not None and not draft.is_document else _LAST,
        draft.name.sub,
        (*map(naming.natural_key, draft.folders), naming.natural_key(draft.stem)),
    )


def _link(draft: _Draft) -> tuple[Parts, str]:
    return draft.folders, naming.fold(draft.stem).casefold()


def _material(draft: _Draft) -> str | None:
    return None if draft.place.covers else draft.place.material or draft.name.material


def _page(dossier: str | None, draft: _Draft, page: int, order: int) -> DeliveredPage:
    return DeliveredPage(
        file=draft.file,
        page=page,
        dossier=dossier,
        material=_material(draft),
        number=_number(draft, page),
        image_set=draft.image_set,
        pattern=_pattern(draft),
        order=order,
    )


def _number(draft: _Draft, page: int) -> int | None:
    if draft.place.covers:
        return None
    if draft.is_document and draft.count > 1:
        return page
    return draft.name.number if draft.name.number is not None else (page if draft.is_document else None)


def _pattern(draft: _Draft) -> str | None:
    pattern, place = draft.name.pattern, draft.place
    if pattern is None:
        return None
    if place.covers:
        return "cover"
    if pattern == "folder-page":
        if place.rest:
            return None
        return "person-class-item" if place.classed and place.material else pattern
    return pattern
