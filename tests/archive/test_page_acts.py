"""Acts on pages: what they change, what follows from them, and that undoing brings back exactly what was."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from archive import page_acts
from archive.access import Viewer
from archive.page_acts import NewImage
from archive.tables import AuditEntry, Dossier, JobRow, Material, OutboxRow, Page, PageAct, PageVersion
from archive.uploads import keep_upload
from base.errors import AccessError, InputError
from tests.archive.factory import Made, add_batch, add_dossier, make_desks, page_image


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_desks(tmp_path)


@pytest.fixture
def dossier(made: Made) -> int:
    return add_dossier(made, add_batch(made, "east", "b1"), "D-1", "张桂兰", pages=4)


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def pages_of(made: Made, dossier_id: int) -> list[int]:
    with made.office.catalogue.read() as session:
        return [page.id for page in page_acts.active_pages(session, dossier_id)]


def snapshot(made: Made) -> list[object]:
    """All that undoing must bring back."""
    with made.office.catalogue.read() as session:
        pages = session.execute(
            select(Page.id, Page.dossier_id, Page.material_id, Page.position, Page.state).order_by(Page.id)
        )
        versions = session.execute(select(PageVersion.id, PageVersion.state).order_by(PageVersion.id))
        return [tuple(row) for row in pages] + [tuple(row) for row in versions]


def upload(made: Made, text: str) -> NewImage:
    return keep_upload(made.office.store, page_image(text), "new.jpg")


def test_a_move_swaps_neighbours_and_undo_brings_them_back(made: Made, dossier: int, east: Viewer) -> None:
    before, first = snapshot(made), pages_of(made, dossier)
    with made.office.catalogue.write() as session:
        act = page_acts.move(session, east, first[0], later=True)
    assert pages_of(made, dossier) == [first[1], first[0], first[2], first[3]]
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    assert snapshot(made) == before


def test_a_move_over_the_edge_changes_the_material_and_not_the_order(made: Made, dossier: int, east: Viewer) -> None:
    order = pages_of(made, dossier)
    with made.office.catalogue.write() as session:
        page_acts.move(session, east, order[1], later=True)
    with made.office.catalogue.read() as session:
        assert session.get_one(Page, order[1]).material_id == session.get_one(Page, order[2]).material_id
    assert pages_of(made, dossier) == order


def test_a_move_beyond_the_end_is_refused(made: Made, dossier: int, east: Viewer) -> None:
    with made.office.catalogue.write() as session, pytest.raises(InputError, match=r"first or the last"):
        page_acts.move(session, east, pages_of(made, dossier)[-1], later=True)


def test_a_proposal_changes_nothing_until_it_is_accepted(made: Made, dossier: int, east: Viewer) -> None:
    page = pages_of(made, dossier)[0]
    with made.office.catalogue.write() as session:
        page_acts.propose(session, east, page, upload(made, "rescan"), "原图不清")
    with made.office.catalogue.read() as session:
        states = [version.state for version in session.get_one(Page, page).versions]
        new = session.scalars(select(PageVersion).where(PageVersion.state == "proposed")).one()
    assert states == ["current", "proposed"]
    with made.office.catalogue.write() as session:
        act = page_acts.decide(session, east, new.id, accept=True)
    with made.office.catalogue.read() as session:
        assert [version.state for version in session.get_one(Page, page).versions] == ["old", "current"]
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    with made.office.catalogue.read() as session:
        assert [version.state for version in session.get_one(Page, page).versions] == ["current", "proposed"]


def test_a_rejected_proposal_is_kept_as_old(made: Made, dossier: int, east: Viewer) -> None:
    page = pages_of(made, dossier)[0]
    with made.office.catalogue.write() as session:
        page_acts.propose(session, east, page, upload(made, "rescan"), "原图不清")
        new = session.scalars(select(PageVersion).where(PageVersion.state == "proposed")).one()
        page_acts.decide(session, east, new.id, accept=False)
    with made.office.catalogue.read() as session:
        assert [version.state for version in session.get_one(Page, page).versions] == ["current", "old"]


def test_the_same_bytes_are_no_new_image(made: Made, dossier: int, east: Viewer) -> None:
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        page_acts.propose(session, east, pages_of(made, dossier)[0], upload(made, "D-1 page 1"), "again")
    assert error.value.code == "page-act.same-image"


@pytest.mark.parametrize("before", [True, False])
def test_an_inserted_page_stands_beside_its_neighbour(made: Made, dossier: int, east: Viewer, before: bool) -> None:
    order, rows = pages_of(made, dossier), snapshot(made)
    with made.office.catalogue.write() as session:
        new = page_acts.insert(session, east, order[1], upload(made, "back"), before=before, reason="漏扫")
    assert pages_of(made, dossier).index(new) == (1 if before else 2)
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, session.scalars(select(PageAct.id).order_by(PageAct.id.desc())).first() or 0)
    assert pages_of(made, dossier) == order
    assert set(rows) <= set(snapshot(made))


def test_inserting_without_room_numbers_the_pages_anew(made: Made, dossier: int, east: Viewer) -> None:
    order = pages_of(made, dossier)
    with made.office.catalogue.write() as session:
        for position, page in enumerate(order):
            session.get_one(Page, page).position = position
    with made.office.catalogue.write() as session:
        new = page_acts.insert(session, east, order[0], upload(made, "x"), before=False, reason="漏扫")
    assert pages_of(made, dossier) == [order[0], new, *order[1:]]


def test_a_page_goes_to_the_end_of_another_dossier_and_comes_back(made: Made, dossier: int, east: Viewer) -> None:
    other = add_dossier(made, made.batches["b1"], "D-2", "王建国", pages=2)
    before, page = snapshot(made), pages_of(made, dossier)[0]
    with made.office.catalogue.write() as session:
        act = page_acts.transfer(session, east, page, other, "他人材料")
    assert pages_of(made, other)[-1] == page
    assert page not in pages_of(made, dossier)
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
    assert snapshot(made) == before


def test_a_page_never_goes_to_a_dossier_out_of_sight(made: Made, dossier: int, east: Viewer) -> None:
    hidden = add_dossier(made, add_batch(made, "west", "b2"), "W-1", "李强", pages=2)
    with made.office.catalogue.write() as session, pytest.raises(AccessError):
        page_acts.transfer(session, east, pages_of(made, dossier)[0], hidden, "x")


def test_an_older_act_is_not_undone_under_a_newer_one(made: Made, dossier: int, east: Viewer) -> None:
    page = pages_of(made, dossier)[0]
    with made.office.catalogue.write() as session:
        first = page_acts.move(session, east, page, later=True)
        second = page_acts.remove(session, east, page, "重复")
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        page_acts.undo(session, east, first)
    assert error.value.code == "page-act.later-first"
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, second)
        page_acts.undo(session, east, first)
    assert pages_of(made, dossier)[0] == page


def test_undoing_twice_is_the_same_as_once(made: Made, dossier: int, east: Viewer) -> None:
    before = snapshot(made)
    with made.office.catalogue.write() as session:
        act = page_acts.remove(session, east, pages_of(made, dossier)[0], "重复")
    for _ in range(2):
        with made.office.catalogue.write() as session:
            page_acts.undo(session, east, act)
    assert snapshot(made) == before


def test_an_act_announces_what_changed_and_leaves_its_trace(made: Made, dossier: int, east: Viewer) -> None:
    page = pages_of(made, dossier)[0]
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))
    with made.office.catalogue.write() as session:
        page_acts.remove(session, east, page, "重复")
    with made.office.catalogue.read() as session:
        material = session.get_one(Page, page).material
        assert material is not None
        assert material.revision == 1
        announced = set(session.scalars(select(OutboxRow.document_id)))
        jobs = {(job.kind, job.subject_id) for job in session.scalars(select(JobRow))}
        audit = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert announced == {f"page:{page}"}
    assert jobs == {("bind", material.id), ("judge", dossier)}
    assert audit is not None
    assert (audit.action, audit.subject, audit.actor) == ("page.remove", f"page:{page}", "account:east")


def test_a_new_image_is_measured_and_read_once_it_counts(made: Made, dossier: int, east: Viewer) -> None:
    page = pages_of(made, dossier)[0]
    with made.office.catalogue.write() as session:
        page_acts.propose(session, east, page, upload(made, "rescan"), "不清")
        new = session.scalars(select(PageVersion).where(PageVersion.state == "proposed")).one()
        assert session.scalars(select(JobRow).where(JobRow.kind == "measure")).one().subject_id == new.id
        new.width, new.height, new.measured_at = 420, 594, new.created_at
        page_acts.decide(session, east, new.id, accept=True)
        assert session.scalars(select(JobRow).where(JobRow.kind == "read")).one().subject_id == new.id


def test_an_accepted_dossier_is_not_changed(made: Made, dossier: int, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Dossier, dossier).state = "accepted"
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        page_acts.move(session, east, pages_of(made, dossier)[0], later=True)
    assert error.value.code == "dossier.accepted"


@pytest.mark.parametrize("login", ["west", "planner", "desk"])
def test_others_can_do_nothing(made: Made, dossier: int, login: str) -> None:
    with made.office.catalogue.write() as session, pytest.raises(AccessError):
        page_acts.remove(session, made.viewer(login), pages_of(made, dossier)[0], "x")


def test_splitting_gives_each_page_its_material(made: Made, east: Viewer) -> None:
    run = add_dossier(made, add_batch(made, "east", "b1"), "R-1", "陈秀英", layout="run", pages=5)
    order = pages_of(made, run)
    with made.office.catalogue.write() as session:
        first, second = session.scalars(select(Material.id).where(Material.dossier_id == run).order_by(Material.id))
        act = page_acts.split(session, east, run, [(order[1], first), (order[3], second)])
    with made.office.catalogue.read() as session:
        assigned = [session.get_one(Page, page).material_id for page in order]
        assert session.get_one(Dossier, run).state == "received"
    assert assigned == [None, first, first, second, second]
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act)
        assert session.get_one(Dossier, run).state == "splitting"


def test_splitting_by_pages_of_others_is_refused(made: Made, dossier: int, east: Viewer) -> None:
    run = add_dossier(made, made.batches["b1"], "R-1", "陈秀英", layout="run", pages=3)
    with made.office.catalogue.write() as session:
        material = session.scalars(select(Material.id).where(Material.dossier_id == run)).first() or 0
        for starts in ([(pages_of(made, dossier)[0], material)], [], [(pages_of(made, run)[0], 9999)]):
            with pytest.raises(InputError):
                page_acts.split(session, east, run, starts)


@given(
    st.integers(0, 40),
    st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=12),
)
def test_proposed_starts_keep_the_order(pages: int, declared: list[int | None]) -> None:
    starts = page_acts.proposed_starts(list(range(100, 100 + pages)), list(enumerate(declared)))
    firsts = [page for page, _ in starts]
    assert firsts == sorted(set(firsts))
    assert [material for _, material in starts] == list(range(len(starts)))
    if declared and pages:
        assert firsts[0] == 100
    for (page, material), (following, _) in pairwise(starts):
        assert following - page == max(1, declared[material] or 1)
