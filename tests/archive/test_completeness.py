"""Completeness in the catalogue: key papers, statements that close what is missing, blank sides, corrections by two clerks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import acceptance, accounts, blanks, completeness, correction_proposals, corrections, dossiers, viewing
from archive.access import Viewer, viewer_of
from archive.completeness import StatementForm
from archive.tables import (
    Account,
    AuditEntry,
    BlankAnswer,
    Correction,
    Dossier,
    FindingRow,
    JobRow,
    Material,
    MissingStatement,
    Page,
    PageVersion,
)
from base.clock import now
from base.errors import AccessError, InputError
from tests.archive.factory import (
    PASSWORD,
    Made,
    add_batch,
    add_dossier,
    add_finding,
    add_version,
    make_desks,
    page_image,
)

FORM = StatementForm(
    "retirement", "原单位破产，退休审批表遗失", "东城纺织厂 周会计", "2026-03-18", "东纺〔2026〕7号", 4
)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Dossier 1 with a 职工登记表 and a 履历表 only, its missing papers found, pages 2 and 4 taken for blank."""
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b1"), "D-1", "张桂兰")
    with made.office.catalogue.write() as session:
        for paper in ("entry", "grading", "wages", "retirement"):
            session.add(_missing(session.get_one(Dossier, 1), paper))
        for page in (2, 4):
            add_finding(session, session.get_one(PageVersion, page), "page.blank", "review")
        root = accounts.root_organization(session)
        second = accounts.make_account(session, "second", "刘芳", PASSWORD, desks=["clerk"], organization=root)
        made.accounts["second"] = second.id
    return made


def _missing(dossier: Dossier, paper: str) -> FindingRow:
    return FindingRow(
        batch_id=dossier.batch_id, dossier_id=dossier.id, scope="dossier", rule="dossier.key-paper", verdict="review",
        severity="major", measured=paper, certainty="practice", params={"needed": 1, "have": 0}, found_at=now(),
    )  # fmt: skip


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def open_papers(session: Session, east: Viewer) -> set[str | None]:
    return {each.measured for each in viewing.dossier_findings(session, east, 1)}


def test_the_key_papers_of_a_dossier_with_what_satisfies_them(made: Made, east: Viewer) -> None:
    with made.office.catalogue.read() as session:
        seen = completeness.papers_of(session, east, 1)
    register = next(line for line in seen.lines if line.result.paper.id == "register")
    assert [(each.key, each.title, each.page_id) for each in register.materials] == [
        ("1-1", "职工登记表", 1), ("1-2", "履历表", 3),
    ]  # fmt: skip
    assert (seen.score, seen.count("missing"), seen.count("present")) == (18, 4, 1)


def test_a_dossier_without_a_list_says_nothing(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        bare = Dossier(batch_id=1, organization_id=made.organizations["east"], key="D-9", created_at=now())
        session.add(bare)
        session.flush()
        seen = completeness.papers_of(session, east, bare.id)
    assert (seen.lines, seen.score) == ((), None)


def test_a_statement_closes_the_finding_until_it_is_withdrawn(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        number = completeness.state_missing(session, east, 1, FORM)
    with made.office.catalogue.read() as session:
        assert open_papers(session, east) == {"entry", "grading", "wages"}
        assert dossiers.open_verdicts(session, [1])[1]["review"] == 5
        seen = completeness.papers_of(session, east, 1)
        line = next(each for each in seen.lines if each.result.paper.id == "retirement")
        assert line.result.state == "closed"
        assert line.statement is not None
        assert (line.statement.by, str(line.statement.written_on), line.statement.page_id) == ("王静", "2026-03-18", 4)
        assert seen.score == 18
    with made.office.catalogue.write() as session:
        completeness.withdraw_statement(session, east, number)
        completeness.withdraw_statement(session, east, number)
    with made.office.catalogue.read() as session:
        assert "retirement" in open_papers(session, east)
        assert [each.withdrawn_at is not None for each in completeness.papers_of(session, east, 1).history] == [True]
        actions = [row.action for row in session.scalars(select(AuditEntry))]
    assert actions[-2:] == ["statement.enter", "statement.withdraw"]


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"paper": "register"}, "statement.paper"),
    ({"paper": "contract"}, "statement.paper"),
    ({"paper": "nothing"}, "statement.paper"),
    ({"reason": " "}, "statement.reason"),
    ({"author": ""}, "statement.author"),
    ({"written_on": "2026-03"}, "statement.date"),
    ({"written_on": "2999-01-01"}, "statement.date"),
    ({"written_on": "昨天"}, "statement.date"),
    ({"page_id": 999}, "statement.page"),
)


