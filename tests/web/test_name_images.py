"""姓名图 over HTTP: framed in the viewer, shown beside the name, seen by whom it concerns, every showing in the trail."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select

from archive.tables import Account, AuditEntry, NameImage
from ingest.find import SearchDesk
from tests.archive.factory import Made
from tests.web.conftest import Browser, indexed

SignIn = Callable[[str], Browser]
BOX = json.dumps([[60, 100], [240, 100], [240, 124], [60, 124]])
VIEWER = "/clerk/pages/1"


def keep(browser: Browser, box: str = BOX, reading: str = "张桂□", page: int = 1) -> Any:
    data = {"version": page, "box": box, "reading": reading}
    return browser.post(f"/clerk/pages/{page}/name-image", data, on=VIEWER)


def views(made: Made) -> list[dict[str, Any]]:
    with made.office.catalogue.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "page.view"))
        return [row.detail for row in rows if row.detail]


def test_a_clerk_frames_a_name_and_it_stands_beside_it(sign_in: SignIn) -> None:
    east = sign_in("east")
    assert 'src="/names/' not in east.get(VIEWER).text
    assert keep(east).status_code == 303
    for path in (VIEWER, "/clerk/pages/3", "/clerk/dossiers/1", "/clerk/dossiers/1/fields"):
        assert 'src="/names/1"' in east.get(path).text
    assert "张桂□" in east.get(VIEWER).text
    picture = east.get("/names/1")
    assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(picture.data)).size == (184, 28)


def test_every_showing_is_in_the_trail_and_nothing_is_kept_without_asking(made: Made, sign_in: SignIn) -> None:
    east = sign_in("east")
    keep(east)
    first = east.get("/names/1")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = east.get("/names/1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert views(made) == [{"name_image": 1, "region": [60, 100, 240, 124]}] * 2


def test_only_who_may_see_the_name_sees_the_picture(made: Made, sign_in: SignIn) -> None:
    keep(sign_in("east"))
    for login in ("west", "planner", "desk"):
        assert sign_in(login).get("/names/1").status_code in (403, 404)
    assert sign_in("admin").get("/names/1").status_code == 200
    assert sign_in("east").get("/names/2").status_code == 404
    assert views(made) == [{"name_image": 1, "region": [60, 100, 240, 124]}]


def test_it_is_withdrawn_and_put_back(made: Made, sign_in: SignIn) -> None:
    east = sign_in("east")
    keep(east)
    told = east.post("/clerk/name-images/1/withdraw", on=VIEWER)
    assert told.status_code == 303
    assert "/clerk/name-images/1/put-back" in east.get(VIEWER).text
    assert east.get("/names/1").status_code == 404
    east.post("/clerk/name-images/1/put-back", on=VIEWER)
    assert east.get("/names/1").status_code == 200
    with made.office.catalogue.read() as session:
        assert len(session.scalars(select(NameImage)).all()) == 1


_REFUSED = (
    ("", "张", "请框住纸上的姓名"),
    ("[[1,2],[3]]", "张", "请框住纸上的姓名"),
    ('[["a",1],[2,3],[4,5],[6,7]]', "张", "请框住纸上的姓名"),
    ("[[NaN,1],[2,3],[4,5],[6,7]]", "张", "请框住纸上的姓名"),
    ("[[1e999,1],[2,3],[4,5],[6,7]]", "张", "请框住纸上的姓名"),
    ("[" * 400, "张", "请框住纸上的姓名"),
    ("[[0,0],[420,0],[420,594],[0,594]]", "张", "请只框住姓名"),
    (BOX, " ", "打不出的字用 □"),
)


def test_what_is_no_name_is_said_and_not_kept(made: Made, sign_in: SignIn) -> None:
    east = sign_in("east")
    for box, reading, told in _REFUSED:
        assert keep(east, box, reading).status_code == 303, box
        assert told in east.get(VIEWER).text, box
    with made.office.catalogue.read() as session:
        assert session.scalars(select(NameImage)).all() == []


def test_nobody_frames_anothers_page(sign_in: SignIn) -> None:
    keep(sign_in("east"))
    data = {"version": 1, "box": BOX, "reading": "张"}
    for login, status in (("west", 404), ("desk", 403)):
        browser = sign_in(login)
        for path in ("pages/1/name-image", "name-images/1/withdraw", "name-images/1/put-back"):
            assert browser.post(f"/clerk/{path}", data).status_code == status, path


def test_the_front_desk_sees_it_beside_the_person_and_in_its_hits(made: Made, sign_in: SignIn, app: Flask) -> None:
    keep(sign_in("east"))
    with made.office.catalogue.write() as session:
        session.get_one(Account, made.accounts["east"]).desks = ["frontdesk"]
    index = indexed(made.office)
    app.extensions["juanzong"] = replace(app.extensions["juanzong"], find=SearchDesk(made.office, index))
    me = sign_in("east")
    assert 'src="/names/1"' in me.get("/frontdesk/people/1").text
    assert me.get("/names/1").status_code == 200
    for query in ("张桂兰", "张桂□", "张桂芳"):
        assert 'src="/names/1"' in me.search(query).text
    assert me.get(VIEWER).status_code == 403
    index.close()
