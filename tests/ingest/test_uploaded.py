"""An upload that is whole is received as the same folder would be; damage and crashes leave nothing half."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from archive.access import Viewer, viewer_of
from archive.new_batches import make_batch
from archive.office import Office
from archive.tables import Account, AuditEntry, Dossier, Page, Person, ReceivedFile, Upload
from archive.upload_desk import declare_whole
from base.clock import now
from base.progress import Silent
from ingest.batch import ingest
from ingest.receive import Receipt
from ingest.upload_receiver import receive_one
from ingest.uploaded import beat, claim, release, shared_folder, take_in
from tests.archive.uploading import Sender
from tests.ingest.conftest import MakePage
from tests.ingest.delivery.lists.books import PEOPLE_HEADER

WHO = "110105194912310021"


@pytest.fixture
def viewer(office: Office) -> Viewer:
    with office.catalogue.read() as session:
        return viewer_of(session, session.scalars(select(Account).where(Account.login == "admin")).one())


@pytest.fixture
def files(tmp_path: Path, page: MakePage) -> dict[str, bytes]:
    """A delivery of one dossier in its folder, its list beside it."""
    found = {}
    for name in ("1/1/001", "1/1/002", "9-1/1/001"):
        path = page(tmp_path / f"{name}.jpg", name)
        found[f"三月移交/{WHO}/{name}.jpg"] = path.read_bytes()
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(PEOPLE_HEADER)
    book.active.append(["1", "张桂兰", WHO, "女", "", "", "", "", "", "", "3", "A-1", "", ""])
    book.save(out)
    return {**found, "三月移交/案卷目录.xlsx": out.getvalue(), "三月移交/Thumbs.db": b"", "三月移交/说明.docx": b"x"}


@pytest.fixture
def sender(office: Office, viewer: Viewer, files: dict[str, bytes]) -> Sender:
    with office.catalogue.write() as session:
        batch = make_batch(session, viewer, "2026-03", "da-t-31")
    return Sender(office, viewer, batch, files)


def whole(sender: Sender) -> None:
    sender.send_all()
    with sender.office.catalogue.write() as session:
        declare_whole(session, sender.viewer, sender.upload_id, 5)


def row_of(sender: Sender) -> Upload:
    with sender.office.catalogue.read() as session:
        return session.get_one(Upload, sender.upload_id)


def test_it_is_received_as_the_folder_would_be(
    office: Office, sender: Sender, files: dict[str, bytes], tmp_path: Path
) -> None:
    whole(sender)
    assert claim(office.catalogue, "me") == sender.upload_id
    receive_one(office.settings, sender.upload_id, "me")
    row = row_of(sender)
    assert (row.state, row.answer["new"], row.answer["ignored"], row.answer["aside"]) == ("received", 3, 2, 0)
    with office.catalogue.read() as session:
        paths = session.scalars(select(ReceivedFile.path).order_by(ReceivedFile.path)).all()
        assert paths == [f"{WHO}/1/1/001.jpg", f"{WHO}/1/1/002.jpg", f"{WHO}/9-1/1/001.jpg", "案卷目录.xlsx"]
        assert session.scalar(select(func.count(Page.id))) == 3
        assert session.scalars(select(Person.name)).all() == ["张桂兰"]
        audited = select(AuditEntry.action).where(AuditEntry.subject == f"upload:{sender.upload_id}")
        assert session.scalars(audited.order_by(AuditEntry.id.desc())).first() == "upload.receive"
    assert not list(sender.area.root.glob("*"))
    # The same delivery from a folder, by the command: everything is known.
    folder = tmp_path / "again"
    for name, data in files.items():
        path = folder / name.partition("/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    again = ingest(office, folder, "2026-03", sender.viewer, Silent(), wait=False)
    assert (again.receipt.new, again.receipt.known, again.receipt.moved) == (0, 3, [])


def test_files_without_a_folder_of_two_uploads_are_two_peoples(
    office: Office, viewer: Viewer, tmp_path: Path, page: MakePage
) -> None:
    """A clerk who sends the pages of one person after those of another: both are called 001.jpg."""
    with office.catalogue.write() as session:
        batch = make_batch(session, viewer, "2026-03", "da-t-31")
    for person in ("one", "two"):
        pages = [page(tmp_path / person / f"{number:03}.jpg", f"{person} {number}") for number in (1, 2)]
        sender = Sender(office, viewer, batch, {each.name: each.read_bytes() for each in pages})
        sender.send_all()
        with office.catalogue.write() as session:
            declare_whole(session, viewer, sender.upload_id, 2)
        assert claim(office.catalogue, "me") == sender.upload_id
        receipt = take_in(office, sender.upload_id, Silent())
        assert receipt is not None
        assert (receipt.new, receipt.replaced) == (2, [])
    with office.catalogue.read() as session:
        assert session.scalar(select(func.count(Page.id))) == 4
        assert session.scalar(select(func.count(Dossier.id))) == 2


def test_what_the_disk_spoiled_since_is_asked_for_again_and_nothing_is_taken(office: Office, sender: Sender) -> None:
    whole(sender)
    first = sender.states[f"三月移交/{WHO}/1/1/001.jpg"].id
    sender.area.path(sender.upload_id, first).write_bytes(b"spoiled")
    assert claim(office.catalogue, "me")
    assert take_in(office, sender.upload_id, Silent()) is None
    row = row_of(sender)
    assert (row.state, row.error_code, row.error_params) == ("open", "upload.some-damaged", {"count": 1})
    with office.catalogue.read() as session:
        assert session.scalar(select(func.count(Dossier.id))) == 0
    whole(sender)
    assert claim(office.catalogue, "me")
    assert take_in(office, sender.upload_id, Silent()) is not None


def test_a_process_that_died_is_followed_by_another_and_at_last_by_a_person(office: Office, sender: Sender) -> None:
    whole(sender)
    for attempt in range(3):
        assert claim(office.catalogue, f"worker-{attempt}") == sender.upload_id
        assert claim(office.catalogue, "another") is None
        assert beat(office.catalogue, sender.upload_id, f"worker-{attempt}", 1, 3)
        assert not beat(office.catalogue, sender.upload_id, "another", 1, 3)
        if attempt:
            release(office.catalogue, f"worker-{attempt}")
        else:
            with office.catalogue.write() as session:
                session.get_one(Upload, sender.upload_id).lease_until = now() - timedelta(seconds=1)
    assert claim(office.catalogue, "fourth") is None
    assert (row_of(sender).state, row_of(sender).error_code) == ("failed", "upload.broke-off")


def test_interrupted_in_the_middle_it_is_finished_with_nothing_doubled(
    office: Office, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(sender)
    assert claim(office.catalogue, "me")

    def dies(*_: object, **__: object) -> Receipt:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("ingest.uploaded.receive", dies)
        take_in(office, sender.upload_id, Silent())
    release(office.catalogue, "me")
    for owner in ("second", "third"):
        if claim(office.catalogue, owner):
            take_in(office, sender.upload_id, Silent())
    with office.catalogue.read() as session:
        assert session.scalar(select(func.count(Page.id))) == 3
    assert row_of(sender).state == "received"


def test_an_error_is_kept_and_tried_again_when_a_person_says_so(
    office: Office, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(sender)
    assert claim(office.catalogue, "me")
    with monkeypatch.context() as patch:
        patch.setattr("ingest.uploaded.receive", lambda *_: 1 / 0)
        assert take_in(office, sender.upload_id, Silent()) is None
    assert (row_of(sender).state, row_of(sender).error_code) == ("failed", "job.failed")
    with office.catalogue.write() as session:
        declare_whole(session, sender.viewer, sender.upload_id, 5)
    assert claim(office.catalogue, "me")
    assert take_in(office, sender.upload_id, Silent()) is not None


@pytest.mark.parametrize(
    ("paths", "shared"),
    [
        (["移交/目录.xlsx", "移交/A001/1/1/001.jpg"], "移交"),
        (["移交/A001/1/1/001.jpg", "移交/A002/1/1/001.jpg"], ""),
        (["001/卷内目录.xlsx", "001/1-1/001.jpg"], ""),
        (["001/卷内目录.xlsx", "001/1/1/001.jpg"], ""),
        ([f"{WHO}/卷内目录.xlsx", f"{WHO}/材料/001.jpg"], ""),
        (["a/目录.xlsx", "b/001.jpg"], ""),
        (["目录.xlsx", "b/001.jpg"], ""),
        ([], ""),
    ],
)
def test_only_a_folder_that_carries_the_hand_over_is_left_off(paths: list[str], shared: str) -> None:
    assert shared_folder(paths) == shared