def test_what_cannot_be_stated_is_refused(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        for change, code in REFUSED:
            with pytest.raises(InputError) as error:
                completeness.state_missing(session, east, 1, replace(FORM, **change))
            assert error.value.code == code
        assert session.scalars(select(MissingStatement)).all() == []


def test_a_paper_is_stated_once(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        completeness.state_missing(session, east, 1, FORM)
        with pytest.raises(InputError) as error:
            completeness.state_missing(session, east, 1, FORM)
    assert error.value.code == "statement.closed"


def test_others_do_not_state_answer_or_propose(made: Made) -> None:
    with made.office.catalogue.write() as session:
        for login in ("west", "planner", "desk"):
            viewer = viewer_of(session, session.get_one(Account, made.accounts[login]))
            with pytest.raises(AccessError):
                completeness.state_missing(session, viewer, 1, FORM)
            with pytest.raises(AccessError):
                blanks.answer(session, viewer, 1, seen=[2, 4], written=[])
            with pytest.raises(AccessError):
                correction_proposals.propose(session, viewer, 1, "title", "x", "x")


def test_all_blank_sides_are_answered_in_one_act(made: Made, east: Viewer) -> None:
    with made.office.catalogue.read() as session:
        sides = blanks.blank_sides(session, east, 1)
    assert [(each.page_id, each.number, each.neighbour_id) for each in sides] == [(2, 2, 1), (4, 4, 3)]
    with made.office.catalogue.write() as session:
        check = blanks.answer(session, east, 1, seen=[2, 4], written=[4])
    with made.office.catalogue.read() as session:
        assert blanks.blank_sides(session, east, 1) == []
        assert viewing.see_page(session, east, 2).findings == ()
        assert viewing.see_page(session, east, 4).findings == ()
        assert blanks.written_versions(session, 1) == {4}
        line = blanks.checks_of(session, east, 1)[0]
        assert (line.confirmed, line.overruled, line.by) == (1, (4,), "王静")
        assert {job.kind for job in session.scalars(select(JobRow))} == {"judge"}
    with made.office.catalogue.write() as session:
        assert blanks.undo(session, east, check) == 1
        blanks.undo(session, east, check)
    with made.office.catalogue.read() as session:
        assert len(blanks.blank_sides(session, east, 1)) == 2
        assert blanks.written_versions(session, 1) == frozenset()
        assert session.scalars(select(BlankAnswer.blank).order_by(BlankAnswer.version_id)).all() == [True, False]
        assert [row.action for row in session.scalars(select(AuditEntry))][-2:] == ["blank.answer", "blank.undo"]


def test_a_new_image_is_a_new_question(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        blanks.answer(session, east, 1, seen=[2, 4], written=[])
        page = session.get_one(Page, 2)
        page.versions[0].state = "old"
        version = add_version(made.office, session, page, page_image("again"), "again.jpg")
        add_finding(session, version, "page.blank", "review")
    with made.office.catalogue.read() as session:
        assert [each.page_id for each in blanks.blank_sides(session, east, 1)] == [2]


def test_only_the_sheet_that_was_seen_is_answered(made: Made, east: Viewer) -> None:
    sheets: tuple[tuple[list[int], list[int]], ...] = (([], []), ([2], []), ([2, 4, 1], []), ([2, 4], [1]))
    codes = []
    with made.office.catalogue.write() as session:
        for seen, written in sheets:
            with pytest.raises(InputError) as error:
                blanks.answer(session, east, 1, seen=seen, written=written)
            codes.append(error.value.code)
    assert codes == ["blank.nothing", "blank.changed", "blank.changed", "blank.changed"]


def accept(made: Made, viewer: Viewer) -> None:
    with made.office.catalogue.write() as session:
        acceptance.accept_dossier(session, viewer, 1, open_findings=6)


def test_nothing_is_stated_or_answered_in_an_accepted_dossier(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        number = completeness.state_missing(session, east, 1, FORM)
        check = blanks.answer(session, east, 1, seen=[2, 4], written=[])
        session.get_one(Dossier, 1).state = "accepted"
    acts: tuple[Callable[[Session], object], ...] = (
        lambda session: completeness.state_missing(session, east, 1, replace(FORM, paper="entry")),
        lambda session: completeness.withdraw_statement(session, east, number),
        lambda session: blanks.answer(session, east, 1, seen=[2, 4], written=[]),
        lambda session: blanks.undo(session, east, check),
    )
    for act in acts:
        with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
            act(session)
        assert error.value.code == "dossier.accepted"


def test_after_acceptance_a_correction_takes_two_clerks(made: Made) -> None:
    first, second = made.viewer("admin"), made.viewer("second")
    accept(made, first)
    with made.office.catalogue.write() as session:
        number = correction_proposals.propose(session, first, 1, "title", "职工登记表（一）", "按原件更正")
    with made.office.catalogue.read() as session:
        assert session.get_one(Material, 1).title == "职工登记表"
        waiting = correction_proposals.waiting(session, second)
        assert [(each.old, each.new, each.mine) for each in waiting] == [("职工登记表", "职工登记表（一）", False)]
        assert [each.mine for each in correction_proposals.waiting(session, first)] == [True]
    with made.office.catalogue.write() as session:
        with pytest.raises(InputError) as error:
            correction_proposals.confirm(session, first, number)
        assert error.value.code == "correction.own"
        correction_proposals.confirm(session, second, number)
        with pytest.raises(InputError) as error:
            correction_proposals.confirm(session, second, number)
        assert error.value.code == "correction.decided"
    with made.office.catalogue.read() as session:
        material = session.get_one(Material, 1)
        assert (material.title, material.list_row["title"], material.revision) == ("职工登记表（一）", "职工登记表", 1)
        row = session.scalars(select(Correction)).one()
        assert row.account_id == first.account_id
        line = correction_proposals.proposals_of(session, first, 1)[0]
        assert (line.state, line.decided_by) == ("confirmed", "刘芳")
        assert correction_proposals.waiting(session, second) == []
        actions = [entry.action for entry in session.scalars(select(AuditEntry))]
    assert actions[-2:] == ["catalogue.propose", "catalogue.confirmed"]
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        corrections.undo(session, first, row.id)
    assert error.value.code == "dossier.accepted"


def test_a_proposal_is_refused_or_taken_back(made: Made) -> None:
    first, second = made.viewer("admin"), made.viewer("second")
    accept(made, first)
    with made.office.catalogue.write() as session:
        for decider, state in ((second, "refused"), (first, "withdrawn")):
            number = correction_proposals.propose(session, first, 1, "title", "新", "x")
            assert correction_proposals.refuse(session, decider, number) == 1
            assert correction_proposals.proposals_of(session, first, 1)[0].state == state
        assert session.get_one(Material, 1).title == "职工登记表"


def test_what_changed_meanwhile_is_not_overwritten(made: Made) -> None:
    first, second = made.viewer("admin"), made.viewer("second")
    accept(made, first)
    with made.office.catalogue.write() as session:
        number = correction_proposals.propose(session, first, 1, "year", "1970", "x")
        with pytest.raises(InputError) as error:
            correction_proposals.propose(session, second, 1, "year", "1971", "x")
        assert error.value.code == "correction.waiting"
        session.get_one(Material, 1).year = 1969
        with pytest.raises(InputError) as error:
            correction_proposals.confirm(session, second, number)
        assert error.value.code == "correction.changed"


def test_an_open_dossier_is_corrected_at_once(made: Made) -> None:
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        correction_proposals.propose(session, made.viewer("admin"), 1, "title", "x", "x")
    assert error.value.code == "correction.open"


def test_the_senders_clerks_do_not_correct_what_the_district_accepted(made: Made, east: Viewer) -> None:
    accept(made, east)
    with made.office.catalogue.write() as session:
        with pytest.raises(AccessError) as error:
            correction_proposals.propose(session, east, 1, "title", "x", "x")
        assert error.value.code == "access.district"
        number = correction_proposals.propose(session, made.viewer("admin"), 1, "title", "x", "x")
        with pytest.raises(AccessError):
            correction_proposals.confirm(session, east, number)
        assert correction_proposals.waiting(session, east) == []


def test_a_clerk_of_another_unit_confirms_nothing(made: Made) -> None:
    accept(made, made.viewer("admin"))
    with made.office.catalogue.write() as session:
        number = correction_proposals.propose(session, made.viewer("admin"), 1, "title", "x", "x")
        street = accounts.make_organization(session, "西街", "street", accounts.root_organization(session))
        other = accounts.make_account(session, "street", "吴刚", PASSWORD, desks=["clerk"], organization=street)
        viewer = viewer_of(session, other)
        assert correction_proposals.waiting(session, viewer) == []
        with pytest.raises(AccessError) as error:
            correction_proposals.confirm(session, viewer, number)
        assert error.value.code == "not-found"
