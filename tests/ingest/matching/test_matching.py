"""The matching desk: who is shown, what is suggested, what bringing together changes, and that undoing brings all back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive import page_acts
from archive.access import Viewer
from archive.batches import batch_notes
from archive.list_rows import still_true
from archive.tables import AuditEntry, Batch, Dossier, JobRow, Page, Person
from base.errors import AccessError, InputError
from ingest.matching.bring import bring, bring_sure, brought
from ingest.matching.desk import Desk, counts, desk, row_key
from tests.archive.factory import Made, make_desks
from tests.ingest.matching.office import ROWS, SAME_ID, add_matching


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_desks(tmp_path)


@pytest.fixture
def ids(made: Made) -> dict[str, int]:
    return add_matching(made)


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def seen(made: Made, viewer: Viewer, ids: dict[str, int], words: str = "") -> Desk:
    with made.office.catalogue.read() as session:
        return desk(session, viewer, ids["batch"], words)


def snapshot(made: Made) -> list[object]:
    with made.office.catalogue.read() as session:
        pages = session.execute(
            select(Page.id, Page.dossier_id, Page.material_id, Page.position, Page.state).order_by(Page.id)
        )
        dossiers = session.execute(
            select(Dossier.id, Dossier.person_id, Dossier.archive_no, Dossier.organization_id, Dossier.key).order_by(
                Dossier.id
            )
        )
        people = session.scalars(select(Person.id).order_by(Person.id)).all()
        return [*map(tuple, pages), *map(tuple, dossiers), *people]


def test_both_sides_and_what_the_first_page_suggests(made: Made, ids: dict[str, int], east: Viewer) -> None:
    both = seen(made, east, ids)
    assert [each.name for each in both.awaited] == ["王秀兰", "李建国", "张伟", "张伟"]
    by_key = {each.key: each for each in both.unplaced}
    assert set(by_key) == {f"d{ids[name]}" for name in ("read", "named", "twin")} | {"p7", "p8"}
    read, named, twin = (by_key[f"d{ids[name]}"] for name in ("read", "named", "twin"))
    assert (read.suggested, read.why, read.sure) == (row_key(ROWS[0]), "id", True)
    assert SAME_ID not in repr((read.read_id, read.name))
    assert (named.suggested, named.sure) == (row_key(ROWS[1]), False)
    # Two people of one name: nobody is suggested.
    assert twin.suggested is None
    assert len(read.looks) == 2
    with made.office.catalogue.read() as session:
        assert counts(session, east, ids["batch"]) == (5, 4)


def test_the_list_is_narrowed_by_name_number_or_id(made: Made, ids: dict[str, int], east: Viewer) -> None:
    for words, count in (("张", 2), ("A002", 1), (SAME_ID.lower(), 1), ("王秀兰", 1), ("无", 0)):
        assert seen(made, east, ids, words).awaited_count == count


def test_a_dossier_becomes_the_one_of_its_row_and_undo_brings_all_back(
    made: Made, ids: dict[str, int], east: Viewer
) -> None:
    before = snapshot(made)
    with made.office.catalogue.write() as session:
        session.get_one(Batch, ids["batch"]).notes = [
            {"code": "delivery.row-without-images", "params": {"path": "目录.xlsx", "row": each.row}} for each in ROWS
        ]
    with made.office.catalogue.write() as session:
        act = bring(session, east, ids["batch"], [f"d{ids['named']}"], row_key(ROWS[1]))
    with made.office.catalogue.read() as session:
        dossier = session.get_one(Dossier, ids["named"])
        assert dossier.person is not None
        assert (dossier.person.name, dossier.archive_no, dossier.list_row["row"]) == ("李建国", "A002", 3)
        notes = batch_notes(session, east, ids["batch"])
        assert (len(notes), len(still_true(session, ids["batch"], notes))) == (4, 3)
        assert [each.person for each in brought(session, east, ids["batch"])] == ["李建国"]
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "page.match"
        jobs = session.scalars(select(JobRow.kind).where(JobRow.subject_id == ids["named"])).all()
        assert "judge" in jobs
    assert "李建国" not in [each.name for each in seen(made, east, ids).awaited]
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    assert snapshot(made) == before


def test_loose_pages_become_a_dossier_of_the_row_that_a_person_splits(
    made: Made, ids: dict[str, int], east: Viewer
) -> None:
    with made.office.catalogue.write() as session:
        act = bring(session, east, ids["batch"], ["p8", "p7"], row_key(ROWS[2]))
    with made.office.catalogue.read() as session:
        dossier = session.scalars(select(Dossier).where(Dossier.key == "A003")).one()
        assert (dossier.state, dossier.layout) == ("splitting", "run")
        assert [page.id for page in page_acts.active_pages(session, dossier.id)] == [8, 7]
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    both = seen(made, east, ids)
    # The dossier stands empty and waits; the pages are nobody's again.
    assert {"p7", "p8"} <= {each.key for each in both.unplaced}
    assert [each.key for each in both.awaited if each.key[0] == "d"] == [f"d{dossier.id}"]
    with made.office.catalogue.write() as session:
        bring(session, east, ids["batch"], ["p7"], f"d{dossier.id}")


def test_several_go_together_and_to_a_dossier_that_is_there(made: Made, ids: dict[str, int], east: Viewer) -> None:
    before = snapshot(made)
    marked = [f"d{ids['read']}", f"d{ids['twin']}", "p7"]
    with made.office.catalogue.write() as session:
        act = bring(session, east, ids["batch"], marked, f"d{ids['held']}")
        pages = [page.id for page in page_acts.active_pages(session, ids["held"])]
    assert pages == [9, 10, 1, 2, 5, 6, 7]
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    assert snapshot(made) == before


def test_what_agrees_by_number_is_brought_at_one_word(made: Made, ids: dict[str, int], east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        (act,) = bring_sure(session, east, ids["batch"])
    with made.office.catalogue.read() as session:
        assert [each.act_id for each in brought(session, east, ids["batch"])] == [act]
        dossier = session.get_one(Dossier, ids["read"])
        assert dossier.person is not None
        assert dossier.person.id_number == SAME_ID
    with made.office.catalogue.write() as session:
        assert bring_sure(session, east, ids["batch"]) == []


def test_who_was_quicker_is_not_overwritten(made: Made, ids: dict[str, int], east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        bring(session, east, ids["batch"], [f"d{ids['named']}"], row_key(ROWS[1]))
    for marked, to in (
        ([f"d{ids['named']}"], row_key(ROWS[2])),
        ([f"d{ids['twin']}"], row_key(ROWS[1])),
        ([f"d{ids['held']}"], row_key(ROWS[2])),
        (["p9"], row_key(ROWS[2])),
    ):
        with made.office.catalogue.write() as session, pytest.raises(InputError) as gone:
            bring(session, east, ids["batch"], marked, to)
        assert gone.value.code == "match.gone"
    with made.office.catalogue.write() as session, pytest.raises(InputError, match="Nothing is marked"):
        bring(session, east, ids["batch"], [], row_key(ROWS[2]))


def test_other_units_and_desks_are_kept_out(made: Made, ids: dict[str, int]) -> None:
    for login in ("west", "desk"):
        with made.office.catalogue.write() as session:
            with pytest.raises(AccessError):
                desk(session, made.viewer(login), ids["batch"])
            with pytest.raises(AccessError):
                bring(session, made.viewer(login), ids["batch"], ["p7"], row_key(ROWS[2]))
