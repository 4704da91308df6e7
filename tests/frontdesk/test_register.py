"""The register: what it lists, how it is narrowed, how it leaves as rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.tables import Request
from base.clock import now
from frontdesk import copying, register, requests
from frontdesk.register import Filters
from tests.frontdesk.desk import ZONE, Desk


def _serials(desk: Desk, filters: Filters, login: str = "desk1") -> list[str]:
    with desk.made.office.catalogue.read() as session:
        found, _ = register.entries(session, desk.viewer(login), filters, ZONE)
        return [entry.serial[-1] for entry in found]


def test_a_served_request_stands_with_all_its_columns(desk: Desk) -> None:
    request_id = desk.request(desk.accepted, approved_by="desk1", wanted="=HYPERLINK(1)")
    copying.make(desk.made.office, desk.viewer("desk2"), request_id, desk.pages(desk.accepted))
    with desk.made.office.catalogue.write() as session:
        requests.finish(session, desk.viewer("desk1"), request_id)
    with desk.made.office.catalogue.write() as session:
        heads, rows = register.sheet(session, desk.viewer("desk1"), Filters(), ZONE, "zh_CN")
    assert len(heads) == len(rows[0]) == len(register.COLUMNS)
    line = dict(zip(heads, rows[0], strict=True))
    told = [
        line[head] for head in ("档号", "档案人姓名", "身份证号", "查阅类型", "查阅人身份", "所附证明", "目的、事由")
    ]
    assert told == ["DA-0001", "张桂兰", "110105********002X", "复制", "本人", "身份证原件", "退休"]
    assert [line[head] for head in ("审批意见", "审批人", "经办人", "复制份数", "复制页数", "状态")] == [
        "已批准", "孙丽", "孙丽", 1, 4, "已办结",
    ]  # fmt: skip
    assert line["证件号"] == "110105********002X"


@pytest.fixture
def three(desk: Desk) -> Desk:
    desk.request(desk.accepted)
    desk.request(desk.waiting, asker_name="李建国", approved_by="desk1")
    old = desk.request(desk.accepted)
    with desk.made.office.catalogue.write() as session:
        requests.refuse(session, desk.viewer("desk1"), old, "证件过期")
        session.get_one(Request, old).created_at = now() - timedelta(days=40)
    desk.request(desk.elsewhere, login="desk3")
    return desk


def test_each_unit_sees_its_own(three: Desk) -> None:
    assert _serials(three, Filters()) == ["3", "2", "1"]
    assert _serials(three, Filters(), login="desk3") == ["4"]
    assert _serials(three, Filters(), login="admin") == ["4", "3", "2", "1"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(state="refused"), ["3"]),
        (Filters(text="李建"), ["2"]),
        (Filters(text="000001"), ["1"]),
        (Filters(text="%"), []),
        (Filters(first=now().astimezone(ZONE).date()), ["2", "1"]),
        (Filters(last=now().astimezone(ZONE).date() - timedelta(days=1)), ["3"]),
    ],
)
def test_it_is_narrowed(three: Desk, filters: Filters, found: list[str]) -> None:
    assert _serials(three, filters) == found


def test_it_goes_on_by_keys_without_gaps(three: Desk) -> None:
    seen, before = [], None
    with three.made.office.catalogue.read() as session:
        while True:
            found, before = register.entries(
                session, three.viewer("admin"), Filters(), ZONE, before=before, limit=1
            )  # fmt: skip
            seen += [entry.id for entry in found]
            if before is None:
                break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 4


def test_the_desk_opens_on_what_waits_and_on_today(three: Desk) -> None:
    with three.made.office.catalogue.read() as session:
        mine = register.today(session, three.viewer("desk1"), ZONE, now())
        assert [(entry.serial[-1], entry.state) for entry in mine] == [("2", "approved"), ("1", "registered")]
        assert register.state_counts(session, three.viewer("desk1")) == {
            "registered": 1, "approved": 1, "refused": 1, "done": 0,
        }  # fmt: skip
        assert len(register.requests_of_person(session, three.viewer("desk1"), three.person(three.accepted))) == 2


def test_a_refusal_is_told_with_its_reason(three: Desk) -> None:
    with three.made.office.catalogue.write() as session:
        _, rows = register.sheet(session, three.viewer("desk1"), Filters(state="refused"), ZONE, "zh_CN")
    assert "不予办理：证件过期" in rows[0]
