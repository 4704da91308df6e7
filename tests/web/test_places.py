"""库位 over HTTP: recorded on the dossier's page, for those who see the dossier."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


def test_a_clerk_records_a_place_and_takes_it_away(sign_in: SignIn) -> None:
    east = sign_in("east")
    assert "未登记" in east.get("/clerk/dossiers/1").text
    assert east.post("/clerk/dossiers/1/place", {"place": "１号库房 03列 2节"}).status_code == 303
    assert "1号库房-03列-2节" in east.get("/clerk/dossiers/1").text
    east.post("/clerk/dossiers/1/place", {"place": ""})
    assert "未登记" in east.get("/clerk/dossiers/1").text


def test_what_is_no_place_is_said_and_changes_nothing(sign_in: SignIn) -> None:
    east = sign_in("east")
    east.post("/clerk/dossiers/1/place", {"place": "1号库房"})
    east.post("/clerk/dossiers/1/place", {"place": "1-2-3-4-5-6"})
    told = east.get("/clerk/dossiers/1").text
    assert "库位最多写 5 级" in told
    assert "<b>1号库房</b>" in told


def test_another_units_dossier_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("west").post("/clerk/dossiers/1/place", {"place": "1号库房"}).status_code == 404
