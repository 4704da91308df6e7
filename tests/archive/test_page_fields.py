"""字段: suggested, confirmed, typed, rejected, undone; what a person said survives every new reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import page_fields
from archive.field_views import FieldGroup, agree, fields_of_dossier, fields_of_page
from archive.tables import AuditEntry, Dossier, FieldAct, Material, PageField, PageVersion, Person
from base.errors import AccessError, InputError
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

WRONG_ID, RIGHT_ID = "110105194912310022", "11010519491231002X"


def said(name: str, value: str, *, top: int = 100, normal: str | None = None, **more: Any) -> dict[str, Any]:
    box = [[60, top], [240, top], [240, top + 24], [60, top + 24]]
    return {
        "name": name, "value": value, "normal": normal, "box": box, "confidence": 0.95, "form": "register", "marks": [],
        "candidates": [], **more,
    }  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b"), "E-1", "张桂兰", pages=4)
    return made


def keep(made: Made, *found: dict[str, Any], version: int = 1) -> None:
    with made.office.catalogue.write() as session:
        page_fields.keep_fields(session, version, found)


def rows(session: Session) -> list[tuple[str, str, str | None, bool]]:
    found = session.scalars(select(PageField).order_by(PageField.rank, PageField.id))
    return [(row.value, row.state, row.settled, row.found) for row in found]


def act(made: Made, what: str, *arguments: Any, login: str = "east") -> int:
    with made.office.catalogue.write() as session:
        return int(getattr(page_fields, what)(session, made.viewer(login), *arguments))


def state(made: Made) -> list[tuple[str, str, str | None, bool]]:
    with made.office.catalogue.read() as session:
        return rows(session)


def test_a_new_reading_replaces_what_only_the_machine_said(made: Made) -> None:
    keep(made, said("name", "张佳兰"), said("unit", "一厂", top=200))
    keep(made, said("name", "张桂兰"))
    assert state(made) == [("张桂兰", "suggested", None, True)]
    keep(made, said("name", "张桂兰"))
    assert state(made) == [("张桂兰", "suggested", None, True)]


def test_what_was_confirmed_or_typed_survives_every_reading(made: Made) -> None:
    keep(made, said("name", "张桂兰"), said("birth_date", "1949年", top=200, normal="1949"))
    act(made, "confirm", 1)
    act(made, "correct", 2, " 1949年12月 31日 ")
    keep(made, said("name", "张佳兰", top=104), said("birth_date", "1948年", top=196, normal="1948"))
    assert state(made) == [("张佳兰", "confirmed", "张桂兰", True), ("1948年", "confirmed", "1949年12月 31日", True)]
    keep(made)
    assert [row[1:] for row in state(made)] == [("confirmed", "张桂兰", False), ("confirmed", "1949年12月 31日", False)]
    with made.office.catalogue.read() as session:
        one, two = fields_of_page(session, made.viewer("east"), 1)
        assert (one.value, one.read, one.by, one.typed) == ("张桂兰", "张佳兰", "王静", True)
        assert (two.normal, two.decided_at is not None) == ("1949-12-31", True)


def test_what_was_rejected_is_asked_again_only_for_another_value(made: Made) -> None:
    keep(made, said("name", "姓名"))
    act(made, "reject", 1)
    keep(made, said("name", "姓名"))
    assert state(made) == [("姓名", "rejected", None, True)]
    keep(made, said("name", "张桂兰"))
    assert sorted(state(made)) == [("姓名", "rejected", None, False), ("张桂兰", "suggested", None, True)]


def test_two_values_of_a_field_on_one_page_keep_their_rows_apart(made: Made) -> None:
    keep(made, said("unit", "一厂"), said("unit", "二厂", top=300))
    act(made, "confirm", 2)
    keep(made, said("unit", "新读", top=20), said("unit", "一厂"), said("unit", "二广", top=302))
    assert state(made) == [
        ("新读", "suggested", None, True), ("一厂", "suggested", None, True), ("二广", "confirmed", "二厂", True),
    ]  # fmt: skip


def test_each_act_is_undone_the_last_one_first_and_leaves_its_trace_without_the_value(made: Made) -> None:
    keep(made, said("id_number", WRONG_ID, marks=["checksum"], candidates=[RIGHT_ID]))
    first = act(made, "reject", 1)
    second = act(made, "correct", 1, RIGHT_ID)
    with pytest.raises(InputError) as caught:
        act(made, "undo", first)
    assert caught.value.code == "field.later-first"
    assert act(made, "undo", second) == 1
    assert state(made) == [(WRONG_ID, "rejected", None, True)]
    act(made, "undo", first)
    act(made, "undo", first)
    assert state(made) == [(WRONG_ID, "suggested", None, True)]
    with made.office.catalogue.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("field."))).all()
        assert [each.action for each in entries] == ["field.reject", "field.correct", "field.undo", "field.undo"]
        assert not any(RIGHT_ID in str(each.detail) or WRONG_ID in str(each.detail) for each in entries)
        assert len(session.scalars(select(FieldAct)).all()) == 2


@pytest.mark.parametrize("what", ["confirm", "reject"])
def test_others_see_and_decide_nothing(made: Made, what: str) -> None:
    keep(made, said("name", "张桂兰"))
    for login, code in (("west", "not-found"), ("desk", "access.denied")):
        with pytest.raises(AccessError) as caught:
            act(made, what, 1, login=login)
        assert caught.value.code == code
    with made.office.catalogue.read() as session, pytest.raises(AccessError):
        fields_of_dossier(session, made.viewer("west"), 1, ["name"])


def test_saying_the_same_again_or_nothing_is_refused(made: Made) -> None:
    keep(made, said("name", "张桂兰"))
    act(made, "confirm", 1)
    for what, arguments, code in (
        ("confirm", (1,), "field.confirmed"), ("correct", (1, "  "), "field.empty"), ("correct", (1, "长" * 201), "field.too-long"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            act(made, what, *arguments)
        assert caught.value.code == code


def test_a_dossier_shows_every_value_with_its_paper_the_earliest_marked(made: Made) -> None:
    with made.office.catalogue.write() as session:
        person = session.get_one(Person, session.get_one(Dossier, 1).person_id)
        person.birth = "1949-12-31"
        session.get_one(Material, 2).year = None
    keep(made, said("birth_date", "1949年12月31日", normal="1949-12-31"), said("name", "张桂兰", top=200))
    keep(
        made,
        said("birth_date", "1947年1月", normal="1947-01"),
        said("form_date", "1958年", normal="1958", top=400),
        version=3,
    )
    groups = dossier(made, "name", "birth_date", "form_date")
    assert [group.name for group in groups] == ["name", "birth_date"]
    birth = groups[1]
    assert (birth.differ, birth.listed, birth.open) == (True, "1949-12-31", 2)
    assert [(each.field.value, each.paper_date, each.earliest, each.against_list) for each in birth.lines] == [
        ("1947年1月", "19580000", True, True), ("1949年12月31日", "19660000", False, False),
    ]  # fmt: skip
    act(made, "reject", birth.lines[0].field.id)
    after = dossier(made, "birth_date")[0]
    assert (after.differ, len(after.lines), after.lines[0].earliest) == (False, 1, True)


def test_id_numbers_are_masked_and_values_of_old_images_are_gone(made: Made) -> None:
    keep(made, said("id_number", RIGHT_ID))
    line = dossier(made, "id_number")[0]
    assert (line.lines[0].field.masked, line.listed) == ("110105********002X", "110105********0021")
    with made.office.catalogue.write() as session:
        session.get_one(PageVersion, 1).state = "old"
    assert dossier(made, "id_number") == []


def dossier(made: Made, *order: str) -> list[FieldGroup]:
    with made.office.catalogue.read() as session:
        return fields_of_dossier(session, made.viewer("east"), 1, order)


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("birth_date", "1953-03", "1953-03-08", True),
        ("birth_date", "1953-03", "1953-04-08", False),
        ("birth_date", "1953", "19530308", True),
        ("native_place", "江苏省无锡县", "江苏无锡", True),
        ("native_place", "江苏无锡", "江苏常熟", False),
        ("name", "張桂蘭", "张桂兰", True),
        ("id_number", RIGHT_ID, WRONG_ID, False),
    ],
)
def test_values_agree_as_far_as_both_go(name: str, one: str, other: str, same: bool) -> None:
    assert agree(name, one, other) is same
    assert agree(name, other, one) is same


@given(st.lists(st.tuples(st.sampled_from(["name", "unit", "post"]), st.integers(0, 8)), max_size=6))
def test_what_a_person_typed_is_never_lost(readings: list[tuple[str, int]]) -> None:
    """Whatever is read later, at whatever place: the typed value stands, once."""
    row = PageField(
        name="name", rank=0, value="张", box=said("name", "张", top=80)["box"], state="confirmed", settled="张桂兰",
        confidence=1.0, found=True,
    )  # fmt: skip
    kept = [row]
    for name, place in readings:
        value = said(name, f"{name}{place}", top=place * 40)
        taken = page_fields._row_for(value, kept)
        if taken is not None:
            page_fields._read_into(taken, value, place)
        assert (row.state, row.settled) == ("confirmed", "张桂兰")
        assert taken is None or taken.name == name
