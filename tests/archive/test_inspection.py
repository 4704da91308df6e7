"""A lot from its making to both signatures: drawn, looked at, sent back, matched, looked at again, accepted, and then still."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from archive import acceptance, audit, corrections, inspection, lot_verdict, page_acts, rework
from archive.access import Viewer, machine_viewer
from archive.inspection_units import dossier_choices, pages_of_unit, units_of
from archive.page_acts import NewImage
from archive.rework_matching import came_back
from archive.store.keys import original_key
from archive.tables import (
    AuditEntry,
    Batch,
    Dossier,
    FindingRow,
    InspectionDefect,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionSignature,
    InspectionUnit,
    Page,
    PageVersion,
    ReworkItem,
)
from base.clock import now
from base.digests import sha256_of_bytes
from base.errors import AccessError, InputError
from standards.terms import Terms
from tests.archive.factory import Made, add_batch, add_dossier, add_finding, add_version, make_desks, page_image

_ROWS = (InspectionLot, InspectionDossier, InspectionRound, InspectionUnit, InspectionDefect, InspectionSignature, ReworkItem)  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Unit east: dossiers 1–3 of four pages (1–4, 5–8, 9–12), inspected by papers; unit west: dossier 4."""
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b-east")
    for number, name in enumerate(("张桂兰", "陈秀英", "王建国"), start=1):
        add_dossier(made, batch, f"E-{number}", name)
    add_dossier(made, add_batch(made, "west", "b-west"), "W-1", "李强生")
    with made.office.catalogue.write() as session:
        for each in session.scalars(select(Batch)):
            each.profile, each.state = "personnel-300dpi-colour", "ready"
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


@pytest.fixture
def lot(made: Made, east: Viewer) -> int:
    """All of b-east: six papers of class 1, so that one is drawn."""
    with made.office.catalogue.write() as session:
        return inspection.make_lot(session, east, 1, [1, 2, 3], seed="5eed")


def refused(made: Made, act: Callable[[Session], object]) -> str:
    with pytest.raises(InputError) as error, made.office.catalogue.write() as session:
        act(session)
    return error.value.code


def units(session: Session, round_id: int) -> list[InspectionUnit]:
    return list(
        session.scalars(
            select(InspectionUnit).where(InspectionUnit.round_id == round_id).order_by(InspectionUnit.position)
        )
    )


def look_at_all(made: Made, east: Viewer, round_id: int) -> None:
    with made.office.catalogue.write() as session:
        for unit in units(session, round_id):
            inspection.finish_unit(session, east, unit.id)


def sign_both(made: Made, east: Viewer, round_id: int) -> bool:
    with made.office.catalogue.write() as session:
        lot_verdict.sign(session, east, round_id, "processor", "周扫描")
        return lot_verdict.sign(session, east, round_id, "district", "王静")


def new_image(made: Made, text: str) -> NewImage:
    data = page_image(text)
    sha256 = sha256_of_bytes(data)
    made.office.store.put(
        original_key(sha256), io.BytesIO(data), sha256=sha256, size=len(data), media_type="image/jpeg"
    )
    return NewImage(sha256, len(data), original_key(sha256))


def put_in(made: Made, east: Viewer, page_id: int, text: str) -> None:
    """A re-scan that is proposed, checked by the machine and taken."""
    with made.office.catalogue.write() as session:
        page_acts.propose(session, east, page_id, new_image(made, text), "返工")
        version = session.scalars(select(PageVersion).order_by(PageVersion.id.desc()).limit(1)).one()
        version.measured_at = now()
        page_acts.decide(session, east, version.id, accept=True)


def test_a_lot_keeps_its_terms_its_seed_and_its_denominators(made: Made, lot: int) -> None:
    with made.office.catalogue.read() as session:
        row, round_ = session.get_one(InspectionLot, lot), session.get_one(InspectionRound, 1)
        assert (row.serial, row.seed, row.state) == (f"YS-{now().year}-000001", "5eed", "open")
        assert (row.profile, row.terms["unit"], row.terms["share_percent"]) == (
            "personnel-300dpi-colour",
            "material",
            5,
        )
        assert round_.plan["denominators"] == {"volume": 3, "material": 6, "page": 12, "loose": 0}
        assert round_.plan["strata"] == [{"name": ["东城纺织厂", "1"], "population": 6, "size": 1}]
        assert [unit.material_id is not None for unit in round_.units] == [True]


