"""The catalogue of a backup: in the form of every other object where the office's store is encrypted, plain otherwise.

It holds names and ID numbers, so it never lies plain on the backup's disk: it is taken in the data folder, where the catalogue is
plain anyway, sealed under a key of the backup's keyring onto the disk, and opened there once as a trial.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.store.disk import disk_errors
from archive.store.encrypted import EncryptedStore
from archive.store.sealed_stream import opened, sealed
from base.digests import CHUNK, sha256_of_bytes, sha256_of_file, sha256_of_stream
from base.errors import StorageError
from base.files import make_folders, replacing
from base.settings import Settings
from ingest.custody.vault import Snapshot, Vault

_ENDING, _OPENED = ".sealed", "opened"


@contextmanager
def workplace(vault: Vault, settings: Settings) -> Iterator[Path]:
    """Where the catalogue is taken and set right: beside the backup's other files, or out of its sight, and gone afterwards."""
    if not isinstance(vault.objects, EncryptedStore):
        yield vault.unfinished
        return
    # One for each backup: two may be made at once. What a killed one left is written over and goes with it.
    folder = settings.data_dir / f"backing-up-{sha256_of_bytes(str(vault.root.absolute()).encode())[:8]}"
    make_folders(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def kept(vault: Vault, name: str, file: Path) -> Path:
    """The catalogue of the snapshot `name` as it lies in the backup, proved; it was finished at `file`."""
    store = vault.objects
    if not isinstance(store, EncryptedStore):
        return file
    target = vault.unfinished / f"{file.name}{_ENDING}"
    key = _key(name, target.name)
    with disk_errors(target), replacing(target) as beside, file.open("rb") as whole, beside.open("wb") as out:
        out.writelines(sealed(whole, key, file.stat().st_size, store.ring.current))
    with target.open("rb") as stream, opened(stream, key, store.ring.find) as again:
        if sha256_of_stream(again) != sha256_of_file(file):
            raise StorageError("store.verify-failed", path=target, key=key)
    # Of an earlier try, when nothing was encrypted yet.
    (vault.unfinished / file.name).unlink(missing_ok=True)
    return target


@contextmanager
def plain(vault: Vault, snapshot: Snapshot, folder: Path) -> Iterator[Path]:
    """The snapshot's catalogue, opened into `folder` where it is sealed and gone from there afterwards.

    StorageError `store.sealed-…` where it was changed, or its key is not in the backup's keyring.
    """
    file = vault.folder(snapshot.name) / snapshot.catalogue
    if file.suffix != _ENDING:
        yield file
        return
    if not isinstance(vault.objects, EncryptedStore):
        raise StorageError("backup.sealed", path=file)
    target = folder / _OPENED
    try:
        with disk_errors(target), file.open("rb") as stream, target.open("wb") as out:
            key = _key(snapshot.name, file.name)
            shutil.copyfileobj(opened(stream, key, vault.objects.ring.find), out, CHUNK)
        yield target
    finally:
        target.unlink(missing_ok=True)


def _key(snapshot: str, file: str) -> str:
    """What it is sealed as: it cannot be put in the place of another snapshot's."""
    return f"snapshots/{snapshot}/{file}"
