"""Reads a delivery: the tree, the names, the lists; nothing is decoded, nothing is written."""

from __future__ import annotations

from pathlib import Path

from base.errors import InputError
from ingest.delivery.gather import Gathered, gather
from ingest.delivery.model import DeliveredDossier, Delivery, Layout
from ingest.delivery.naming import path_key
from ingest.delivery.walk import walk


def read_delivery(root: Path) -> Delivery:
    """What lies at `root`: a folder of dossiers, one dossier, or a single image, PDF or list.

    Files that cannot be used are in `problems` with their error and have no page; everything else goes on. InputError
    `path.missing`, `path.unreadable`, `path.empty` (nothing usable below it), `delivery.not-a-page` (a single file that
    is none of these).
    """
    files, unreadable = walk(root)
    if not unreadable and all(file.kind == "ignored" for file in files):
        raise InputError("delivery.not-a-page" if root.is_file() else "path.empty", path=root)
    files.sort(key=lambda file: path_key(file.path))
    gathered, loose, damaged = gather(root, (file for file in files if file.kind == "page"))
    return Delivery(
        root=root,
        files=tuple(files),
        dossiers=tuple(_dossier(each) for each in gathered),
        loose=tuple(loose),
        problems=tuple(unreadable + damaged),
    )


def _dossier(gathered: Gathered) -> DeliveredDossier:
    return DeliveredDossier(gathered.key, _layout(gathered), None, (), gathered.pages)


def _layout(gathered: Gathered) -> Layout:
    """`run` where no page names its material (covers aside): a person must confirm where one material ends (分件)."""
    return "folders" if any(page.material for page in gathered.pages) else "run"
