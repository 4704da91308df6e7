"""The object store that the settings name."""

from __future__ import annotations

from types import ModuleType

from archive.store.contract import ObjectStore
from archive.store.folder import FolderStore
from base.errors import StorageError
from base.settings import Settings

FOLDER = "objects"


def open_store(settings: Settings) -> ObjectStore:
    """The office's store; StorageError where it is not there, cannot be reached or is another one."""
    if settings.store == "s3":
        store: ObjectStore = _s3().S3Store.connect(settings)
        return store
    return FolderStore(settings.data_dir / FOLDER)


def create_store(settings: Settings) -> ObjectStore:
    """Makes an empty store for a new office."""
    if settings.store == "s3":
        store: ObjectStore = _s3().S3Store.create(settings)
        return store
    return FolderStore.create(settings.data_dir / FOLDER)


def _s3() -> ModuleType:
    """The S3 client is an extra: an office with a folder does without it."""
    try:
        from archive.store import s3  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise StorageError("store.s3-not-installed") from error
    return s3
