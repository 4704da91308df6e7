"""字段 over HTTP: shown masked and in scope, confirmed, typed, rejected, undone; nothing of it reaches the person's row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from archive.page_fields import keep_fields
from archive.tables import AuditEntry, Dossier, JobRow, PageField, Person
from tests.archive.factory import Made
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]
WRONG, RIGHT = "110105194912310022", "11010519491231002X"


def value(name: str, text: str, top: int, **more: Any) -> dict[str, Any]:
    box = [[60, top], [240, top], [240, top + 24], [60, top + 24]]
    return {
        "name": name, "value": text, "normal": None, "box": box, "confidence": 0.9, "form": "register", "marks": [],
        "candidates": [], **more,
    }  # fmt: skip


@pytest.fixture(autouse=True)
def fields(made: Made) -> None:
    """Page 1 states a name (1) and an ID number with a wrong check digit (2), page 3 another birth date (4) than page 1 (3)."""
    with made.office.catalogue.write() as session:
        keep_fields(
            session, 1,
            [
                value("name", "张佳兰", 100), value("id_number", WRONG, 140, marks=["checksum"], candidates=[RIGHT]),
                value("birth_date", "1949年12月31日", 180, normal="1949-12-31"),
            ],
        )  # fmt: skip
        keep_fields(session, 3, [value("birth_date", "民国三十六年", 100, normal="1947")])
        session.get_one(Person, session.get_one(Dossier, 1).person_id).birth = "1949-12-31"


@pytest.mark.parametrize(
    "path",
    ["/clerk/pages/1/fields", "/clerk/pages/1/sight", "/clerk/dossiers/1/fields", "/clerk/dossiers/1/fields/list"],
)
def test_fields_are_shown_in_scope_only(sign_in: SignIn, path: str) -> None:
    assert sign_in("east").get(path).status_code == 200
    assert sign_in("west").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/clerk/fields/1/confirm", "/clerk/fields/1/correct", "/clerk/fields/1/reject"])
def test_nobody_decides_on_anothers_value(sign_in: SignIn, path: str) -> None:
    assert sign_in("west").post(path, {"value": "x"}).status_code == 404


def test_lists_mask_numbers_and_show_contradictions_beside_each_other(sign_in: SignIn) -> None:
    page = sign_in("east").get("/clerk/dossiers/1/fields").text
    shown = page.replace(f'value="{WRONG}"', "").replace(f'value="{RIGHT}"', "")
    assert "110105********0022" in shown
    assert WRONG not in shown
    assert page.count("说法不一") == 1
    assert page.index("1949年12月31日") < page.index("民国三十六年")
    assert "1947" in page
    assert "最早的材料" in page
    assert page.count("与名册不同") == 3
    assert "校验码不对" in page


def test_a_value_is_confirmed_typed_rejected_and_undone(sign_in: SignIn, made: Made) -> None:
    east = sign_in("east")
    back = {"back": "/clerk/pages/1/fields"}
    answer = east.post("/clerk/fields/1/correct", {"value": "张桂兰", **back})
    assert answer.location == "/clerk/pages/1/fields?acted=1"
    part = east.get(answer.location).text
    assert "机读：张佳兰" in part
    assert part.count("data-undo") == 1
    assert "王静" in part
    east.post("/clerk/fields/2/correct", {"value": RIGHT, **back})
    east.post("/clerk/fields/3/reject", back)
    assert state(made) == [
        ("confirmed", "张桂兰", ""), ("confirmed", RIGHT, RIGHT), ("rejected", None, None), ("suggested", None, None),
    ]  # fmt: skip
    east.post("/clerk/field-acts/3/undo", back)
    assert state(made)[2] == ("suggested", None, None)
    with made.office.catalogue.read() as session:
        person = session.get_one(Person, session.get_one(Dossier, 1).person_id)
        assert (person.name, person.id_number) == ("张桂兰", "110105194912310021")
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("field."))).all()
        assert actions == ["field.correct", "field.correct", "field.reject", "field.undo"]


def state(made: Made) -> list[tuple[str, str | None, str | None]]:
    with made.office.catalogue.read() as session:
        return [
            (row.state, row.settled, row.settled_normal)
            for row in session.scalars(select(PageField).order_by(PageField.id))
        ]


def test_what_cannot_be_is_said_above_the_list(sign_in: SignIn) -> None:
    east = sign_in("east")
    answer = east.post("/clerk/fields/1/correct", {"value": " ", "back": "/clerk/pages/1/fields"})
    assert "没有填值" in east.get(answer.location).text
    english = east.post("/account/preferences", {"language": "en"})
    assert english.status_code == 303
    page = east.get("/clerk/dossiers/1/fields").text
    assert "Papers disagree" in page
    assert "Earliest paper" in page


def test_looking_at_the_paper_beside_its_values_is_in_the_audit_trail(sign_in: SignIn, made: Made) -> None:
    sight = sign_in("east").get("/clerk/pages/3/sight").json
    assert sight is not None
    assert (sight["number"], sight["image"]["width"], sight["image"]["rotation"]) == (3, 420, 0)
    with made.office.catalogue.read() as session:
        assert session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "page.view")).all() == ["page:3"]


def test_a_dossier_is_looked_through_again_once_however_often_it_is_asked(sign_in: SignIn, made: Made) -> None:
    assert sign_in("west").post("/clerk/dossiers/1/fields/again").status_code == 404
    east = sign_in("east")
    for _ in range(2):
        answer = east.post("/clerk/dossiers/1/fields/again", on="/clerk/dossiers/1/fields")
    assert "4 页" in east.get(answer.location).text
    with made.office.catalogue.read() as session:
        assert len(session.scalars(select(JobRow).where(JobRow.kind == "fields")).all()) == 4
