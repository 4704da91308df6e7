"""SM3 beside SHA-256: kept of what is received where the settings ask for it, taken later of the rest, and checked wherever it is."""

from __future__ import annotations

from pathlib import Path

import img2pdf
import pytest
from sqlalchemy import select, update

from archive.access import machine_viewer
from archive.custody import ledger, sm3
from archive.custody.ledger import Entry, Written, record
from archive.office import Office
from archive.store.folder import FolderStore
from archive.store.keys import original_key
from archive.store.migrate import Journal, migrate
from archive.tables import StoredObject
from base.digests import sha256_of_bytes, sm3_of_bytes
from base.progress import Silent
from ingest.custody.fsck import fsck
from ingest.custody.looking import look
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from tests.ingest.conftest import MakePage
from tests.ingest.custody.holdings import overwrite


@pytest.fixture
def delivery(tmp_path: Path, page: MakePage) -> Path:
    """An image, a PDF of one page, a manifest and what is no image."""
    root = tmp_path / "d"
    image = page(root / "A001/1/1/001.jpg", "one")
    (root / "A001/1/2").mkdir()
    (root / "A001/1/2/1.pdf").write_bytes(img2pdf.convert(page(tmp_path / "two.jpg", "two").read_bytes()))
    (root / "A001/1/1/002.jpg").write_text("a letter")
    (root / "manifest.sha256").write_text(f"{sha256_of_bytes(image.read_bytes())}  A001/1/1/001.jpg\n")
    return root


@pytest.fixture
def asking(office: Office) -> Office:
    return Office(office.settings.model_copy(update={"keep_sm3": True}), office.catalogue, office.store)


def _receive(office: Office, root: Path) -> None:
    receive(office, read_delivery(root), "一批", machine_viewer("tester"), Silent(), "da-t-31")


def _kept(office: Office) -> dict[str, str]:
    with office.catalogue.read() as session:
        return dict(session.execute(select(StoredObject.key, StoredObject.sm3)).tuples().all())


def _true(office: Office) -> dict[str, str]:
    return {each.key: sm3_of_bytes(office.store.read(each.key)) for each in office.store.list()}


def test_it_is_kept_of_all_that_is_received(asking: Office, delivery: Path) -> None:
    _receive(asking, delivery)
    kept = _kept(asking)
    assert len(kept) == 5  # two images, one of them in its PDF, the letter, the manifest
    assert kept == _true(asking)
    _receive(asking, delivery)
    assert _kept(asking) == kept
    assert fsck(asking, index=False).clean


def test_who_does_not_ask_for_it_gets_none_and_later_it_is_taken_of_good_bytes(office: Office, delivery: Path) -> None:
    _receive(office, delivery)
    assert fsck(office, index=False).clean
    assert set(_kept(office).values()) == {""}
    asking = Office(office.settings.model_copy(update={"keep_sm3": True}), office.catalogue, office.store)
    letter = original_key(sha256_of_bytes(b"a letter"))
    kind, name = letter.split("/")
    overwrite(office.settings.data_dir / "objects" / kind / name[:2] / name[2:4] / name, b"a lettre")
    report = fsck(asking, index=False)
    assert [(each.id, each.problem) for each in report.bad] == [(letter, "changed")]
    assert _kept(office) == {**_true(office), letter: ""}


def test_an_object_that_is_not_of_its_sm3_is_bad_and_does_not_move(
    asking: Office, delivery: Path, tmp_path: Path
) -> None:
    """As if bytes had been found with the same SHA-256."""
    _receive(asking, delivery)
    key = original_key(sha256_of_bytes(b"a letter"))
    with asking.catalogue.write() as session:
        session.execute(update(StoredObject).where(StoredObject.key == key).values(sm3="0" * 64))
    assert [(each.id, each.problem) for each in fsck(asking, index=False).bad] == [(key, "changed")]
    target = FolderStore.create(tmp_path / "to")
    journal = Journal(tmp_path / "journal.json", "from", "to")
    moved = migrate(asking.store, target, journal, Silent(), sm3_of=lambda keys: sm3.on_record(asking.catalogue, keys))
    assert moved.bad == {key: "store.damaged"}
    assert moved.copied == 4


def test_what_a_step_makes_anew_has_another_one(asking: Office, delivery: Path) -> None:
    _receive(asking, delivery)
    key = next(key for key in _kept(asking) if key.startswith("derived/"))
    sha256 = sha256_of_bytes(b"made anew")
    asking.store.put(key, b"made anew", sha256=sha256, size=9, media_type="image/jpeg", replace=True)
    with asking.catalogue.write() as session:
        record(session, Written(key, sha256, 9))
    assert _kept(asking)[key] == ""
    entry = Entry(key, sha256, 9)
    with asking.catalogue.write() as session:
        ledger.note(session, [look(asking.store, entry, sm3=True)], "fsck")
    assert _kept(asking)[key] == sm3_of_bytes(b"made anew")
