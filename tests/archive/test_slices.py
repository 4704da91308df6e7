"""Lists that go slice by slice: each row once and in its order, whatever is decided meanwhile, and the end is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import batch_details, batches, missing_papers, page_acts
from archive.access import Viewer
from archive.tables import FindingRow, PageVersion, ReceivedFile, Upload
from archive.upload_desk import list_uploads
from base.clock import now
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

Slice = Callable[[int | None], tuple[list[Any], int | None]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Two dossiers of four pages each in one batch."""
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b1")
    for key in ("D-2", "D-1"):
        add_dossier(made, batch, key, "张桂兰", pages=4)
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def walked(slice_after: Slice) -> list[Any]:
    """All rows, slice by slice; no slice is empty unless the list is."""
    rows, last = slice_after(None)
    found = list(rows)
    while last is not None:
        rows, last = slice_after(last)
        assert rows
        found += rows
    return found


def _file(session: Session, path: str, state: str = "received", **values: Any) -> ReceivedFile:
    row = ReceivedFile(
        batch_id=1, path=path, sha256=f"{path:0>64}", size=1, object_key="", state=state, received_at=now(), **values
    )
    session.add(row)
    session.flush()
    return row


def _propose(session: Session, page_id: int) -> None:
    file = _file(session, f"new/{page_id}")
    session.add(
        PageVersion(
            page_id=page_id, file_id=file.id, file_page=1, state="proposed", object_key=f"k{page_id}", sha256=file.sha256,
            created_at=now(),
        )
    )  # fmt: skip


def test_new_images_go_by_dossier_and_page(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        for page_id in (1, 2, 3, 6, 8):
            _propose(session, page_id)
        session.flush()
        rows = walked(lambda after: batch_details.proposed_pages(session, east, 1, after=after, limit=2))
        # D-1 came second: its pages are 5 to 8.
        assert [each.page_id for each in rows] == [6, 8, 1, 2, 3]
        first, last = batch_details.proposed_pages(session, east, 1, limit=2)
        assert last == first[-1].page_id
        version = session.scalars(select(PageVersion.id).where(PageVersion.state == "proposed")).all()
        page_acts.decide(session, east, version[4], accept=False)
        assert [each.page_id for each in batch_details.proposed_pages(session, east, 1, after=last, limit=9)[0]] == [
            1, 2, 3
        ]  # fmt: skip


def test_moved_files_go_by_path(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        for name in ("c", "a", "e", "b", "d"):
            _file(session, name, "moved", reason_params={"from": f"old/{name}", "from_id": 0})
        rows = walked(lambda after: batch_details.moved_files(session, east, 1, after=after, limit=2))
        assert [each.new for each in rows] == ["a", "b", "c", "d", "e"]


def test_uploads_that_are_open_come_before_those_taken_in(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        for number, state in enumerate(("received", "open", "received", "failed", "open", "received"), start=1):
            session.add(
                Upload(
                    id=number, batch_id=1, account_id=east.account_id, state=state, total=1, created_at=now(),
                    changed_at=now(),
                )
            )  # fmt: skip
        session.flush()
        for limit in (1, 2, 3, 6):
            rows = walked(lambda after, most=limit: list_uploads(session, east, after=after, limit=most))
            assert [each.id for each in rows] == [5, 4, 2, 6, 3, 1]


def test_batches_to_inspect_go_by_age(made: Made, east: Viewer) -> None:
    for name in ("b2", "b3"):
        add_dossier(made, add_batch(made, "east", name), f"{name}-1", "张桂兰", pages=1)
    with made.office.catalogue.read() as session:
        rows = walked(lambda after: batches.batches_to_inspect(session, east, after=after, limit=1))
        assert [each.name for each in rows] == ["b3", "b2", "b1"]


def test_what_is_missing_is_printed_in_parts(made: Made, east: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_papers, "PART", 1)
    with made.office.catalogue.write() as session:
        for dossier_id in (1, 1, 2):
            session.add(
                FindingRow(
                    batch_id=1, dossier_id=dossier_id, scope="dossier", rule="dossier.key-paper", verdict="review",
                    severity="major", measured="退休审批表", certainty="practice", found_at=now(),
                )
            )  # fmt: skip
        session.flush()
        parts = [missing_papers.missing_of_batch(session, east, 1, part) for part in (1, 2, 3)]
    assert [[(each.dossier_id, len(each.papers)) for each in part] for part in parts] == [[(2, 1)], [(1, 2)], []]
