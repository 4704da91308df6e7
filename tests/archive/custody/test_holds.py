"""What is held stays where and as it is, whoever asks and by whatever way; and it is on record who held it and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive import page_acts
from archive.custody import holds
from archive.tables import AuditEntry, Dossier, Hold, Page, PageVersion
from base.clock import now
from base.errors import AccessError, InputError
from tests.archive.factory import MACHINE, Made, add_batch, add_dossier, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    desks = make_desks(tmp_path)
    batch = add_batch(desks, "east", "一批")
    for key in ("A001", "A002"):
        add_dossier(desks, batch, key, "张桂兰", read=False)
    yield desks
    desks.office.close()


def hold(made: Made, **values: object) -> int:
    with made.office.catalogue.write() as session:
        return holds.place_hold(session, MACHINE, **{"dossier_id": 1, "reason": "诉讼"} | values)  # type: ignore[arg-type]


def moved(session: Session) -> None:
    session.get_one(Page, 1).dossier_id = 2


def moved_in(session: Session) -> None:
    session.scalars(select(Page).where(Page.dossier_id == 2)).first().dossier_id = 1  # type: ignore[union-attr]


def taken_out(session: Session) -> None:
    session.get_one(Page, 1).state = "removed"


def replaced(session: Session) -> None:
    session.get_one(PageVersion, 1).state = "old"


def deleted(session: Session) -> None:
    session.delete(session.get_one(PageVersion, 1))


def deleted_by_statement(session: Session) -> None:
    session.execute(delete(PageVersion).where(PageVersion.id == 1))


def moved_by_statement(session: Session) -> None:
    session.execute(update(Page).where(Page.dossier_id == 1).values(dossier_id=2))


def sent_back(session: Session) -> None:
    session.get_one(Dossier, 1).state = "returned"


def given_to_another_unit(session: Session) -> None:
    session.get_one(Dossier, 1).organization_id = 1


CHANGES = [
    moved, moved_in, taken_out, replaced, deleted, deleted_by_statement, moved_by_statement, sent_back, given_to_another_unit,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("of", ["dossier", "object"])
def test_nothing_of_what_is_held_is_deleted_moved_or_handed_over(made: Made, change: object, of: str) -> None:
    with made.office.catalogue.read() as session:
        key = session.get_one(PageVersion, 1).object_key
    number = hold(made) if of == "dossier" else hold(made, dossier_id=None, object_key=key)
    with pytest.raises(InputError) as error, made.office.catalogue.write() as session:
        change(session)  # type: ignore[operator]
    assert error.value.code == "hold.held"
    with made.office.catalogue.read() as session:
        assert session.get_one(Page, 1).dossier_id == 1
        assert session.get_one(PageVersion, 1).state == "current"
        assert session.get_one(Dossier, 1).state == "checked"
    with made.office.catalogue.write() as session:
        holds.lift_hold(session, MACHINE, number, "已结案")
    with made.office.catalogue.write() as session:
        change(session)  # type: ignore[operator]


@pytest.mark.parametrize("change", CHANGES[2:])
def test_what_is_not_held_goes_on_as_always(made: Made, change: object) -> None:
    hold(made, dossier_id=2)
    with made.office.catalogue.write() as session:
        if change is moved_by_statement:
            session.execute(update(Page).where(Page.dossier_id == 1).values(material_id=None))
        else:
            change(session)  # type: ignore[operator]


def test_a_clerks_act_is_refused_in_words(made: Made) -> None:
    hold(made)
    with pytest.raises(InputError) as error, made.office.catalogue.write() as session:
        page_acts.remove(session, made.viewer("east"), 1, "重复")
    assert error.value.code == "hold.held"
    assert "保全" in error.value.text("zh_CN")


def test_what_is_held_is_still_read_measured_and_corrected(made: Made) -> None:
    hold(made)
    with made.office.catalogue.write() as session:
        version = session.get_one(PageVersion, 1)
        version.width, version.measured_at = 500, now()
        session.get_one(Dossier, 1).state = "accepted"


def test_a_hold_ends_by_itself_where_it_was_given_an_end(made: Made) -> None:
    hold(made, until=now() + timedelta(days=1))
    with made.office.catalogue.write() as session:
        assert holds.count_in_force(session) == 1
        session.execute(update(Hold).values(until=now() - timedelta(seconds=1)))
    with made.office.catalogue.write() as session:
        taken_out(session)
    with made.office.catalogue.read() as session:
        assert holds.count_in_force(session) == 0
        assert [each.in_force for each in holds.holds(session, MACHINE, ended=True)] == [False]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": "  "}, "hold.reason"),
        ({"kind": "forever"}, "hold.kind"),
        ({"object_key": "originals/x"}, "hold.subject"),
        ({"dossier_id": None}, "hold.subject"),
        ({"until": now() - timedelta(days=1)}, "hold.past"),
    ],
)
def test_a_hold_says_of_what_why_and_until_when(made: Made, values: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as error:
        hold(made, **values)
    assert error.value.code == code


def test_who_held_and_lifted_is_on_record_and_a_unit_sees_its_own(made: Made) -> None:
    with made.office.catalogue.write() as session:
        number = holds.place_hold(session, made.viewer("east"), dossier_id=1, reason="诉讼", basis="法〔2026〕1号")
        with pytest.raises(AccessError):
            holds.place_hold(session, made.viewer("west"), dossier_id=1, reason="诉讼")
        with pytest.raises(AccessError):
            holds.lift_hold(session, made.viewer("west"), number, "x")
        with pytest.raises(AccessError):
            holds.place_hold(session, made.viewer("east"), object_key="originals/x", reason="诉讼")
    with made.office.catalogue.write() as session:
        assert holds.holds(session, made.viewer("west")) == []
        (seen,) = holds.holds(session, made.viewer("east"), dossier_id=1)
        assert (seen.actor, seen.reason, seen.basis) == ("account:east", "诉讼", "法〔2026〕1号")
        holds.lift_hold(session, made.viewer("admin"), number, "已结案")
        with pytest.raises(InputError):
            holds.lift_hold(session, made.viewer("admin"), number, "again")
    with made.office.catalogue.read() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"hold:{number}")).all()
        (seen,) = holds.holds(session, MACHINE, ended=True)
    assert acts == ["hold.place", "hold.lift"]
    assert (seen.lifted_by, seen.lift_reason, seen.in_force) == ("account:admin", "已结案", False)


def test_an_object_of_a_held_dossier_is_not_released(made: Made) -> None:
    with made.office.catalogue.write() as session:
        key = session.get_one(PageVersion, 1).object_key
        holds.must_be_free(session, key)
        hold_id = holds.place_hold(session, MACHINE, dossier_id=1, kind=holds.FREEZE, reason="冻结")
        with pytest.raises(InputError):
            holds.must_be_free(session, key)
        with pytest.raises(InputError) as error:
            holds.must_not_be_frozen(session, [1, 2])
        assert error.value.code == "hold.frozen"
        holds.must_not_be_frozen(session, [2])
        holds.lift_hold(session, MACHINE, hold_id, "x")
        holds.place_hold(session, MACHINE, dossier_id=1, reason="保全")
        holds.must_not_be_frozen(session, [1])
