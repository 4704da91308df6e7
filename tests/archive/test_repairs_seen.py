"""What a clerk sees of the repairs of a dossier."""

from __future__ import annotations

from pathlib import Path

from archive.repairs_seen import progress_of
from archive.tables import PageRepair
from base.clock import now
from tests.archive.factory import add_batch, add_dossier, make_desks


def test_a_page_that_was_asked_for_twice_stands_as_its_last_request_says(tmp_path: Path) -> None:
    made = make_desks(tmp_path)
    dossier = add_dossier(made, add_batch(made, "east", "b1"), "E-1", "张桂兰", pages=3)
    asked = now()
    with made.office.catalogue.write() as session:
        session.add_all(
            PageRepair(page_id=page, source_id=page, account_id=made.accounts["east"], state=state, asked_at=asked)
            for page, state in ((1, "waiting"), (2, "failed"), (3, "made"), (2, "made"), (3, "nothing"))
        )
    with made.office.catalogue.read() as session:
        seen = progress_of(session, made.viewer("east"), dossier)
    assert dict(seen.pages) == {1: "waiting", 2: "made", 3: "nothing"}
    assert (seen.asked, seen.made) == (3, 1)