def test_the_same_seed_draws_the_same_and_another_round_another(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        row = session.get_one(InspectionLot, lot)
        row.terms = {**row.terms, "share_percent": 50}
        again = [inspection.open_round(session, east, row) for _ in range(2)]
        drawn = [[unit.material_id for unit in units(session, each.id)] for each in again]
        again[1].number, row.rounds[0].number = 99, 98
        session.flush()
        repeated = inspection.open_round(session, east, row)
        assert repeated.number == 100
        assert len(drawn[0]) == 3
        assert drawn[0] != drawn[1]


def test_units_have_the_strata_of_their_terms(made: Made) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(PageVersion, 2).measures = {"red_stamp": {"value": 0.9, "unit": "", "confidence": 1}}
    with made.office.catalogue.read() as session:
        pages = units_of(session, [1, 2], Terms(unit="page", strata=("dossier", "class", "page-kind")))
        assert [each.candidate.key for each in pages] == [f"page:{number}" for number in range(1, 9)]
        assert [each.candidate.stratum for each in pages[:2]] == [("E-1·1", "1", "plain"), ("E-1·1", "1", "seal")]
        assert [each.candidate.key for each in units_of(session, [2, 1], Terms())] == ["volume:1", "volume:2"]


def test_what_is_not_ready_goes_into_no_lot(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.read() as session:
        assert {each.why_not for each in dossier_choices(session, east, 1)} == {"in-lot"}
    assert refused(made, lambda session: inspection.make_lot(session, east, 1, [1])) == "inspection.not-ready"
    assert refused(made, lambda session: inspection.make_lot(session, east, 1, [])) == "inspection.empty"
    assert refused(made, lambda session: acceptance.accept_dossier(session, east, 1, open_findings=0)) == "inspection.in-lot"  # fmt: skip


def test_nobody_inspects_what_is_another_units(made: Made, east: Viewer, lot: int) -> None:
    west, planner = made.viewer("west"), made.viewer("planner")
    acts: list[Callable[[Session], object]] = [
        lambda session: inspection.make_lot(session, east, 2, [4]),
        lambda session: inspection.make_lot(session, east, 1, [4]),
        lambda session: inspection.find_lot(session, west, lot),
        lambda session: inspection.mark(session, west, 1, "other", None),
        lambda session: inspection.finish_unit(session, west, 1),
        lambda session: lot_verdict.conclude(session, west, 1),
        lambda session: lot_verdict.sign(session, west, 1, "district", "李强"),
        lambda session: rework.next_round(session, west, lot),
        lambda session: inspection.finish_unit(session, planner, 1),
        lambda session: lot_verdict.conclude(session, planner, 1),
        lambda session: inspection.finish_unit(session, machine_viewer("root"), 1),
    ]
    for act in acts:
        with pytest.raises(AccessError), made.office.catalogue.write() as session:
            act(session)


def test_a_good_lot_is_signed_by_both_and_accepts_its_dossiers(made: Made, east: Viewer, lot: int) -> None:
    assert refused(made, lambda session: lot_verdict.conclude(session, east, 1)) == "inspection.undecided"
    look_at_all(made, east, 1)
    with made.office.catalogue.write() as session:
        assert lot_verdict.conclude(session, east, 1) == "accepted"
        assert lot_verdict.conclude(session, east, 1) == "accepted"
        assert not lot_verdict.sign(session, east, 1, "processor", " 周  扫描 ")
        assert not lot_verdict.sign(session, east, 1, "processor", "周 扫描")
        assert session.get_one(Dossier, 1).state == "checked"
    assert refused(made, lambda session: lot_verdict.sign(session, east, 1, "processor", "别人")) == "inspection.signed-already"  # fmt: skip
    assert (
        refused(made, lambda session: lot_verdict.sign(session, east, 1, "district", "周 扫描"))
        == "inspection.same-name"
    )
    assert refused(made, lambda session: lot_verdict.reopen(session, east, 1)) == "inspection.signed"
    with made.office.catalogue.write() as session:
        assert lot_verdict.sign(session, east, 1, "district", "王静")
    with made.office.catalogue.read() as session:
        assert [session.get_one(Dossier, each).state for each in (1, 2, 3, 4)] == ["accepted"] * 3 + ["checked"]
        assert session.get_one(InspectionLot, lot).state == "accepted"
        assert session.get_one(Batch, 1).state == "accepted"
        assert audit.verify(session).bad == ()
        done = set(session.scalars(select(AuditEntry.action)))
    assert {"inspection.make", "inspection.draw", "inspection.result", "inspection.conclude", "inspection.sign", "inspection.accept", "dossier.accept"} <= done  # fmt: skip


def test_nothing_of_an_accepted_lot_changes(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        defect = inspection.mark(session, east, 1, "page.skewed", None)
        inspection.unmark(session, east, defect)
    look_at_all(made, east, 1)
    with made.office.catalogue.write() as session:
        lot_verdict.conclude(session, east, 1)
    sign_both(made, east, 1)

    def rows() -> list[object]:
        with made.office.catalogue.read() as session:
            return [
                {column.key: getattr(row, column.key) for column in inspect(table).columns}
                for table in _ROWS
                for row in session.scalars(select(table))
            ]

    before = rows()
    acts: list[Callable[[Session], object]] = [
        lambda session: inspection.mark(session, east, 1, "page.missing", None),
        lambda session: inspection.unmark(session, east, defect),
        lambda session: inspection.finish_unit(session, east, 1),
        lambda session: lot_verdict.reopen(session, east, 1),
        lambda session: lot_verdict.unsign(session, east, 1, "district"),
        lambda session: lot_verdict.sign(session, east, 1, "district", "别人"),
        lambda session: rework.next_round(session, east, lot),
    ]
    for act in acts:
        refused(made, act)
    with made.office.catalogue.write() as session:
        lot_verdict.conclude(session, east, 1)
        acceptance.withdraw_acceptance(session, east, 1)
        assert session.get_one(Batch, 1).state == "ready"
        corrections.correct(session, east, 1, "title", "职工履历表", "按原件更正")
    assert rows() == before


def test_one_defect_twice_is_one_and_taken_back_is_none(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        page = page_of(session, 1)
        first = inspection.mark(session, east, 1, "page.skewed", page)
        assert inspection.mark(session, east, 1, "page.skewed", page, severity="major", note="左下") == first
        assert inspection.mark(session, east, 1, "page.skewed", None) != first
        assert inspection.finish_unit(session, east, 1) == "defects"
        row = session.get_one(InspectionDefect, first)
        assert (row.severity, row.note, row.link) == ("major", "左下", False)
        for defect in held(session, 1):
            inspection.unmark(session, east, defect.id)
        assert session.get_one(InspectionUnit, 1).result == "ok"
        assert session.scalar(select(func.count(InspectionDefect.id))) == 2
    assert refused(made, lambda session: inspection.mark(session, east, 1, "nonsense", None)) == "inspection.code"
    assert refused(made, lambda session: inspection.mark(session, east, 1, "other", 12345)) == "inspection.page"


def page_of(session: Session, unit_id: int) -> int:
    return pages_of_unit(session, session.get_one(InspectionUnit, unit_id))[0].id


def held(session: Session, unit_id: int) -> list[InspectionDefect]:
    return inspection.defects_of(session, [session.get_one(InspectionUnit, unit_id)])[unit_id]


def test_a_new_image_must_be_looked_at_again(made: Made, east: Viewer, lot: int) -> None:
    look_at_all(made, east, 1)
    with made.office.catalogue.read() as session:
        page = page_of(session, 1)
    put_in(made, east, page, "another image")
    assert refused(made, lambda session: lot_verdict.conclude(session, east, 1)) == "inspection.undecided"
    look_at_all(made, east, 1)
    with made.office.catalogue.write() as session:
        assert lot_verdict.conclude(session, east, 1) == "accepted"
        lot_verdict.sign(session, east, 1, "processor", "周扫描")
    put_in(made, east, page, "a third image")
    assert refused(made, lambda session: lot_verdict.sign(session, east, 1, "district", "王静")) == "inspection.changed"


def test_a_failure_of_the_machine_anywhere_sends_the_lot_back(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        for version in (11, 12):
            add_finding(session, session.get_one(PageVersion, version))
        add_finding(session, session.get_one(PageVersion, 10), "page.skew", "review")
    look_at_all(made, east, 1)
    with made.office.catalogue.write() as session:
        row = session.get_one(InspectionRound, 1)
        live = lot_verdict.verdict_of(session, row)
        assert [(each.code, each.params["defects"]) for each in live.reasons] == [("machine", 2)]
        assert lot_verdict.conclude(session, east, 1) == "returned"
        items = rework.items_of(session, lot)
        assert [(each.page_id, each.code, each.origin, each.version_id) for each in items] == [(11, "page.dpi", "machine", 11), (12, "page.dpi", "machine", 12)]  # fmt: skip
        assert row.figures["review"] == 1
        assert session.get_one(Dossier, 1).state == "returned"


def test_rework_comes_back_is_matched_and_looked_at_again(made: Made, east: Viewer, lot: int) -> None:
    catalogue = made.office.catalogue
    with catalogue.write() as session:
        page = page_of(session, 1)
        inspection.mark(session, east, 1, "page.cut-off", page, note="右边")
        inspection.mark(session, east, 1, "link.title", None)
        inspection.finish_unit(session, east, 1)
        assert lot_verdict.conclude(session, east, 1) == "returned"
        dossier = session.get_one(InspectionUnit, 1).dossier_id
        material = session.get_one(InspectionUnit, 1).material_id
        items = rework.items_of(session, lot)
        assert came_back(session, items) == {}
    assert {item.code for item in items} == {"page.cut-off", "link.title"}
    assert refused(made, lambda session: rework.next_round(session, east, lot)) == "inspection.rework-open"
    with catalogue.write() as session:
        page_acts.propose(session, east, page, new_image(made, "better"), "返工")
        assert {items_by_id(items)[each] for each in came_back(session, items)} == {"page.cut-off"}
        corrections.correct(session, east, material or 0, "title", "入厂登记表", "返工")
        assert len(came_back(session, items)) == 2
    assert refused(made, lambda session: rework.next_round(session, east, lot)) == "inspection.waiting"
    with catalogue.write() as session:
        version = session.scalars(select(PageVersion).where(PageVersion.state == "proposed")).one()
        version.measured_at = now()
        page_acts.decide(session, east, version.id, accept=True)
        second = rework.next_round(session, east, lot)
        again = [unit for unit in units(session, second) if unit.source == "rework"]
        assert {(unit.dossier_id, unit.page_id) for unit in again} == {(dossier, page), (dossier, None)}
        matched = {item.code: (item.state, item.new_version_id) for item in rework.items_of(session, lot)}
        assert matched == {"page.cut-off": ("came_back", version.id), "link.title": ("came_back", None)}
        assert session.get_one(Dossier, dossier).state == "checked"
    assert refused(made, lambda session: rework.next_round(session, east, lot)) == "inspection.not-returned"
    assert refused(made, lambda session: inspection.mark(session, east, 1, "other", None)) == "inspection.closed"
    look_at_all(made, east, second)
    with catalogue.write() as session:
        assert lot_verdict.conclude(session, east, second) == "accepted"
        assert {item.state for item in rework.items_of(session, lot)} == {"closed"}
    assert sign_both(made, east, second)
    with catalogue.read() as session:
        first = session.get_one(InspectionRound, 1)
        assert (first.state, first.figures["decision"], len(held(session, 1))) == (
            "returned",
            "returned",
            2,
        )


def items_by_id(items: list[ReworkItem]) -> dict[int, str]:
    return {item.id: item.code for item in items}


def test_what_is_still_wrong_stands_in_the_next_list(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        page = page_of(session, 1)
        inspection.mark(session, east, 1, "page.cut-off", page)
        inspection.finish_unit(session, east, 1)
        lot_verdict.conclude(session, east, 1)
    put_in(made, east, page, "still cut")
    with made.office.catalogue.write() as session:
        second = rework.next_round(session, east, lot)
        again = next(unit for unit in units(session, second) if unit.source == "rework")
        inspection.mark(session, east, again.id, "page.cut-off", page)
    look_at_all(made, east, second)
    with made.office.catalogue.write() as session:
        assert lot_verdict.conclude(session, east, second) == "returned"
        states = [(item.round_id, item.state) for item in rework.items_of(session, lot)]
        assert sorted(states) == [(1, "again"), (second, "open")]
        lot_verdict.reopen(session, east, second)
        assert [item.state for item in rework.items_of(session, lot)] == ["came_back"]
        assert lot_verdict.conclude(session, east, second) == "returned"


def test_a_conclusion_is_taken_back_and_an_answer_closes_an_item(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        inspection.mark(session, east, 1, "page.missing", None)
        inspection.finish_unit(session, east, 1)
        lot_verdict.conclude(session, east, 1)
        lot_verdict.reopen(session, east, 1)
        assert rework.items_of(session, lot) == []
        assert session.get_one(Dossier, 1).state == "checked"
        lot_verdict.conclude(session, east, 1)
        (item,) = rework.items_of(session, lot)
        rework.answer_item(session, east, item.id, "原件即缺，已附说明")
    assert refused(made, lambda session: lot_verdict.reopen(session, east, 1)) == "inspection.answered"
    with made.office.catalogue.write() as session:
        second = rework.next_round(session, east, lot)
        assert {unit.source for unit in units(session, second)} == {"drawn"}


def test_a_missing_page_comes_back_by_another_page(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        unit = session.get_one(InspectionUnit, 1)
        page = page_of(session, 1)
        inspection.mark(session, east, 1, "page.missing", page)
        inspection.finish_unit(session, east, 1)
        lot_verdict.conclude(session, east, 1)
        assert came_back(session, rework.items_of(session, lot)) == {}
        page_acts.insert(session, east, page, new_image(made, "the missing one"), before=False, reason="漏扫")
        session.scalars(select(PageVersion).order_by(PageVersion.id.desc()).limit(1)).one().measured_at = now()
        second = rework.next_round(session, east, lot)
        (again,) = [each for each in units(session, second) if each.source == "rework"]
        assert (again.material_id, again.page_id) == (unit.material_id, None)
        assert len(pages_of_unit(session, again)) == 3


def test_what_cannot_be_mended_is_taken_as_it_is_and_said(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        add_finding(session, session.get_one(PageVersion, 12))
        assert lot_verdict.conclude(session, east, 1) == "returned"
        (item,) = rework.items_of(session, lot)
        rework.answer_item(session, east, item.id, "原件即如此")
        second = rework.next_round(session, east, lot)
        defect = inspection.mark(session, east, 2, "page.missing", None)
    look_at_all(made, east, second)
    with made.office.catalogue.write() as session:
        assert lot_verdict.conclude(session, east, second) == "returned"
        assert [each.code for each in rework.items_of(session, lot) if each.state == "open"] == ["page.missing"]
        lot_verdict.reopen(session, east, second)
        inspection.unmark(session, east, defect)
    with made.office.catalogue.write() as session:
        assert lot_verdict.conclude(session, east, second) == "accepted"
        assert session.get_one(InspectionRound, second).figures["conceded"] == 1
        lot_verdict.reopen(session, east, second)
        version = session.get_one(PageVersion, 12)
        version.state = "old"
        session.flush()
    with made.office.catalogue.write() as session:
        other = add_version(made.office, session, session.get_one(Page, 12), page_image("worse"), "x")
        add_finding(session, other)
        live = lot_verdict.verdict_of(session, session.get_one(InspectionRound, second))
        assert live.decision == "returned"


def test_what_the_machine_finds_no_more_has_come_back(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        finding = add_finding(session, session.get_one(PageVersion, 12))
        lot_verdict.conclude(session, east, 1)
        items = rework.items_of(session, lot)
        assert came_back(session, items) == {}
        session.delete(finding)
        session.flush()
        assert list(came_back(session, items)) == [items[0].id]


def test_a_lot_made_by_mistake_is_cancelled_and_stays_on_record(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        inspection.mark(session, east, 1, "page.missing", None)
        inspection.finish_unit(session, east, 1)
        lot_verdict.conclude(session, east, 1)
        inspection.cancel_lot(session, east, lot)
        inspection.cancel_lot(session, east, lot)
        assert session.get_one(Dossier, 1).state == "checked"
    assert (
        refused(made, lambda session: lot_verdict.sign(session, east, 1, "district", "王静")) == "inspection.cancelled"
    )
    assert refused(made, lambda session: lot_verdict.reopen(session, east, 1)) == "inspection.cancelled"
    assert refused(made, lambda session: rework.next_round(session, east, lot)) == "inspection.not-returned"
    with made.office.catalogue.write() as session:
        acceptance.accept_dossier(session, east, 1, open_findings=0)
        other = inspection.make_lot(session, east, 1, [2, 3])
        inspection.cancel_lot(session, east, other)
    assert refused(made, lambda session: inspection.finish_unit(session, east, 3)) == "inspection.closed"


def test_a_dossier_accepted_alone_is_a_lot_of_one(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        add_finding(session, session.get_one(PageVersion, 1))
        acceptance.accept_dossier(session, east, 1, open_findings=1)
        acceptance.accept_dossier(session, east, 1, open_findings=1)
        (row,) = session.scalars(select(InspectionLot))
        assert (row.kind, row.state, inspection.dossiers_of(session, row.id)) == ("single", "accepted", [1])
        assert row.rounds[0].figures["findings"] == {"fail": 1}
        assert [each.name for each in row.rounds[0].signatures] == ["王静"]
        acceptance.withdraw_acceptance(session, east, 1)
        acceptance.accept_dossier(session, east, 1, open_findings=1)
        assert session.scalar(select(func.count(InspectionLot.id))) == 2


def test_a_finding_on_a_page_that_was_taken_out_counts_no_more(made: Made, east: Viewer, lot: int) -> None:
    with made.office.catalogue.write() as session:
        add_finding(session, session.get_one(PageVersion, 12))
        page_acts.remove(session, east, 12, "重复扫描")
    look_at_all(made, east, 1)
    with made.office.catalogue.write() as session:
        assert session.scalar(select(func.count(FindingRow.id))) == 1
        assert lot_verdict.conclude(session, east, 1) == "accepted"
