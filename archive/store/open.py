"""The object store that the settings name: in a folder or on a server, encrypted where they name a key file."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from archive.store.contract import ObjectStore
from archive.store.encrypted import EncryptedStore
from archive.store.folder import FolderStore
from archive.store.key_file import WrappingKey, read_key_file
from archive.store.keyring import has_keyring, make_keyring, open_keyring
from base.errors import StorageError
from base.settings import Settings

FOLDER = "objects"


def open_store(settings: Settings) -> ObjectStore:
    """The office's store; StorageError where it is not there, cannot be reached, is another one or cannot be opened."""
    return _with_keys(open_inner(settings), settings)


def open_inner(settings: Settings) -> ObjectStore:
    """What lies there as it lies there, encrypted or not: for the keeper of the keys alone."""
    if settings.store == "s3":
        store: ObjectStore = _s3().S3Store.connect(settings)
        return store
    return FolderStore(folder_of(settings))


def create_store(settings: Settings) -> ObjectStore:
    """Makes an empty store for a new office."""
    if settings.store_key_file:
        read_key_file(key_file_of(settings))  # before anything is made
    if settings.store == "s3":
        store: ObjectStore = _s3().S3Store.create(settings)
        return _with_keys(store, settings)
    return _with_keys(FolderStore.create(folder_of(settings)), settings)


def folder_of(settings: Settings) -> Path:
    """Where the objects of a folder store lie; a relative path is meant from the data folder."""
    return settings.data_dir / (settings.store_folder or FOLDER)


def key_file_of(settings: Settings) -> Path:
    """A relative path is meant from the data folder."""
    return settings.data_dir / settings.store_key_file


def _with_keys(store: ObjectStore, settings: Settings) -> ObjectStore:
    """An encrypted store is opened with its keys or not at all; an empty one is made one where the settings ask for it."""
    if not settings.store_key_file:
        if has_keyring(store):
            raise StorageError("store.encrypted")
        return store
    path = key_file_of(settings)

    def keys() -> tuple[WrappingKey, ...]:
        return read_key_file(path)

    if not has_keyring(store):
        first = next(iter(store.list()), None)
        if first is not None:
            code = "store.keyring-missing" if first.key.startswith("sealed/") else "store.not-encrypted"
            raise StorageError(code)
        make_keyring(store, keys(), settings.store_cipher)
    return EncryptedStore(store, lambda: open_keyring(store, keys()))


def _s3() -> ModuleType:
    """The S3 client is an extra: an office with a folder does without it."""
    try:
        from archive.store import s3  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise StorageError("store.s3-not-installed") from error
    return s3
