"""One office: its settings, catalogue and object store, opened together; and the making of an empty one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive import accounts, audit
from archive.access import viewer_of
from archive.catalogue import SQLITE_FILE, Catalogue, create_catalogue, open_catalogue
from archive.store.contract import ObjectStore
from archive.store.open import create_store, open_store
from base.errors import InputError
from base.settings import Settings


@dataclass(frozen=True, slots=True)
class Office:
    """What every service needs. One per process."""

    settings: Settings
    catalogue: Catalogue
    store: ObjectStore

    @property
    def index_path(self) -> Path:
        """Folder of the embedded search index."""
        return self.settings.data_dir / "index"

    @property
    def locks_path(self) -> Path:
        """Folder of the lock files: the one indexer, the slots of the workers."""
        return self.settings.data_dir / "locks"

    def close(self) -> None:
        self.catalogue.close()


def open_office(settings: Settings) -> Office:
    """The office of the settings; StorageError `catalogue.missing` where `juanzong init` has not been run."""
    catalogue = open_catalogue(settings)
    return Office(settings, catalogue, open_store(settings))


def make_office(settings: Settings, name: str, login: str, password: str) -> Office:
    """An empty office with its first administrator; InputError `catalogue.exists` where there is one already."""
    if not settings.database_url and (settings.data_dir / SQLITE_FILE).exists():
        raise InputError("catalogue.exists", path=settings.data_dir)
    accounts.must_be_strong(password)  # before anything is made
    catalogue = create_catalogue(settings)
    with catalogue.write() as session:
        unit = accounts.make_organization(session, name, "district")
        account = accounts.make_account(
            session, login, "管理员", password, desks=["admin", "clerk", "planner", "frontdesk"], organization=unit
        )
        audit.record(session, viewer_of(session, account), "office.make", f"organization:{unit.id}")
    return Office(settings, catalogue, create_store(settings))
