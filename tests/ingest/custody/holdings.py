"""An office with an object of every kind, each with its rows and its digest on record, and the means to damage them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from archive.access import machine_viewer
from archive.custody.ledger import Written, record
from archive.office import Office
from archive.store.keys import copy_key, derived_key, material_key, original_key
from archive.tables import (
    Account,
    Copy,
    Dossier,
    Material,
    Page,
    PageVersion,
    Reading,
    ReceivedFile,
    Request,
)  # fmt: skip
from base.clock import now
from base.digests import sha256_of_bytes
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

WHO = machine_viewer("tester")
KINDS = ("original", "page-image", "view", "reading", "material", "copy", "list", "repair")


@dataclass
class Holdings:
    """`keys` has one object of each kind."""

    made: Made
    keys: dict[str, str]
    dossier_id: int

    @property
    def office(self) -> Office:
        return self.made.office

    @property
    def objects(self) -> Path:
        return self.office.settings.data_dir / "objects"

    def file(self, key: str) -> Path:
        kind, rest = key.split("/", 1)
        return self.objects / kind / rest[:2] / rest[2:4] / rest

    def flip(self, key: str, seed: int) -> None:
        """One random bit of the object, as a disk does it: nothing else changes."""
        flip(self.file(key), seed)


def flip(path: Path, seed: int) -> None:
    data = bytearray(path.read_bytes())
    place = random.Random(seed).randrange(len(data) * 8)
    data[place // 8] ^= 1 << place % 8
    overwrite(path, bytes(data))


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)
    path.chmod(0o440)


def store(office: Office, key: str, data: bytes) -> Written:
    sha256 = sha256_of_bytes(data)
    office.store.put(
        key,
        data,
        sha256=sha256,
        size=len(data),
        media_type="application/octet-stream",
        replace=not key.startswith("originals/"),
    )
    return Written(key, sha256, len(data))


def make_holdings(folder: Path, **settings: object) -> Holdings:
    made = make_desks(folder, **settings)
    office, batch_id = made.office, add_batch(made, "east", "一批")
    dossier_id = add_dossier(made, batch_id, "A001", "张桂兰", pages=3)
    keys: dict[str, str] = {}
    with office.catalogue.write() as session:
        version = session.scalars(select(PageVersion).order_by(PageVersion.id)).first()
        assert version is not None
        keys["original"] = version.object_key
        keys["reading"] = session.scalars(select(Reading.object_key).where(Reading.version_id == version.id)).one()
        view = store(office, derived_key(version.sha256, "view1600_0", "1", ".jpg"), b"\xff\xd8 a reduced page" * 40)
        repaired = store(
            office, derived_key(version.sha256, "repair0_0a1b", "1", ".jpg"), b"\xff\xd8 a repaired page" * 40
        )
        version.view_key, version.thumbnail_key = view.key, repaired.key
        keys["view"], keys["repair"] = view.key, repaired.key
        material = session.scalars(select(Material).order_by(Material.id)).first()
        assert material is not None
        pdf = store(office, material_key([version.sha256], 1), b"%PDF a material" * 50)
        material.pdf_key = keys["material"] = pdf.key
        record(session, view, repaired, pdf)
        document = b"%PDF-1.4 as it was delivered" * 30
        original = store(office, original_key(sha256_of_bytes(document)), document)
        image = store(office, derived_key(original.sha256, "page1", "1", ".img"), b"\xff\xd8 the page's own image" * 60)
        keys["page-image"] = image.key
        file = _file(batch_id, "A001/9.pdf", original)
        listed = store(office, original_key(sha256_of_bytes(b"a list of persons")), b"a list of persons")
        keys["list"] = listed.key
        session.add_all([file, _file(batch_id, "list.xlsx", listed, state="list")])
        page = Page(dossier_id=dossier_id, position=9000, number=9, created_at=now())
        session.add(page)
        session.flush()
        session.add(
            PageVersion(
                page_id=page.id, file_id=file.id, file_page=1, object_key=image.key, sha256=image.sha256, created_at=now()
            )
        )  # fmt: skip
        dossier = session.get_one(Dossier, dossier_id)
        account = session.scalars(select(Account.id).where(Account.login == "desk")).one()
        request = Request(
            serial="L-2026-1", organization_id=dossier.organization_id, person_id=dossier.person_id or 0, asker_kind="self",
            asker_name="张桂兰", purpose="pension", account_id=account, created_at=now(),
        )  # fmt: skip
        session.add(request)
        session.flush()
        handed = b"%PDF a certified copy" * 70
        keys["copy"] = store(office, copy_key(sha256_of_bytes(handed)), handed).key
        session.add(
            Copy(
                request_id=request.id,
                serial="L-2026-1-1",
                pages=[page.id],
                object_key=keys["copy"],
                account_id=account,
                made_at=now(),
            )
        )
    assert set(keys) == set(KINDS)
    return Holdings(made, keys, dossier_id)


def _file(batch_id: int, path: str, kept: Written, state: str = "received") -> ReceivedFile:
    return ReceivedFile(
        batch_id=batch_id,
        path=path,
        sha256=kept.sha256,
        size=kept.size,
        object_key=kept.key,
        state=state,
        received_at=now(),
    )
