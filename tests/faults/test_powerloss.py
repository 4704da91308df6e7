"""The power fails after any call: what was promised is on the disk, and what was not is absent or whole, never half."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session

from archive.access import machine_viewer
from archive.jobs import LocalQueue
from archive.office import Office, ensure_office
from archive.store.folder import FolderStore
from archive.store.keys import derived_key, original_key
from archive.tables import Material, PageVersion, Reading, ReceivedFile
from base.digests import sha256_of_bytes
from base.errors import StorageError
from base.files import write_atomically
from base.progress import Silent
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.workers import run_job
from ingest.workshop import Workshop
from tests.faults.delivery import make_delivery
from tests.faults.engine import find_engine
from tests.faults.office import settings_of
from tests.faults.powerloss import Keep, Op, Recorder, everything, nothing, replay

_WHO = machine_viewer("tester")


def _recorded_store(root: Path) -> tuple[list[Op], dict[str, list[bytes]]]:
    """What a store does for three originals and a derived object that is replaced; the mark of each put is its key."""
    recorder = Recorder(root)
    held: dict[str, list[bytes]] = {}
    with recorder.recording():
        store = FolderStore.create(root)
        recorder.mark("created")
        for number, data in enumerate([b"one" * 1000, b"two" * 70000, b"", b"first reading", b"second reading"]):
            digest = sha256_of_bytes(data)
            key = original_key(digest) if number < 3 else derived_key("ab" * 32, "reading", "1", ".json")
            store.put(key, data, sha256=digest, size=len(data), media_type="", replace=number >= 3)
            held.setdefault(key, []).append(data)
            recorder.mark(f"{key} {len(held[key])}")
    return recorder.ops, held


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Op], dict[str, list[bytes]], Path]:
    root = tmp_path_factory.mktemp("recorded") / "store"
    return *_recorded_store(root), root


def _promised(ops: Sequence[Op]) -> dict[str, int]:
    """How many puts of each key had returned."""
    marks = [op.note.split() for op in ops if op.kind == "mark" and " " in op.note]
    return {key: int(count) for key, count in marks}


def _wrong(ops: Sequence[Op], held: dict[str, list[bytes]], root: Path, out: Path, keep: Keep) -> list[str]:
    replay(ops, root, out, keep)
    promised = _promised(ops)
    if not any(op.note == "created" for op in ops):
        return []
    try:
        store = FolderStore(out)
    except StorageError as error:
        return [error.code]
    wrong = []
    for key, versions in held.items():
        allowed = versions[max(0, promised.get(key, 0) - 1) :]
        there = store.read(key) if store.exists(key) else None
        if there not in allowed and (there is not None or key in promised):
            wrong.append(key)
    return wrong


@pytest.mark.parametrize("keep", [nothing, everything])
def test_no_object_that_was_promised_is_lost_and_none_is_half_there(
    recorded: tuple[list[Op], dict[str, list[bytes]], Path], tmp_path: Path, keep: Keep
) -> None:
    ops, held, root = recorded
    assert len(_promised(ops)) == len(held) == 4
    for upto in range(len(ops) + 1):
        assert _wrong(ops[:upto], held, root, tmp_path / str(upto), keep) == [], ops[:upto][-3:]


@given(st.data())
def test_whichever_names_reached_the_disk(
    recorded: tuple[list[Op], dict[str, list[bytes]], Path],
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
) -> None:
    ops, held, root = recorded
    upto = data.draw(st.integers(0, len(ops)))
    out = tmp_path_factory.mktemp("replayed") / "store"
    assert _wrong(ops[:upto], held, root, out, lambda count: data.draw(st.integers(0, count))) == []


@pytest.mark.parametrize("left_out", ["sync-file", "sync-folder"])
def test_a_sync_left_out_is_found(
    recorded: tuple[list[Op], dict[str, list[bytes]], Path], tmp_path: Path, left_out: str
) -> None:
    ops, held, root = recorded
    careless = [op for op in ops if op.kind != left_out]
    keep = everything if left_out == "sync-file" else nothing
    assert _wrong(careless, held, root, tmp_path / "out", keep) != []


@pytest.mark.parametrize("keep", [nothing, everything])
def test_a_file_written_atomically_is_the_old_or_the_new(tmp_path: Path, keep: Keep) -> None:
    root = tmp_path / "root"
    recorder = Recorder(root)
    with recorder.recording():
        root.mkdir()
        for text in (b"old", b"new and longer"):
            write_atomically(root / "file", text)
            recorder.mark(text.decode())
    for upto in range(len(recorder.ops) + 1):
        out = tmp_path / f"{keep.__name__}-{upto}"
        replay(recorder.ops[:upto], root, out, keep)
        marks = [op.note for op in recorder.ops[:upto] if op.kind == "mark"]
        there = (out / "file").read_bytes() if (out / "file").exists() else None
        assert there in (
            [b"new and longer"] if len(marks) == 2 else [b"old", b"new and longer"] if marks else [None, b"old"]
        )


def test_no_row_is_committed_before_its_objects_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each commit of a delivery's whole way every object that a row names is there, though the power fails now."""
    make_delivery(tmp_path / "delivery")
    data_dir = tmp_path / "office"
    recorder = Recorder(data_dir / "objects")
    commit = DefaultDialect.do_commit
    named: list[set[str]] = []

    def committed(self: DefaultDialect, connection: object) -> None:
        commit(self, connection)
        recorder.mark("commit")

    monkeypatch.setattr(DefaultDialect, "do_commit", committed)
    with recorder.recording():
        office = ensure_office(settings_of(data_dir))
        receive(office, read_delivery(tmp_path / "delivery"), "一批", _WHO, Silent(), "da-t-31")
        named.append(_named(office, recorder))
        queue, workshop = LocalQueue(office.catalogue), Workshop(office, find_engine)
        while (job := queue.claim("tester")) is not None:
            run_job(workshop, queue, job)
            named.append(_named(office, recorder))
    office.close()
    assert len(named[-1]) > 20
    for number, keys in enumerate(named):
        upto = next(place for place, op in enumerate(recorder.ops) if op.note == f"named {number}")
        out = tmp_path / f"out-{number}"
        replay(recorder.ops[:upto], data_dir / "objects", out, nothing)
        store = FolderStore(out)
        assert [key for key in keys if not store.exists(key)] == []
        originals = [key for key in keys if key.startswith("originals/")]
        assert all(sha256_of_bytes(store.read(key)) == key.removeprefix("originals/") for key in originals)


def _named(office: Office, recorder: Recorder) -> set[str]:
    """The keys that rows name now; the place in the record is marked."""
    number = sum(op.note.startswith("named") for op in recorder.ops)
    recorder.mark(f"named {number}")
    with office.catalogue.read() as session:
        return set(_keys(session))


def _keys(session: Session) -> list[str]:
    columns = (
        ReceivedFile.object_key, PageVersion.object_key, PageVersion.view_key, PageVersion.thumbnail_key,
        Reading.object_key, Material.pdf_key,
    )  # fmt: skip
    return [key for column in columns for key in session.scalars(select(column).where(column.is_not(None)))]
