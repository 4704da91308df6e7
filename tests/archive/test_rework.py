"""Rework of a lot: what went back comes back, is matched to its list and looked at again."""

from __future__ import annotations

from sqlalchemy import select

from archive import corrections, inspection, lot_verdict, page_acts, rework
from archive.access import Viewer
from archive.inspection_units import pages_of_unit
from archive.rework_matching import came_back
from archive.tables import (
    Dossier,
    InspectionRound,
    InspectionUnit,
    Page,
    PageVersion,
    ReworkItem,
)
from base.clock import now
from tests.archive.factory import Made, add_finding, add_version, page_image
from tests.archive.lots import east, held, look_at_all, lot, made, new_image, page_of, put_in, refused, sign_both, units

__all__ = ["east", "lot", "made"]


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
    # What is about a dossier stands before its pages.
    assert [item.code for item in items] == ["link.title", "page.cut-off"]
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
