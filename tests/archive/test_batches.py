"""What the clerk sees of batches: counts that are true while work goes on, what needs a person first, nothing of others."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete

from archive import batch_details, batches, dossiers, viewing
from archive.dossier_slices import DossierFilter
from archive.outbox import announce
from archive.tables import OutboxRow, PageVersion, Person
from base.errors import AccessError
from tests.archive.factory import Made, add_batch, add_dossier, add_finding, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_desks(tmp_path)


def test_progress_counts_each_step(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=4)
    add_dossier(made, batch, "D-2", "王建国", pages=3, read=False)
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))
        announce(session, ["page:1", "page:1", "material:1"], batch)
    with made.office.catalogue.read() as session:
        progress = batches.progress_of(session, made.viewer("east"), batch)
    assert (progress.received, progress.measured, progress.read, progress.indexed) == (7, 4, 4, 3)
    assert not progress.finished


def test_a_page_that_cannot_be_opened_does_not_hold_up_the_count(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=1, read=False)
    with made.office.catalogue.write() as session:
        version = session.get_one(PageVersion, 1)
        version.measured_at = version.created_at
    with made.office.catalogue.read() as session:
        assert batches.progress_of(session, made.viewer("east"), batch).finished


def test_what_needs_a_person_comes_first(made: Made) -> None:
    calm, busy = add_batch(made, "east", "calm"), add_batch(made, "east", "busy")
    newest = add_batch(made, "east", "newest")
    add_dossier(made, busy, "R-1", "陈秀英", layout="run")
    with made.office.catalogue.read() as session:
        rows, _ = batches.list_batches(session, made.viewer("east"))
    assert [row.id for row in rows] == [busy, newest, calm]
    assert rows[0].needs == {"splitting": 1}


def test_the_same_id_number_on_two_people_is_listed(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=1)
    add_dossier(made, batch, "D-2", "王建国", pages=1)
    add_dossier(made, batch, "D-3", "刘淑珍", pages=1)
    with made.office.catalogue.write() as session:
        third = session.get_one(Person, 3)
        third.id_number, third.id_raw, third.id_state = None, "", "missing"
    with made.office.catalogue.read() as session:
        odd, _ = batch_details.odd_people(session, made.viewer("east"), batch)
        first, after = batch_details.odd_people(session, made.viewer("east"), batch, limit=2)
        rest, end = batch_details.odd_people(session, made.viewer("east"), batch, after=after, limit=2)
    assert [*first, *rest] == odd
    assert (len(first), end) == (2, None)
    assert sorted((each.name, each.problem) for each in odd) == [
        ("刘淑珍", "missing"), ("张桂兰", "double"), ("王建国", "double"),
    ]  # fmt: skip
    assert all("19491231" not in each.id_masked for each in odd)


def test_findings_are_grouped_by_cause_and_old_images_do_not_count(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=3)
    with made.office.catalogue.write() as session:
        for number in (1, 2):
            add_finding(session, session.get_one(PageVersion, number))
        add_finding(session, session.get_one(PageVersion, 3), "page.skew", "review")
        replaced = session.get_one(PageVersion, 2)
        replaced.state = "old"
    me = made.viewer("east")
    with made.office.catalogue.read() as session:
        found = batch_details.causes(session, me, batch)
        first, _ = batch_details.findings_of(session, me, batch, "page.dpi", "fail")
    assert [(cause.rule, cause.verdict, cause.findings) for cause in found] == [
        ("page.dpi", "fail", 1), ("page.skew", "review", 1),
    ]  # fmt: skip
    assert [(each.page_id, each.page_number) for each in first] == [(1, 1)]


def test_keyset_pages_meet_every_dossier_once(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    for number in range(7):
        add_dossier(made, batch, f"D-{number // 2}-{number}", f"人{number}", pages=1)
    me, seen, after = made.viewer("east"), [], None
    with made.office.catalogue.read() as session:
        while True:
            rows, after = dossiers.list_dossiers(session, me, DossierFilter(), after=after, limit=3)
            seen += [row.id for row in rows]
            if after is None:
                break
    assert sorted(seen) == list(range(1, 8))


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (DossierFilter(text="张"), 1),
        (DossierFilter(text="D-1"), 1),
        (DossierFilter(text="110105194912310021"), 2),
        (DossierFilter(text="%"), 0),
        (DossierFilter(state="splitting"), 1),
        (DossierFilter(need="proposals"), 0),
    ],
)
def test_filters(made: Made, wanted: DossierFilter, count: int) -> None:
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=1)
    add_dossier(made, batch, "R-1", "王建国", pages=1, layout="run")
    with made.office.catalogue.read() as session:
        rows, _ = dossiers.list_dossiers(session, made.viewer("east"), wanted)
    assert len(rows) == count


def test_an_id_number_in_the_name_of_a_dossier_is_masked(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    number = add_dossier(made, batch, "张桂兰110105194912310021", "张桂兰", pages=1)
    with made.office.catalogue.read() as session:
        head = dossiers.dossier_head(session, made.viewer("east"), number)
    assert head.name == "张桂兰110105********0021"


def test_nothing_of_another_unit_is_seen(made: Made) -> None:
    batch = add_batch(made, "east", "b1")
    number = add_dossier(made, batch, "D-1", "张桂兰", pages=1)
    west = made.viewer("west")
    with made.office.catalogue.read() as session:
        assert batches.list_batches(session, west) == ([], None)
        assert dossiers.list_dossiers(session, west, DossierFilter())[0] == []
        for look in (
            lambda: batches.batch_row(session, west, batch),
            lambda: batch_details.causes(session, west, batch),
            lambda: dossiers.dossier_head(session, west, number),
            lambda: viewing.strip(session, west, number),
            lambda: viewing.see_page(session, west, 1),
            lambda: viewing.stored_image(session, west, 1, None),
            lambda: viewing.stored_image(session, west, 1, 1),
        ):
            with pytest.raises(AccessError) as error:
                look()
            assert error.value.code == "not-found"
