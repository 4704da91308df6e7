"""A delivery taken in whichever way it came: ZIPs with their members as files of their own, what is refused with its bytes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import machine_viewer, viewer_of
from archive.new_batches import make_batch
from archive.office import Office
from archive.tables import Account, Page, ReceivedFile
from archive.upload_area import UploadArea
from archive.upload_desk import declare_whole
from base.digests import sha256_of_bytes, sha256_of_file
from base.errors import StorageError
from base.progress import Silent
from ingest.receive import Receipt
from ingest.taking import take_in
from ingest.upload_receiver import receive_one
from ingest.uploaded import claim
from tests.archive.uploading import Sender
from tests.ingest.conftest import MakePage
from tests.ingest.delivery.zips import gbk, packed, write

WHO = machine_viewer("tester")


def _take(office: Office, root: Path, batch: str = "一批") -> Receipt:
    return take_in(office, root, batch, WHO, Silent())


def _rows(office: Office) -> dict[str, ReceivedFile]:
    with office.catalogue.read() as session:
        return {row.path: row for row in session.scalars(select(ReceivedFile))}


def _pages(office: Office) -> int:
    with office.catalogue.read() as session:
        return len(session.scalars(select(Page)).all())


def test_members_of_a_zip_are_files_and_the_zip_is_named(office: Office, tmp_path: Path, page: MakePage) -> None:
    first, second = (page(tmp_path / f"{n}.jpg", f"page {n}").read_bytes() for n in (1, 2))
    archive = write(
        tmp_path / "d" / "张三.zip", gbk("1/1/001.jpg", first), gbk("1/1/002.jpg", second), gbk("Thumbs.db")
    )
    receipt = _take(office, tmp_path / "d")
    assert (receipt.received, receipt.new, receipt.quarantined) == (2, 2, [])
    assert receipt.ignored == ["张三.zip/Thumbs.db"]
    rows = _rows(office)
    assert rows["张三.zip"].state == "container"
    assert (rows["张三.zip"].sha256, rows["张三.zip"].object_key) == (sha256_of_file(archive), "")
    assert office.store.read(rows["张三.zip/1/1/002.jpg"].object_key) == second
    assert not list((office.settings.data_dir / "unpacked").iterdir())


def test_the_same_zip_twice_changes_nothing(office: Office, tmp_path: Path, page: MakePage) -> None:
    archive = write(tmp_path / "A001.zip", gbk("1/1/001.jpg", page(tmp_path / "x.jpg").read_bytes()))
    _take(office, archive)
    before = set(_rows(office))
    again = _take(office, archive)
    assert (again.new, again.known) == (0, 1)
    assert set(_rows(office)) == before
    assert _pages(office) == 1


def test_what_cannot_be_taken_out_is_kept_as_the_zip_that_holds_it(
    office: Office, tmp_path: Path, page: MakePage
) -> None:
    data = page(tmp_path / "x.jpg").read_bytes()
    locked = gbk("A001/1/1/002.jpg", data, flags=1)
    archive = write(tmp_path / "d" / "a.zip", locked, gbk("A001/1/1/001.jpg", data), gbk("../out.jpg", b"evil"))
    (tmp_path / "d" / "half.zip").write_bytes(packed(gbk("A002/1/1/001.jpg", data))[:60])
    receipt = _take(office, tmp_path / "d")
    assert {path: error.code for path, error in receipt.quarantined} == {
        "a.zip/A001/1/1/002.jpg": "zip.locked", "a.zip/out.jpg": "zip.name-unsafe", "half.zip": "zip.damaged",
    }  # fmt: skip
    rows = _rows(office)
    assert office.store.read(rows["a.zip/A001/1/1/002.jpg"].object_key) == archive.read_bytes()
    assert office.store.read(rows["a.zip/out.jpg"].object_key) == b"evil"
    assert rows["a.zip/out.jpg"].sha256 == sha256_of_bytes(b"evil")
    assert receipt.new_paths == ["a.zip/A001/1/1/001.jpg"]


def test_what_a_killed_run_unpacked_goes_with_the_next(office: Office, tmp_path: Path, page: MakePage) -> None:
    left = office.settings.data_dir / "unpacked" / "juanzong-killed"
    left.mkdir(parents=True)
    (left / "0000001.jpg").write_bytes(b"half")
    _take(office, page(tmp_path / "A001" / "001.jpg").parent)
    assert not left.exists()


def test_an_uploaded_zip_is_opened_and_leaves_the_upload_area(office: Office, tmp_path: Path, page: MakePage) -> None:
    with office.catalogue.write() as session:
        viewer = viewer_of(session, session.scalars(select(Account).where(Account.login == "admin")).one())
        batch = make_batch(session, viewer, "2026-03", "da-t-31")
    data = packed(gbk("张三/1/1/001.jpg", page(tmp_path / "x.jpg").read_bytes()))
    sender = Sender(office, viewer, batch, {"三月/移交.zip": data})
    sender.send_all()
    with office.catalogue.write() as session:
        declare_whole(session, viewer, sender.upload_id, 1)
    assert claim(office.catalogue, "me") == sender.upload_id
    receive_one(office.settings, sender.upload_id, "me")
    assert {path: row.state for path, row in _rows(office).items()} == {
        "三月/移交.zip": "container", "三月/移交.zip/张三/1/1/001.jpg": "received",
    }  # fmt: skip
    assert not [path for path in UploadArea(office.settings.data_dir).root.rglob("*") if path.is_file()]


def test_a_disk_without_room_for_a_folder_says_so(office: Office, tmp_path: Path, page: MakePage) -> None:
    page(tmp_path / "d" / "1.jpg")

    def full(_path: Path, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patched, pytest.raises(StorageError) as refused:
        patched.setattr(Path, "mkdir", full)
        _take(office, tmp_path / "d")
    assert refused.value.code == "disk.full"
    assert _take(office, tmp_path / "d").received == 1
