"""分件 with suggestions over HTTP: shown, taken by a person only, added materials undone; a unit's own words of classes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from archive.page_cards import Made as MadeOf
from archive.page_cards import keep_card
from archive.tables import AuditEntry, ClassWord, JobRow, Material, Page, PageVersion
from standards.splitting.cards import PageCard, Seen
from standards.splitting.sheet import SheetRow
from tests.archive.factory import Made, add_dossier
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


def card(made: Made, page_id: int, title: str = "", kind: str = "paper", rows: tuple[SheetRow, ...] = ()) -> None:
    with made.office.catalogue.write() as session:
        version = session.scalars(select(PageVersion.id).where(PageVersion.page_id == page_id)).one()
        seen = Seen(title, 0.9) if title else None
        keep_card(session, version, MadeOf("t", title), PageCard(kind, seen, lines=9), rows)  # type: ignore[arg-type]


@pytest.fixture
def run(made: Made) -> int:
    """A dossier of pages 7–10 that run through, with two listed papers of two pages each."""
    return add_dossier(made, made.batches["b-east"], "R-1", "陈秀英", layout="run", pages=4)


def data(browser: Browser, run: int) -> dict[str, Any]:
    shown = browser.get(f"/clerk/dossiers/{run}/split").text
    found: dict[str, Any] = json.loads(shown.split('id="split-data">')[1].split("</script>")[0])
    return found


def test_what_was_recognised_is_suggested_and_not_applied(sign_in: SignIn, made: Made, run: int) -> None:
    card(made, 7, "职工登记表")
    card(made, 8, "自传")
    card(made, 9)
    card(made, 10, "履历表")
    held = data(sign_in("east"), run)
    assert {name: each["page"] for name, each in held["suggested"].items()} == {"5": 7, "6": 10}
    assert [(each["page"], each["class_code"], each["title"]) for each in held["found"]] == [
        (7, "1", "职工登记表"), (8, "2", "自传"), (10, "1", "履历表"),
    ]  # fmt: skip
    assert held["starts"] == {"5": 7, "6": 9}
    with made.office.catalogue.read() as session:
        assert session.scalars(select(Page.material_id).where(Page.dossier_id == run)).all() == [None] * 4


def test_an_added_material_takes_its_pages_and_goes_when_the_split_is_undone(
    sign_in: SignIn, made: Made, run: int
) -> None:
    east = sign_in("east")
    form = {
        "starts": "7:5,8:new-1,10:6",
        "made": json.dumps([{"id": "new-1", "class_code": "2", "title": "自传", "made": True}]),
    }
    answer = east.post(f"/clerk/dossiers/{run}/split", form, on=f"/clerk/dossiers/{run}/split")
    assert answer.location == f"/clerk/dossiers/{run}"
    with made.office.catalogue.read() as session:
        rows = session.scalars(select(Material).where(Material.dossier_id == run).order_by(Material.position)).all()
        assert [(row.key, row.title, row.origin, row.list_row == {}) for row in rows] == [
            ("1-1", "职工登记表", "list", False), ("2-1", "自传", "ours", True), ("1-2", "履历表", "list", False),
        ]  # fmt: skip
        pages = session.scalars(select(Page.material_id).where(Page.dossier_id == run).order_by(Page.position)).all()
        assert pages == [5, rows[1].id, rows[1].id, 6]
        added = rows[1].id
    east.post("/clerk/acts/1/undo")
    with made.office.catalogue.read() as session:
        assert session.get(Material, added) is None
        assert set(session.scalars(select(Page.material_id).where(Page.dossier_id == run))) == {None}
        waiting = select(JobRow.id).where(JobRow.kind == "bind", JobRow.subject_id == added, JobRow.state == "waiting")
        assert session.scalars(waiting).all() == []
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("catalogue."))).all()
        assert actions == ["catalogue.add", "catalogue.take-back"]


@pytest.mark.parametrize(
    ("starts", "added", "said"),
    [
        ("7:new-1", "", "起点不对"),
        ("7:new-1,8:new-1", '[{"id": "new-1", "class_code": "2", "title": "自传"}]', "起点不对"),
        ("7:x", "", "起点不对"),
        ("7:new-1", "{", "起点不对"),
        ("7:new-1", '[{"id": "new-1", "class_code": "77", "title": "自传"}]', "没有“77”这个类号"),
        ("7:new-1", '[{"id": "new-1", "class_code": "2", "title": " "}]', "要写名称"),
    ],
)
def test_what_cannot_be_split_so_is_refused_whole(
    sign_in: SignIn, made: Made, run: int, starts: str, added: str, said: str
) -> None:
    east = sign_in("east")
    answer = east.post(f"/clerk/dossiers/{run}/split", {"starts": starts, "made": added}, on=f"/clerk/dossiers/{run}")
    assert said in east.get(answer.location).text
    with made.office.catalogue.read() as session:
        assert len(session.scalars(select(Material).where(Material.dossier_id == run)).all()) == 2


def test_a_units_word_changes_what_is_suggested_for_it_alone_and_can_be_taken_back(
    sign_in: SignIn, made: Made, run: int
) -> None:
    card(made, 7, "知青登记表")
    east, west = sign_in("east"), sign_in("west")
    assert data(east, run)["found"][0]["class_code"] == "1"
    split = f"/clerk/dossiers/{run}/split"
    west.post("/clerk/class-words", {"word": "知青", "class_code": "10"})
    assert data(east, run)["found"][0]["class_code"] == "1"
    east.post("/clerk/class-words", {"word": "知青", "class_code": "9-4"}, on=split)
    assert data(east, run)["found"][0]["class_code"] == "9-4"
    assert "知青" in east.get(split).text
    assert west.post("/clerk/class-words/2/remove").status_code == 404
    east.post("/clerk/class-words/2/remove", on=split)
    assert data(east, run)["found"][0]["class_code"] == "1"
    east.post("/clerk/class-words/2/restore", on=split)
    assert data(east, run)["found"][0]["class_code"] == "9-4"
    refused = east.post("/clerk/class-words", {"word": "知", "class_code": "9-4"}, on=split)
    assert "2 到 20 个字" in east.get(refused.location).text
    with made.office.catalogue.read() as session:
        assert len(session.scalars(select(ClassWord)).all()) == 2


def test_the_paper_catalogue_is_held_against_ours_beside_it(sign_in: SignIn, made: Made) -> None:
    box = ((100.0, 300.0), (400.0, 300.0), (400.0, 330.0), (100.0, 330.0))
    sure = {"title": 0.9, "pages": 0.9, "date": 0.9}
    rows = (
        SheetRow("1", "1", "职工登记表", "19660000", 5, box=box, sure=sure), SheetRow("7", "1", "奖状", box=box, sure=sure),
    )  # fmt: skip
    card(made, 4, kind="sheet", rows=rows)
    page = sign_in("east").get("/clerk/dossiers/1").text
    assert "3 处不同" in page
    assert "纸质目录 5 页，图像 2 页" in page
    assert "纸质目录有，电子目录没有：7-1 奖状" in page
    assert "电子目录有，纸质目录没有：1-2 履历表" in page
    assert "/clerk/pages/4?place=100,300,400,330" in page
    shown = sign_in("east").get("/clerk/pages/4?place=100,300,400,330").text
    assert '"place": [[100, 300], [400, 300], [400, 330], [100, 330]]' in shown
    assert '"place": null' in sign_in("east").get("/clerk/pages/4?place=x").text


def test_a_dossier_without_a_catalogue_is_split_into_what_was_recognised(sign_in: SignIn, made: Made, run: int) -> None:
    with made.office.catalogue.write() as session:
        session.execute(delete(Material).where(Material.dossier_id == run))
    card(made, 7, "职工登记表")
    card(made, 9, "自传")
    east = sign_in("east")
    assert [(each["page"], each["class_code"]) for each in data(east, run)["found"]] == [(7, "1"), (9, "2")]
    assert "这一卷没有卷内目录" in east.get(f"/clerk/dossiers/{run}/split").text
    added = [
        {"id": "new-1", "class_code": "1", "title": "职工登记表"}, {"id": "new-2", "class_code": "2", "title": "自传"},
    ]  # fmt: skip
    form = {"starts": "7:new-1,9:new-2", "made": json.dumps(added)}
    east.post(f"/clerk/dossiers/{run}/split", form, on=f"/clerk/dossiers/{run}/split")
    with made.office.catalogue.read() as session:
        rows = session.scalars(select(Material).where(Material.dossier_id == run).order_by(Material.position)).all()
        assert [(row.key, row.position) for row in rows] == [("1-1", 1), ("2-1", 2)]
        pages = session.scalars(select(Page.material_id).where(Page.dossier_id == run).order_by(Page.position)).all()
        assert pages == [rows[0].id, rows[0].id, rows[1].id, rows[1].id]
