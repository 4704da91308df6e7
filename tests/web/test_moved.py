"""A moved file on the batch page: one button takes its page to the new place, and the notice undoes it."""

from __future__ import annotations

import re
from collections.abc import Callable

from archive.tables import Page, PageVersion, ReceivedFile
from base.clock import now
from tests.archive.factory import Made
from tests.web.conftest import Browser


def test_a_moved_file_is_accepted_and_the_act_undone(sign_in: Callable[[str], Browser], made: Made) -> None:
    with made.office.catalogue.write() as session:
        old = session.get_one(PageVersion, 1).file
        place = {"dossier": "E-1", "pages": [[1, "1-2", 9]]}
        session.add(
            ReceivedFile(
                batch_id=old.batch_id, path="E-1/1/2/009.jpg", sha256=old.sha256, size=old.size,
                object_key=old.object_key, state="moved", received_at=now(),
                reason_params={"from": old.path, "from_id": old.id, **place},
            )
        )  # fmt: skip
    east, batch = sign_in("east"), f"/clerk/batches/{made.batches['b-east']}"
    action = re.search(r'action="(/clerk/files/\d+/accept-move)"', east.get(batch).text)
    assert action is not None
    answer = east.post(action.group(1), {}, on=batch)
    page = east.get(answer.location).text
    assert "accept-move" not in page
    with made.office.catalogue.read() as session:
        assert (session.get_one(Page, 1).material_id, session.get_one(Page, 1).number) == (2, 9)
    undo = re.search(r'action="(/clerk/acts/\d+/undo)"', page)
    assert undo is not None
    east.post(undo.group(1), {}, on=batch)
    with made.office.catalogue.read() as session:
        assert (session.get_one(Page, 1).material_id, session.get_one(Page, 1).number) == (1, 1)
    assert "按新位置归入" in east.get("/clerk/dossiers/1").text
