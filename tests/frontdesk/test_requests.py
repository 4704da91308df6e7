"""A request from the counter to its end: what is checked, who decides, what is written to the trail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.access import machine_viewer
from archive.audit import verify
from archive.tables import AuditEntry, Request
from base.errors import AccessError, InputError, JuanzongError
from frontdesk import requests
from tests.frontdesk.desk import GOOD_ID, ZONE, Desk, draft

FAMILY = ("id-card", "death-certificate", "kinship-proof")


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(JuanzongError) as caught:
        act()
    assert caught.value.text("zh_CN") != caught.value.text("en")
    return caught.value.code


def _register(desk: Desk, **changes: object) -> Callable[[], object]:
    return lambda: desk.request(desk.accepted, **changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"asker_kind": "neighbour"}, "frontdesk.unknown-choice"),
        ({"purpose": "curiosity"}, "frontdesk.unknown-choice"),
        ({"purpose": "other"}, "frontdesk.purpose-other"),
        ({"evidence": ()}, "frontdesk.evidence-missing"),
        ({"asker_id": "110105194912310021"}, "frontdesk.asker-id"),
        ({"asker_id": "1101051949"}, "frontdesk.asker-id"),
        ({"asker_name": "张桂花"}, "frontdesk.self-differs"),
        ({"asker_id": "110105195203070021"}, "frontdesk.self-differs"),
    ],
)
def test_what_does_not_hold_is_refused_by_name_and_no_number_is_lost(
    desk: Desk, changes: dict[str, object], code: str
) -> None:
    assert _code(_register(desk, **changes)) == code
    with desk.made.office.catalogue.read() as session:
        assert session.get_one(Request, _register(desk)()).serial.endswith("-000001")


def test_missing_papers_are_named(desk: Desk) -> None:
    with pytest.raises(InputError) as caught:
        desk.request(desk.accepted, asker_kind="relative", asker_name="张小明", evidence=("id-card",))
    assert "死亡证明、亲属关系证明" in caught.value.text("zh_CN")
    assert "death certificate" in caught.value.text("en")


def test_a_registered_request_keeps_what_was_taken_down(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, asker_id=GOOD_ID.lower(), purpose="notary", purpose_note="房产")
    with desk.made.office.catalogue.read() as session:
        row = requests.find_request(session, desk.viewer("desk2"), request_id)
        assert (row.state, row.purpose, row.evidence, row.asker_id) == ("registered", "notary:房产", "id-card", GOOD_ID)
        assert row.dossier_id == desk.accepted
        assert row.serial.startswith("L-20")


def test_another_unit_sees_neither_the_person_nor_the_request(desk: Desk) -> None:
    assert _code(lambda: desk.request(desk.accepted, login="desk3")) == "not-found"
    request_id = desk.request(desk.accepted)
    catalogue, other = desk.made.office.catalogue, desk.viewer("desk3")
    for act in (requests.find_request, requests.approve, requests.reopen, requests.finish):
        with catalogue.write() as session:
            assert _code(lambda act=act, session=session: act(session, other, request_id)) == "not-found"
    with catalogue.write() as session:
        assert _code(lambda: requests.refuse(session, other, request_id, "不符")) == "not-found"


def test_who_works_at_another_desk_registers_nothing(desk: Desk) -> None:
    assert _code(lambda: desk.request(desk.accepted, login="east")) == "access.denied"
    with desk.made.office.catalogue.write() as session:
        act = lambda: requests.register(session, machine_viewer("x"), draft(desk.person(desk.accepted)), ZONE)  # noqa: E731
        assert _code(act) == "frontdesk.account-needed"


def test_the_persons_own_request_is_approved_on_the_spot(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    with desk.made.office.catalogue.read() as session:
        row = requests.find_request(session, desk.viewer("desk1"), request_id)
        assert row.state == "approved"
        assert not requests.approved_by_officer(row)


def test_a_relatives_request_needs_a_second_person(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, asker_kind="relative", asker_name="张小明", evidence=FAMILY)
    catalogue = desk.made.office.catalogue
    with catalogue.write() as session:
        code = _code(lambda: requests.approve(session, desk.viewer("desk1"), request_id))
    assert code == "frontdesk.not-your-decision"
    with catalogue.write() as session:
        assert requests.approved_by_officer(requests.approve(session, desk.viewer("desk2"), request_id))


def test_a_refusal_gives_its_reason_and_can_be_undone(desk: Desk) -> None:
    request_id = desk.request(desk.accepted)
    catalogue, me = desk.made.office.catalogue, desk.viewer("desk1")
    with catalogue.write() as session:
        assert _code(lambda: requests.refuse(session, me, request_id, "  ")) == "frontdesk.reason-missing"
    with catalogue.write() as session:
        row = requests.refuse(session, me, request_id, "证件已过期")
        assert (row.state, row.reason) == ("refused", "证件已过期")
        assert row.finished_at is not None
    with catalogue.write() as session:
        assert _code(lambda: requests.approve(session, me, request_id)) == "frontdesk.wrong-state"
    with catalogue.write() as session:
        row = requests.reopen(session, me, request_id)
        assert (row.state, row.reason, row.finished_at) == ("registered", "", None)
        assert [each.kind for each in row.decisions] == ["refuse", "reopen"]


def test_only_an_approved_request_is_finished_and_only_once(desk: Desk) -> None:
    request_id = desk.request(desk.accepted)
    catalogue, me = desk.made.office.catalogue, desk.viewer("desk1")
    with catalogue.write() as session:
        assert _code(lambda: requests.finish(session, me, request_id)) == "frontdesk.wrong-state"
    with catalogue.write() as session:
        requests.approve(session, me, request_id)
        requests.finish(session, me, request_id)
    with catalogue.write() as session:
        assert _code(lambda: requests.finish(session, me, request_id)) == "frontdesk.wrong-state"


def test_each_step_is_in_the_trail_without_names_or_numbers(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1")
    with desk.made.office.catalogue.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.request_id == request_id)).all()
        assert [row.action for row in rows] == ["request.register", "request.approve"]
        assert all("张" not in str(row.detail) and GOOD_ID not in str(row.detail) for row in rows)
        assert verify(session).bad == ()


def test_an_unknown_request_is_not_found(desk: Desk) -> None:
    with desk.made.office.catalogue.read() as session, pytest.raises(AccessError):
        requests.find_request(session, desk.viewer("desk1"), 999)
