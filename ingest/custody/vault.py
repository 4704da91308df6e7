"""A backup on a disk: objects under the digest of their bytes, each once, and snapshots that say which of them an office had.

    juanzong-backup.json            what this folder is
    objects/                        an object store: every object under originals/SHA256-OF-ITS-BYTES
    snapshots/NAME/snapshot.json    when, of which database, counts, digests of the two files beside it
    snapshots/NAME/catalogue.*      the catalogue, sealed where the objects are (`ingest.custody.sealed_catalogue`)
    snapshots/NAME/objects.jsonl    {"key", "sha256", "size"} of each object, in the order of keys

So a second backup writes what is new alone, and every snapshot is whole by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archive.custody.ledger import Written
from archive.store.contract import ObjectStore
from archive.store.encrypted import EncryptedStore
from archive.store.key_file import read_key_file
from archive.store.keyring import rotate
from archive.store.open import create_store, key_file_of, open_store
from base.clock import now
from base.digests import sha256_of_file
from base.errors import InputError, StorageError
from base.files import make_folders, sync_folder, write_atomically
from base.settings import Settings
from ingest.custody.second import store_in

VAULT = "juanzong-backup.json"
LIST = "objects.jsonl"
_SNAPSHOT, _UNFINISHED, _FORMAT = "snapshot.json", "unfinished", 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One backup. `missing`: keys that were not good in the office and are not in it; `size` in bytes of all objects."""

    name: str
    made_at: str
    database: str
    catalogue: str
    catalogue_sha256: str
    list_sha256: str
    objects: int
    size: int
    missing: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Vault:
    """The folder of the backups of one office."""

    def __init__(self, root: Path, objects: ObjectStore) -> None:
        self.root, self.objects = root, objects

    @classmethod
    def open(cls, root: Path, settings: Settings) -> Vault:
        """InputError `backup.none` where no backup is, `backup.format` where a newer version made it.

        It is encrypted where the office's store is, with the same key file: StorageError `backup.sealed` without it.
        """
        try:
            told = json.loads((root / VAULT).read_bytes())
        except (OSError, ValueError) as error:
            raise InputError("backup.none", path=root) from error
        if told.get("format") != _FORMAT:
            raise InputError("backup.format", path=root)
        try:
            return cls(root, open_store(store_in(settings, root / "objects")))
        except StorageError as error:
            if error.code == "store.encrypted":
                raise StorageError("backup.sealed", path=root) from error
            raise

    @classmethod
    def open_or_create(cls, root: Path, settings: Settings) -> Vault:
        """Makes one in an empty folder; InputError `backup.not-empty` where something else lies."""
        if not (root / VAULT).exists():
            _start(root, settings)
        vault = cls.open(root, settings)
        _wrap_anew(vault.objects, settings)
        return vault

    @property
    def unfinished(self) -> Path:
        """Where the snapshot that is being made lies; what a killed backup left of it is written over."""
        folder = self.root / "snapshots" / _UNFINISHED
        make_folders(folder)
        return folder

    def finish(self, snapshot: Snapshot) -> None:
        """The snapshot gets its name in one step, when all of it is on the disk."""
        folder = self.unfinished
        write_atomically(folder / _SNAPSHOT, json.dumps(snapshot.as_json(), indent=1).encode())
        folder.rename(folder.parent / snapshot.name)
        sync_folder(folder.parent)

    def names(self) -> list[str]:
        """The snapshots, the oldest first."""
        return sorted(
            each.parent.name for each in self.root.glob(f"snapshots/*/{_SNAPSHOT}") if each.parent.name != _UNFINISHED
        )

    def snapshot(self, name: str = "") -> Snapshot:
        """The snapshot of this name, or the newest; InputError `backup.no-snapshot`, StorageError `backup.damaged`."""
        names = self.names()
        if not names or (name and name not in names):
            raise InputError("backup.no-snapshot", path=self.root, name=name)
        folder = self.folder(name or names[-1])
        try:
            found = Snapshot(**json.loads((folder / _SNAPSHOT).read_bytes()))
            whole = (
                sha256_of_file(folder / found.catalogue) == found.catalogue_sha256
                and sha256_of_file(folder / LIST) == found.list_sha256
            )
        except (OSError, ValueError, TypeError) as error:
            raise StorageError("backup.damaged", path=folder) from error
        if not whole:
            raise StorageError("backup.damaged", path=folder)
        return found

    def folder(self, name: str) -> Path:
        return self.root / "snapshots" / name

    def listed(self, snapshot: Snapshot) -> Iterator[Written]:
        """Its objects in the order of their keys."""
        with (self.folder(snapshot.name) / LIST).open(encoding="utf-8") as lines:
            for line in lines:
                said = json.loads(line)
                yield Written(said["key"], said["sha256"], said["size"])

    def free_name(self) -> str:
        """A name for a snapshot of this moment that sorts behind all others."""
        name = now().strftime("%Y%m%dT%H%M%SZ")
        number, wished = 1, name
        while self.folder(wished).exists():
            number, wished = number + 1, f"{name}-{number:03}"
        return wished


def _wrap_anew(objects: ObjectStore, settings: Settings) -> None:
    """What is to leave the key file after a rotation must not be needed by the backups either; their disk was away then."""
    if isinstance(objects, EncryptedStore):
        held = read_key_file(key_file_of(settings))
        if objects.ring.wrapped_by != (held[-1].id,):
            objects.ring = rotate(objects.inner, held, settings.store_cipher)


def _start(root: Path, settings: Settings) -> None:
    try:
        make_folders(root)
        # A first try that was killed left a store and no more.
        strange = [each.name for each in root.iterdir() if each.name != "objects" and not each.name.startswith(".")]
        if strange:
            raise InputError("backup.not-empty", path=root)
        try:
            create_store(store_in(settings, root / "objects"))
        except StorageError as error:
            if error.code != "store.marker-exists":
                raise
        write_atomically(root / VAULT, json.dumps({"format": _FORMAT, "made": now().isoformat()}).encode())
    except OSError as error:
        raise StorageError("store.failed", path=root, key=root.name, detail=error.strerror or str(error)) from error
