"""Files whose path alone does not tell them from those of another folder: they are kept under the name of theirs.

A path that begins with the dossier, or a file name that says whose it is, means the same in every folder of a batch. But where
the delivered folder is itself the dossier, or a page is loose, `9-1/001.jpg` is another sheet in each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from ingest.delivery.model import DeliveredFile, DeliveredPage, Delivery, ListHead, MaterialRow, PersonRow
from ingest.delivery.packed import Packed

_Listed = TypeVar("_Listed", PersonRow, MaterialRow, ListHead)


def housed(delivery: Delivery) -> Delivery:
    """The delivery with the `home` of each file that needs one; what its lists and manifests say goes with them."""
    at_root = {page.file.path for each in delivery.dossiers if each.is_root for page in each.pages}
    at_root |= {page.file.path for page in (*delivery.loose, *delivery.separators)}
    if not delivery.name or (not at_root and next(delivery.pages(), None) is not None):
        return delivery
    placed = {page.file.path for page in delivery.pages()}
    if delivery.separators:
        # The sheets say whose the pages are, not the files' names.
        at_root |= {path for path in placed if "/" not in path}
    rest = delivery.name if placed <= at_root else ""
    return _with_homes(delivery, at_root, placed, rest)


def _with_homes(delivery: Delivery, at_root: set[str], placed: set[str], rest: str) -> Delivery:
    def at_home(file: DeliveredFile) -> DeliveredFile:
        home = delivery.name if file.path in at_root else "" if file.path in placed else rest
        return replace(file, home=home) if home else file

    def pages_of(pages: Iterable[DeliveredPage]) -> Iterator[DeliveredPage]:
        return (replace(page, file=files.get(page.file.path, page.file)) for page in pages)

    files = {file.path: at_home(file) for file in delivery.files}
    return replace(
        delivery,
        files=Packed(files.values()),
        dossiers=tuple(
            replace(
                each,
                person=_listed(each.person, rest) if each.person else None,
                materials=tuple(_listed(row, rest) for row in each.materials),
                pages=Packed(pages_of(each.pages)),
            )
            for each in delivery.dossiers
        ),
        loose=tuple(pages_of(delivery.loose)),
        separators=tuple(pages_of(delivery.separators)),
        people=tuple(_listed(each, rest) for each in delivery.people),
        problems=tuple((files.get(file.path, file), error) for file, error in delivery.problems),
        heads=tuple(_listed(each, rest) for each in delivery.heads),
        promises=tuple(replace(each, manifest=_beside(each.manifest, rest), home=rest) for each in delivery.promises),
    )


def _listed(said: _Listed, home: str) -> _Listed:
    return replace(said, list_path=_beside(said.list_path, home)) if home else said


def _beside(path: str, home: str) -> str:
    return f"{home}/{path}" if home else path


def as_delivered(place: str, home: str) -> str:
    """The path that a file was delivered with, of where its batch keeps it."""
    return place.removeprefix(f"{home}/") if home else place
