"""The planner's desk: the answer, errors at their field, the file, sites kept, removed and brought back."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.archive.factory import Made
from tests.web.conftest import Browser

ASK = "stock.volumes=60103&stock.yearly_growth=1800&stock.years=10&norm.id=office-60&room.area_m2=400"
SITE = {
    "name": "一号库",
    "stock.volumes": "60103",
    "stock.yearly_growth": "1800",
    "stock.years": "10",
    "room.area_m2": "400",
}


@pytest.fixture
def me(sign_in: Callable[[str], Browser]) -> Browser:
    return sign_in("planner")


def test_the_answer_is_large_and_says_what_it_rests_on(me: Browser) -> None:
    page = me.get(f"/planner/plan?{ASK}").text
    assert all(
        word in page for word in ("468.6", "78,103", "第 4 年", "逐年需要", "换一种定额会怎样", "标准原文", "依据")
    )
    assert page.count("<svg xmlns") == 1
    assert 'style="' not in page


@pytest.mark.parametrize(
    ("ask", "field"),
    [("stock.volumes=-1", "stock.volumes"), ("stock.volumes=5&stock.yearly_growth=x", "stock.yearly_growth"),
     ("stock.volumes=5&stock.yearly_growth=1&stock.years=1&geometry.fill=2", "geometry.thickness_mm"),
     ("stock.volumes=5&stock.items=5", "stock.volumes")],
)  # fmt: skip
def test_a_mistake_stands_at_its_field(me: Browser, ask: str, field: str) -> None:
    answer = me.get(f"/planner/plan?{ask}")
    assert answer.status_code == 400
    assert f'id="{field}"' in answer.text.split('aria-invalid="true"')[0].rsplit("<input", 1)[1]


def test_the_file_goes_out_and_comes_back(me: Browser) -> None:
    text = me.get(f"/planner/plan.toml?{ASK}").text
    assert tomllib.loads(text)["stock"] == {"volumes": 60103, "yearly_growth": 1800, "years": 10}
    answer = me.post("/planner/plan/upload", {"file": (io.BytesIO(text.encode()), "p.toml")})
    assert "stock.volumes=60103" in answer.location
    assert "468.6" in me.get(answer.location).text


def test_a_bad_file_is_named(me: Browser) -> None:
    me.post("/planner/plan/upload", {"file": (io.BytesIO(b"[stock]\nvolumes = 'x'\n"), "错.toml")}, on="/planner/plan")
    page = me.get("/planner/plan").text
    assert "错.toml" in page
    assert "现有卷数" in page


def test_sites_stand_by_the_year_they_fill_and_come_back_when_removed(me: Browser) -> None:
    for name, area in (("晚满", "460"), ("先满", "365"), ("不知", "")):
        me.post("/planner/sites", {**SITE, "name": name, "room.area_m2": area})
    page = me.get("/planner/").text
    assert page.index("先满") < page.index("晚满") < page.index("不知")
    me.post("/planner/sites/2/remove")
    page = me.get("/planner/").text
    assert "/planner/sites/2/restore" in page
    assert ">先满</a>" not in page
    assert me.get("/planner/sites/2").status_code == 404
    me.post("/planner/sites/2/restore")
    assert ">先满</a>" in me.get("/planner/").text


def test_a_site_is_opened_changed_and_needs_a_name(me: Browser) -> None:
    me.post("/planner/sites", SITE)
    assert 'value="60103"' in me.get("/planner/sites/1").text
    me.post("/planner/sites", {**SITE, "site_id": "1", "stock.volumes": "70000"})
    assert "70,000" in me.get("/planner/").text
    me.post("/planner/sites", {**SITE, "name": " "}, on="/planner/")
    assert "库房名称没有填写" in me.get("/planner/").text


def test_another_unit_sees_no_site_and_other_desks_no_planner(
    me: Browser, made: Made, sign_in: Callable[[str], Browser]
) -> None:
    me.post("/planner/sites", SITE)
    assert "一号库" in sign_in("admin").get("/planner/").text
    assert sign_in("east").get("/planner/").status_code == 403
    with made.office.catalogue.write() as session:
        from archive.tables import Site

        session.get_one(Site, 1).organization_id = made.organizations["east"]
    assert me.get("/planner/sites/1").status_code == 404
    assert me.post("/planner/sites/1/remove").status_code == 404
    assert me.post("/planner/sites", {**SITE, "site_id": "1"}).status_code == 404


def test_what_is_typed_is_never_markup(me: Browser) -> None:
    page = me.get("/planner/plan?stock.volumes=" + quote('"><script>x')).text
    assert "<script>x" not in page
