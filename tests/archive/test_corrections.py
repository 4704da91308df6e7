"""Corrections of the 卷内目录: old value, reason and name are kept, the sender's row stays, undo puts the old value back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from archive import acceptance, corrections, dossiers
from archive.access import Viewer
from archive.tables import Correction, Dossier, JobRow, Material, OutboxRow, PageVersion
from base.errors import AccessError, InputError
from tests.archive.factory import Made, add_batch, add_dossier, add_finding, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b1"), "D-1", "张桂兰")
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def test_a_correction_keeps_old_value_reason_and_name(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        number = corrections.correct(session, east, 1, "title", "职工登记表（补）", "按原件更正")
    with made.office.catalogue.read() as session:
        row = session.get_one(Correction, number)
        material = session.get_one(Material, 1)
        line = dossiers.materials_of(session, east, 1)[0]
    assert (row.old, row.new, row.reason, row.account_id) == (
        "职工登记表", "职工登记表（补）", "按原件更正", east.account_id,
    )  # fmt: skip
    assert material.title == "职工登记表（补）"
    assert material.list_row["title"] == "职工登记表"
    assert line.corrections["title"].by == "王静"


def test_its_work_follows_in_the_same_transaction(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))
    with made.office.catalogue.write() as session:
        corrections.correct(session, east, 1, "title", "履历", "按原件更正")
    with made.office.catalogue.read() as session:
        assert session.get_one(Material, 1).revision == 1
        announced = list(session.scalars(select(OutboxRow.document_id).order_by(OutboxRow.document_id)))
        assert announced == ["material:1", "page:1", "page:2"]
        assert {job.kind for job in session.scalars(select(JobRow))} == {"bind", "judge"}


def test_undo_puts_back_the_old_value_and_stays_in_the_record(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        number = corrections.correct(session, east, 1, "year", "", "看不清")
        assert session.get_one(Material, 1).year is None
        corrections.undo(session, east, number)
        corrections.undo(session, east, number)
    with made.office.catalogue.read() as session:
        assert session.get_one(Material, 1).year == 1966
        row = session.get_one(Correction, number)
        assert row.undone_at is not None
        assert row.undone_by == east.account_id


def test_an_older_correction_is_not_undone_under_a_newer_one(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        first = corrections.correct(session, east, 1, "title", "甲", "x")
        corrections.correct(session, east, 1, "title", "乙", "x")
        with pytest.raises(InputError) as error:
            corrections.undo(session, east, first)
    assert error.value.code == "correction.later-first"


@pytest.mark.parametrize(
    ("field", "value", "reason", "code"),
    [
        ("year", "十", "x", "correction.number"),
        ("month", "13", "x", "correction.number"),
        ("declared_pages", "-1", "x", "correction.number"),
        ("day", "٣", "x", "correction.number"),
        ("title", "职工登记表", "x", "correction.same"),
        ("title", "新", " ", "correction.reason"),
        ("title", "长" * 201, "x", "correction.too-long"),
        ("id", "5", "x", "correction.field"),
        ("list_row", "{}", "x", "correction.field"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    made: Made, east: Viewer, field: str, value: str, reason: str, code: str
) -> None:
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        corrections.correct(session, east, 1, field, value, reason)
    assert error.value.code == code
    with made.office.catalogue.read() as session:
        assert session.scalars(select(Correction)).all() == []


@pytest.mark.parametrize("login", ["west", "planner", "desk"])
def test_others_cannot_correct(made: Made, login: str) -> None:
    with made.office.catalogue.write() as session, pytest.raises(AccessError):
        corrections.correct(session, made.viewer(login), 1, "title", "x", "x")


def test_acceptance_needs_the_findings_seen(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        add_finding(session, session.get_one(PageVersion, 1))
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        acceptance.accept_dossier(session, east, 1, open_findings=0)
    assert error.value.code == "dossier.findings-changed"
    with made.office.catalogue.write() as session:
        acceptance.accept_dossier(session, east, 1, open_findings=1)
    with made.office.catalogue.read() as session:
        assert session.get_one(Dossier, 1).state == "accepted"
    with made.office.catalogue.write() as session, pytest.raises(InputError):
        corrections.correct(session, east, 1, "title", "x", "x")
    with made.office.catalogue.write() as session:
        acceptance.withdraw_acceptance(session, east, 1)
        corrections.correct(session, east, 1, "title", "x", "x")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("measured_at", None, "dossier.not-ready"), ("state", "proposed", "dossier.proposals")],
)
def test_acceptance_waits_for_work_and_decisions(
    made: Made, east: Viewer, column: str, value: object, code: str
) -> None:
    with made.office.catalogue.write() as session:
        setattr(session.get_one(PageVersion, 1), column, value)
    with made.office.catalogue.write() as session, pytest.raises(InputError) as error:
        acceptance.accept_dossier(session, east, 1, open_findings=0)
    assert error.value.code == code
