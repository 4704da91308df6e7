"""Uploads: parts count once they are on the disk, files once they read back as they came; nothing twice, nothing half."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.tables import AuditEntry, Upload, UploadFile
from archive.upload_area import PART_BYTES
from archive.upload_desk import Room, declare_whole, give_up, leave_out, list_uploads, reopen, troubles, upload_row
from archive.uploads_in_parts import is_safe
from base.digests import sha256_of_bytes
from base.errors import AccessError, InputError, StorageError
from tests.archive.factory import Made, add_batch, make_desks
from tests.archive.uploading import Sender, part_of

LARGE = bytes(range(256)) * (PART_BYTES // 128 + 7)  # two parts and a bit
FILES = {"张三110105194912310021/1/1/001.jpg": b"small", "张三110105194912310021/大.tif": LARGE, "a/Thumbs.db": b"x"}


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    add_batch(made, "east", "b-east")
    return made


@pytest.fixture
def sender(made: Made) -> Sender:
    return Sender(made.office, made.viewer("east"), made.batches["b-east"], FILES)


def names_in(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*")}


def test_all_files_arrive_under_numbers_with_their_digests(sender: Sender) -> None:
    sender.send_all()
    with sender.office.catalogue.read() as session:
        rows = session.scalars(select(UploadFile).order_by(UploadFile.id)).all()
        assert [row.state for row in rows] == ["here", "here", "ignored"]
        for row in rows[:2]:
            assert sender.area.path(sender.upload_id, row.id).read_bytes() == FILES[row.path]
            assert row.sha256 == sha256_of_bytes(FILES[row.path])
        seen = upload_row(session, sender.viewer, sender.upload_id)
    assert (seen.files, seen.here, seen.got) == (2, 2, len(LARGE) + 5)
    assert all(part.isdigit() for name in names_in(sender.area.root) for part in name.split("/"))


def test_the_same_file_chosen_again_goes_on_where_it_stopped(sender: Sender) -> None:
    path = "张三110105194912310021/大.tif"
    state = sender.announce()[path]
    sender.send([part_of(LARGE, state.id, 0)])
    again = Sender(sender.office, sender.viewer, sender.batch_id, FILES, upload_id=sender.upload_id)
    state = again.announce()[path]
    assert (state.state, state.got) == ("waiting", PART_BYTES)
    # The answer to the first part was lost on the way: it comes again and changes nothing.
    (told,) = again.send([part_of(LARGE, state.id, 0)])
    assert (told.state, told.got) == ("waiting", PART_BYTES)
    again.send_all()
    assert sender.area.path(sender.upload_id, state.id).read_bytes() == LARGE


def test_a_part_that_the_disk_lost_comes_again(sender: Sender) -> None:
    path = "张三110105194912310021/大.tif"
    state = sender.announce()[path]
    sender.send([part_of(LARGE, state.id, 0)])
    part = sender.area.path(sender.upload_id, state.id).with_name(f"{state.id}.part")
    os.truncate(part, 100)
    assert sender.announce()[path].got == 0
    sender.send_all()
    assert sender.area.path(sender.upload_id, state.id).read_bytes() == LARGE


def test_a_damaged_part_leaves_nothing_and_its_neighbours_stay(sender: Sender) -> None:
    small, large, _ = sender.announce().values()
    bad = replace(part_of(LARGE, large.id, 0), data=b"\0" * PART_BYTES)
    told = sender.send([part_of(b"small", small.id, 0), bad])
    assert [each.state for each in told] == ["here", "damaged"]
    assert sender.announce()["张三110105194912310021/大.tif"].got == 0


def test_a_file_that_changed_while_it_came_starts_again(sender: Sender) -> None:
    path = "张三110105194912310021/大.tif"
    state = sender.announce()[path]
    sender.send([part_of(LARGE, state.id, 0)])
    other = b"\xff" + LARGE[1:]
    for offset in (PART_BYTES, 2 * PART_BYTES):
        (told,) = sender.send([part_of(other, state.id, offset)])
    assert (told.state, told.got, told.reason) == ("waiting", 0, "upload.changed")
    sender.send_all()
    assert sender.area.path(sender.upload_id, state.id).read_bytes() == LARGE


def test_another_file_of_the_same_name_takes_no_ones_place_unasked(sender: Sender) -> None:
    sender.send_all()
    path = "张三110105194912310021/1/1/001.jpg"
    other = Sender(
        sender.office, sender.viewer, sender.batch_id, {path: b"other"}, modified=2, upload_id=sender.upload_id
    )
    assert other.announce()[path].state == "other"
    file_id = sender.states[path].id
    assert sender.area.path(sender.upload_id, file_id).read_bytes() == b"small"
    state = other.announce(replace=True)[path]
    other.send([part_of(b"other", state.id, 0)])
    assert sender.area.path(sender.upload_id, file_id).read_bytes() == b"other"


def test_it_is_whole_only_when_nothing_is_missing(sender: Sender) -> None:
    sender.announce()
    catalogue, viewer = sender.office.catalogue, sender.viewer
    with catalogue.write() as session, pytest.raises(InputError) as unfinished:
        declare_whole(session, viewer, sender.upload_id, 2)
    assert unfinished.value.code == "upload.unfinished"
    sender.send([part_of(b"small", sender.states["张三110105194912310021/1/1/001.jpg"].id, 0)])
    with catalogue.write() as session:
        assert leave_out(session, viewer, sender.upload_id) == 1
        assert [each.state for each in troubles(session, viewer, sender.upload_id)] == ["left"]
    with catalogue.write() as session, pytest.raises(InputError) as changed:
        declare_whole(session, viewer, sender.upload_id, 2)
    assert changed.value.code == "upload.count-changed"
    with catalogue.write() as session:
        declare_whole(session, viewer, sender.upload_id, 1)
        declare_whole(session, viewer, sender.upload_id, 1)
    with pytest.raises(InputError) as closed:
        sender.announce()
    assert closed.value.code == "upload.closed"
    with catalogue.write() as session:
        reopen(session, viewer, sender.upload_id)
        lines = select(AuditEntry.action).where(AuditEntry.action.startswith("upload."))
        actions = session.scalars(lines.order_by(AuditEntry.id)).all()
    assert actions == ["upload.open", "upload.leave-out", "upload.whole", "upload.reopen"]
    assert sender.announce()["张三110105194912310021/大.tif"].state == "waiting"


def test_what_was_given_up_leaves_the_disk_and_nothing_else_does(sender: Sender, made: Made) -> None:
    sender.send_all()
    other = Sender(made.office, sender.viewer, sender.batch_id, {"b/1.jpg": b"1"})
    other.send_all()
    with made.office.catalogue.write() as session:
        ids = give_up(session, sender.viewer, sender.upload_id)
    sender.area.drop(sender.upload_id, ids)
    assert names_in(sender.area.root) == {f"{other.upload_id}", f"{other.upload_id}/0", f"{other.upload_id}/0/4"}
    with made.office.catalogue.read() as session:
        assert [each.id for each in list_uploads(session, sender.viewer)[0]] == [other.upload_id]


def test_nobody_else_sees_or_fills_it(sender: Sender, made: Made) -> None:
    states = sender.announce()
    west = Sender(made.office, made.viewer("west"), 0, FILES, upload_id=sender.upload_id)
    with pytest.raises(AccessError):
        west.announce()
    with pytest.raises(AccessError):
        west.send([part_of(b"small", next(iter(states.values())).id, 0)])
    with made.office.catalogue.read() as session:
        assert list_uploads(session, made.viewer("west")) == ([], None)
        with pytest.raises(AccessError):
            list_uploads(session, made.viewer("desk"))


def test_a_file_of_another_upload_cannot_be_reached(sender: Sender, made: Made) -> None:
    states = sender.announce()
    other = Sender(made.office, sender.viewer, sender.batch_id, {})
    with pytest.raises(InputError, match=r"never announced"):
        other.send([part_of(b"small", next(iter(states.values())).id, 0)])


def test_a_full_disk_is_said_before_anything_is_noted(sender: Sender) -> None:
    with pytest.raises(InputError) as full:
        sender.announce(room=Room(keep_free=1 << 60, stored_here=True))
    assert full.value.code == "upload.no-room"
    with sender.office.catalogue.read() as session:
        assert session.scalars(select(UploadFile)).all() == []
        assert session.get_one(Upload, sender.upload_id).total == 0


def test_a_disk_that_fills_up_in_the_middle_keeps_what_came(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large, _ = sender.announce().values()
    sender.send([part_of(b"small", small.id, 0)])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(StorageError) as error:
            sender.send([part_of(LARGE, large.id, 0)])
    assert error.value.code == "disk.full"
    sender.send_all()
    assert [each.state for each in sender.announce().values()] == ["here", "here", "ignored"]


@pytest.mark.parametrize("path", ["../a.jpg", "/a.jpg", "a//b.jpg", "a/./b.jpg", "a\\b.jpg", "a\n.jpg", "", "x" * 300])
def test_a_path_that_leaves_its_folder_is_refused(path: str, made: Made) -> None:
    assert not is_safe(path)
    sender = Sender(made.office, made.viewer("east"), made.batches["b-east"], {path: b"1"})
    assert sender.announce()[path].reason == "upload.bad-path"
