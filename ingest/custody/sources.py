"""Where good bytes may still be had: the second store, another object store, a backup, a package on an off-line disk."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Protocol

from archive.store.contract import ObjectStore
from archive.store.folder import MARKER
from archive.store.keys import original_key
from archive.store.open import open_store
from base.errors import InputError, StorageError
from base.settings import Settings
from ingest.custody.bag import BAGIT, object_path
from ingest.custody.second import open_second, store_in
from ingest.custody.vault import VAULT, Vault

SECOND = "second"


class Source(Protocol):
    """`name` says what it is, for the record."""

    name: str

    def open(self, key: str, sha256: str) -> BinaryIO | None:
        """What it holds of an object, None where it has nothing. The bytes are not proved: the caller holds them against
        `sha256`. StorageError where it cannot be read."""


def open_source(settings: Settings, wished: str) -> Source:
    """`second`, or a folder with a store, a backup or packages; InputError `custody.no-source` for anything else."""
    if wished == SECOND:
        return StoreSource(open_second(settings), SECOND)
    folder = Path(wished)
    if (folder / VAULT).exists():
        return VaultSource(Vault.open(folder, settings))
    if (folder / MARKER).exists():
        return StoreSource(open_store(store_in(settings, folder)), "store")
    packages = [folder] if (folder / BAGIT).exists() else sorted(each.parent for each in folder.glob(f"*/{BAGIT}"))
    if packages:
        return PackageSource(packages)
    raise InputError("custody.no-source", path=wished)


class StoreSource:
    """An object store that has objects under the same keys."""

    def __init__(self, store: ObjectStore, name: str) -> None:
        self._store, self.name = store, name

    def open(self, key: str, sha256: str) -> BinaryIO | None:
        try:
            return self._store.open(key)
        except StorageError as error:
            if error.code == "store.missing":
                return None
            raise


class VaultSource:
    """A backup: objects lie under the digest of their bytes, whatever their keys were."""

    name = "backup"

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def open(self, key: str, sha256: str) -> BinaryIO | None:
        return StoreSource(self._vault.objects, self.name).open(original_key(sha256), sha256)


class PackageSource:
    """Packages of an off-line disk; the newest that holds the object is asked."""

    name = "package"

    def __init__(self, packages: list[Path]) -> None:
        self._packages = packages

    def open(self, key: str, sha256: str) -> BinaryIO | None:
        for package in reversed(self._packages):
            path = package / object_path(key)
            try:
                return path.open("rb")
            except FileNotFoundError:
                continue
            except OSError as error:
                raise StorageError(
                    "store.failed", path=package, key=key, detail=error.strerror or str(error)
                ) from error
        return None
