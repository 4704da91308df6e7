"""A moved file is accepted: its page goes where the new name puts it, and comes back when that is undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import batch_details, moved_files, page_acts
from archive.access import Viewer
from archive.tables import AuditEntry, Dossier, JobRow, Page, PageVersion, ReceivedFile
from base.clock import now
from base.errors import AccessError, InputError
from tests.archive.factory import Made, add_batch, add_dossier, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Dossiers D-1 (pages 1–4 in 1-1 and 1-2) and D-2 (pages 5–8) of one batch."""
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰")
    add_dossier(made, batch, "D-2", "陈秀英")
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def moved(session: Session, version_id: int, path: str, place: dict[str, Any]) -> int:
    old = session.get_one(PageVersion, version_id).file
    row = ReceivedFile(
        batch_id=old.batch_id, path=path, sha256=old.sha256, size=old.size, object_key=old.object_key, state="moved",
        reason_params={"from": old.path, "from_id": old.id, **place}, received_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def order(session: Session, dossier_id: int) -> list[tuple[int, int | None]]:
    return [(page.id, page.material_id) for page in page_acts.active_pages(session, dossier_id)]


def test_a_page_goes_to_its_new_place_and_comes_back(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        before = order(session, 1), order(session, 2)
        file_id = moved(session, 1, "D-2/1/1/002.jpg", {"dossier": "D-2", "pages": [[1, "1-2", 4]]})
        line = batch_details.moved_files(session, east, 1)[0][0]
        assert (line.page_id, line.placeable) == (1, True)
        act = moved_files.accept_move(session, east, file_id)
    with made.office.catalogue.read() as session:
        # Material 4 is 1-2 of D-2; its pages are numbered 3 and 4: behind the first of them.
        assert order(session, 2) == [(5, 3), (6, 3), (7, 4), (1, 4), (8, 4)]
        assert session.get_one(Page, 1).number == 4
        assert session.get_one(PageVersion, 1).file.path == "D-2/1/1/002.jpg"
        assert sorted(session.scalars(select(ReceivedFile.state)))[0] == "gone"
        assert batch_details.moved_files(session, east, 1) == ([], None)
        judged = session.scalars(select(JobRow.subject_id).where(JobRow.kind == "judge")).all()
        assert set(judged) == {1, 2}
        assert "page.relocate" in set(session.scalars(select(AuditEntry.action)))
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    with made.office.catalogue.read() as session:
        assert (order(session, 1), order(session, 2)) == before
        assert session.get_one(Page, 1).number == 1
        assert len(batch_details.moved_files(session, east, 1)[0]) == 1


def test_what_cannot_be_placed_is_refused(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        nowhere = moved(session, 1, "x/9.jpg", {"dossier": "D-9", "pages": [[1, None, 9]]})
        older = moved(session, 2, "x/10.jpg", {})
        closed = moved(session, 3, "D-2/1/1/9.jpg", {"dossier": "D-2", "pages": [[1, "1-1", 9]]})
        session.get_one(Dossier, 2).state = "accepted"
        codes = []
        for file_id in (nowhere, older, closed):
            with pytest.raises(InputError) as error:
                moved_files.accept_move(session, east, file_id)
            codes.append(error.value.code)
        assert codes == ["moved.no-place", "moved.no-place", "dossier.accepted"]
        assert moved_files.accept_moves(session, east, 1) == (0, 3)
        with pytest.raises(AccessError):
            moved_files.accept_move(session, made.viewer("west"), closed)


def test_all_that_can_be_are_taken_at_once(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        moved(session, 1, "D-1/1/2/7.jpg", {"dossier": "D-1", "pages": [[1, "1-2", 7]]})
        moved(session, 2, "D-1/1/2/1.jpg", {"dossier": "D-1", "pages": [[1, "1-2", 1]]})
        moved(session, 3, "loose.jpg", {})
        assert moved_files.accept_moves(session, east, 1) == (2, 1)
        assert order(session, 1) == [(2, 2), (3, 2), (4, 2), (1, 2)]
