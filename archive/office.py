"""One office: its settings, catalogue and object store, opened together; and the making of an empty one."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from archive import accounts, audit
from archive.access import machine_viewer
from archive.catalogue import Catalogue, create_catalogue, open_catalogue
from archive.store.contract import ObjectStore
from archive.store.open import create_store, open_store
from archive.tables import Account, Organization
from base.errors import InputError, StorageError
from base.settings import Settings

_UNNAMED = "本单位"


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


def ensure_office(settings: Settings, name: str = "") -> Office:
    """The office of the settings, made empty where there is none yet: a delivery may be taken in before anybody signs in.

    Can be interrupted anywhere and called again.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = _open_or_create_store(settings)
    catalogue = create_catalogue(settings)
    with catalogue.write() as session:
        if session.scalar(select(Organization.id).limit(1)) is None:
            unit = accounts.make_organization(session, name or settings.office_name or _UNNAMED, "district")
            audit.record(session, machine_viewer(getpass.getuser()), "office.make", f"organization:{unit.id}")
    return Office(settings, catalogue, store)


def make_office(settings: Settings, name: str, login: str, password: str) -> Office:
    """An office with its first administrator; InputError `catalogue.exists` where it has accounts already."""
    accounts.must_be_strong(password)  # before anything is made
    office = ensure_office(settings, name)
    with office.catalogue.write() as session:
        if session.scalar(select(Account.id).limit(1)) is not None:
            raise InputError("catalogue.exists", path=settings.data_dir)
        unit = accounts.root_organization(session)
        unit.name = name
        account = accounts.make_account(
            session, login, "管理员", password, desks=["admin", "clerk", "planner", "frontdesk"], organization=unit
        )
        audit.record(session, machine_viewer(getpass.getuser()), "account.make", f"account:{account.id}")
    return office


def _open_or_create_store(settings: Settings) -> ObjectStore:
    try:
        return create_store(settings)
    except StorageError as error:
        if error.code != "store.marker-exists":
            raise
        return open_store(settings)
