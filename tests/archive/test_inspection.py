"""A lot from its making to both signatures: drawn, looked at, sent back, matched, looked at again, accepted, and then still."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from archive import acceptance, audit, corrections, inspection, lot_verdict, page_acts, rework
from archive.access import Viewer, machine_viewer
from archive.inspection_units import dossier_choices, units_of
from archive.tables import (
    AuditEntry,
    Batch,
    Dossier,
    FindingRow,
    InspectionDefect,
    InspectionLot,
    InspectionRound,
    InspectionUnit,
    PageVersion,
)
from base.clock import now
from base.errors import AccessError
from standards.terms import Terms
from tests.archive.factory import Made, add_finding
from tests.archive.lots import ROWS, east, held, look_at_all, lot, made, page_of, put_in, refused, sign_both, units

__all__ = ["east", "lot", "made"]


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
                for table in ROWS
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
