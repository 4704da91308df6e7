"""What surrounds the hits: facets, sorts, suggestions, saved searches, a list that leaves, and what is said when search is away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import quote

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from archive.access import viewer_of
from archive.tables import Account, AuditEntry, Material, SavedSearch
from ingest import find as finding
from ingest.find import SearchDesk, find, hit_list
from search.index import SearchIndex
from tests.archive.factory import Made, add_batch, add_dossier, make_desks
from tests.web.conftest import Browser, indexed, link
from web.app import create_app

SignIn = Callable[[str], Browser]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """One office for all: what the tests keep in it does not change what is found. Dossier 3 is of two classes and two
    decades, its pages in the first of them."""
    made = make_desks(tmp_path_factory.mktemp("office"))
    add_dossier(made, add_batch(made, "east", "b-east"), "E-1", "张桂兰", pages=4)
    add_dossier(made, add_batch(made, "west", "b-west"), "W-1", "李强生", pages=2)
    add_dossier(made, made.batches["b-east"], "E-0", "=陈秀英", pages=3)
    with made.office.catalogue.write() as session:
        other = session.scalars(select(Material).where(Material.dossier_id == 3, Material.key == "1-2")).one()
        other.class_code, other.year, other.title = "9-1", 1986, "=职工登记表"
    yield made
    made.office.close()


@pytest.fixture(scope="module")
def index(made: Made) -> Iterator[SearchIndex]:
    index = indexed(made.office)
    yield index
    index.close()


@pytest.fixture(scope="module")
def app(made: Made, index: SearchIndex) -> Flask:
    app = create_app(made.office, SearchDesk(made.office, index))
    app.testing = True
    return app


def _entries(made: Made, action: str) -> list[AuditEntry]:
    with made.office.catalogue.read() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_a_facet_narrows_and_widens_by_one_click_each(sign_in: SignIn) -> None:
    me = sign_in("east")
    page = me.search("登记表").text
    narrowed = me.get(me.get(link(page, r"/search/[^\"]*/narrow\?add=class:9")).location).text
    assert 'value="登记表 class:9"' in narrowed
    assert "九 招用、工资、任免、退休类" in narrowed
    assert "职工登记表</mark>" not in narrowed
    total = re.search(r'role="status">(\d+) 条', narrowed)
    assert total is not None
    widened = me.get(me.get(link(narrowed, r"/search/[^\"]*/narrow\?drop=class:9")).location).text
    assert 'value="登记表"' in widened
    unit = me.search("张桂兰 unit:#2").text
    assert re.search(r"单位 [^ #]+ <i", unit)
    decade = me.get(me.get(link(page, r"/search/[^\"]*/narrow\?add=year:1980\.\.1989")).location).text
    assert 'value="登记表 year:1980..1989"' in decade


@pytest.mark.parametrize(
    "term", ["class:9", "class:9-1", "class:甲", "year:1980..1989", "unit:#2", "unit:#999999999999999"]
)
def test_a_facets_values_can_be_added(sign_in: SignIn, term: str) -> None:
    me = sign_in("east")
    handle = re.search(r'name="handle" value="([^"]*)"', me.search("登记表").text)
    assert handle is not None
    answer = me.get(f"/search/{handle[1]}/narrow?add={quote(term)}")
    assert answer.status_code == 303
    assert f'value="登记表 {term}"' in me.get(answer.location).text


@pytest.mark.parametrize(
    "term",
    [
        "李强生", "name:李强生", "class:", "class:一 李强生", 'class:"9"', "class:李强生的父亲的档案", "-class:9", "class:9 OR 李",
        "year:1980", "year:1980..1985", "year:1985..1994", "unit:红星", "unit:#", "unit:#2 x", "kind:page", "class:9\n", "\x00",
    ],
)  # fmt: skip
def test_nothing_else_is_added_by_an_address(sign_in: SignIn, term: str) -> None:
    me = sign_in("east")
    handle = re.search(r'name="handle" value="([^"]*)"', me.search("登记表").text)
    assert handle is not None
    answer = me.client.get(f"/search/{handle[1]}/narrow?add={quote(term)}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "search.narrow")


def test_a_sort_is_kept_while_narrowing_and_in_what_is_saved(sign_in: SignIn, made: Made) -> None:
    me = sign_in("east")
    page = me.get(link(me.search("登记表", "material").text, r"/search/[^\"]*sort=archive_no")).text
    numbers = re.findall(r"<span>(E-\d)</span>", page)
    assert numbers == sorted(numbers)
    assert numbers[0] == "E-0"
    handle = re.search(r'name="handle" value="([^"]*)"', page)
    assert handle is not None
    me.post("/search/saved", {"handle": handle.group(1), "kind": "material", "sort": "archive_no", "name": "表"})
    with made.office.catalogue.read() as session:
        kept = session.scalars(select(SavedSearch).where(SavedSearch.name == "表")).one()
        assert (kept.query, kept.kind, kept.sort) == ("登记表", "material", "archive_no")


def test_a_saved_search_runs_is_renamed_removed_and_put_back(sign_in: SignIn, made: Made) -> None:
    me = sign_in("east")
    handle = re.search(r'name="handle" value="([^"]*)"', me.search("张桂兰 class:1").text)
    assert handle is not None
    me.post("/search/saved", {"handle": handle.group(1), "name": "张家"})
    with made.office.catalogue.read() as session:
        kept = f"/search/saved/{session.scalars(select(SavedSearch.id).where(SavedSearch.name == '张家')).one()}"
    assert "张家" in me.get("/search").text
    assert "<mark>张桂兰</mark>" in me.get(me.post(f"{kept}/run").location).text
    me.post(f"{kept}/rename", {"name": "张家的"})
    removed = me.get(me.post(f"{kept}/remove").location).text
    assert "张家的" not in removed
    assert f"{kept}/put-back" in removed
    assert "张家的" in me.get(me.post(f"{kept}/put-back").location).text
    other = sign_in("west")
    assert "张家的" not in other.get("/search").text
    assert other.post(f"{kept}/run").status_code == 404


def test_an_exported_list_is_whole_masked_harmless_and_in_the_trail(sign_in: SignIn, made: Made) -> None:
    me, before = sign_in("east"), len(_entries(made, "search.export"))
    page = me.search("登记表").text
    sheet = load_workbook(io.BytesIO(me.get(link(page, r"/search/[^\"]*/export\.xlsx")).data)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("档号", "姓名", "身份证号", "单位")
    assert {row[2] for row in rows[1:]} == {"110105********0021"}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    text = me.get(link(page, r"/search/[^\"]*/export\.csv")).data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == len(rows) > 5
    assert any(line[6] == "'=职工登记表" for line in lines)
    assert not [cell for line in lines for cell in line if cell.startswith("=")]
    said = _entries(made, "search.export")[before:]
    assert [(entry.detail["lines"], entry.detail["hits"]) for entry in said] == [(len(rows) - 1,) * 2] * 2
    assert "登记" not in json.dumps([entry.detail for entry in said], ensure_ascii=False)
    assert me.get(link(page, r"/search/[^\"]*/export\.csv")[:-3] + "ods").status_code == 400


def test_a_list_walks_the_cursor_to_its_bound_and_says_what_is_left(
    made: Made, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_WALK", 2)
    with made.office.catalogue.read() as session:
        me = viewer_of(session, session.get_one(Account, made.accounts["east"]))
    everything = hit_list(made.office, index, me, "登记表")
    assert len(everything.hits) == everything.total == len({hit.id for hit in everything.hits})
    assert len(hit_list(made.office, index, me, "登记表", most=3).hits) == 3
    assert all(hit.dossier != "W-1" for hit in everything.hits)


def test_suggestions_begin_as_typed_within_the_scope_and_leave_no_words(sign_in: SignIn, made: Made) -> None:
    me = sign_in("east")
    items = me.post("/search/suggest", {"q": "履历表 zgl"}).json["items"]
    assert items[0] == {"text": "张桂兰", "kind": "人员", "line": "履历表 张桂兰"}
    assert me.post("/search/suggest", {"q": "李强"}).json["items"] == []  # another unit's
    assert [each["line"] for each in me.post("/search/suggest", {"q": "=陈"}).json["items"]] == ["=陈秀英"]
    for nothing in ("", "张 ", '"张', "name:张"):
        assert me.post("/search/suggest", {"q": nothing}).json["items"] == []
    said = _entries(made, "search.suggest")
    assert [entry.detail for entry in said] == [{}]  # once a minute


def test_the_form_writes_a_line_and_reads_it_back(sign_in: SignIn) -> None:
    me = sign_in("east")
    assert me.post("/search/line", {"all_words": "张桂兰", "class_code": "9"}).json == {
        "line": "张桂兰 class:9",
        "trouble": "",
    }
    assert "year:19x5" in me.post("/search/line", {"rest": "year:19x5"}).json["line"]
    assert me.post("/search/line", {"rest": "year:19x5"}).json["trouble"]
    answer = me.post("/search/advanced", {"all_words": "登记表", "year_first": "1960", "year_last": "1969"})
    page = me.get(answer.location).text
    assert 'value="登记表 year:1960..1969"' in page
    form = me.get(link(page, r"/search/advanced\?of=[^\"]*")).text
    assert 'name="all_words" value="登记表"' in form
    assert re.search(r'name="year_last" value="1969"', form)
    assert "王□国" in me.get("/search/language").text


def test_nothing_found_offers_the_near_misses(sign_in: SignIn) -> None:
    me = sign_in("east")
    page = me.search("张圭兰").text
    assert "没有找到" in page
    found = re.search(r'href="([^"]*)">找错一个字的：~张圭兰<', page)
    assert found
    assert "<mark>张桂兰</mark>" in me.get(found.group(1)).text


def test_a_page_knows_its_way_from_hit_to_hit(sign_in: SignIn) -> None:
    me = sign_in("east")
    page = me.search("张桂兰", "page").text
    pages = re.findall(r'<h2><a href="(/clerk/pages/[^"]*)"', page)
    first, second = (me.get(unescape(address)).text for address in pages[:2])
    places = json.loads(re.search(r'"hits": (\[.*?\]\]\]\])', first).group(1))  # type: ignore[union-attr]
    assert len(places) == 1
    (left, top), (right, bottom) = places[0][0][0], places[0][0][2]
    assert 60 < left < right <= 240
    assert (top, bottom) == (100, 124)
    onwards, back = (re.search(rf'href="([^"]*)" data-hit-{name}', first) for name in ('page="1"', "back"))
    assert onwards
    assert unescape(onwards.group(1)) == unescape(pages[1])
    assert 'data-hit-page="-1"' in second
    assert back
    assert "<mark>张桂兰</mark>" in me.get(unescape(back.group(1))).text


def test_marks_on_the_page_are_those_of_search_itself(sign_in: SignIn) -> None:
    me = sign_in("east")
    wanted = {"~张圭兰": 1, "张□兰": 1, "title:登记表": 1, "year:1966": 0, "class:1 姓名": 1}
    for query, places in wanted.items():
        handle = me.post("/search", {"q": query}).location.split("/")[-1]
        page = me.get(f"/clerk/pages/1?words={handle}").text
        found = re.search(r'"hits": (\[.*?\]), "', page)
        assert found
        assert len(json.loads(found.group(1))) == places, query


def test_a_page_of_results_asks_the_catalogue_as_often_as_a_line_of_it(made: Made, index: SearchIndex) -> None:
    with made.office.catalogue.read() as session:
        me = viewer_of(session, session.get_one(Account, made.accounts["east"]))
    asked: list[str] = []

    def watch(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    def questions(limit: int) -> int:
        asked.clear()
        kinds = {hit.kind for hit in find(made.office, index, me, "登记表", limit=limit, boxes=False).hits}
        assert kinds == {"material", "page"}
        return len(asked)

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        assert questions(7) == questions(20) < 12
    finally:
        event.remove(Engine, "before_cursor_execute", watch)
