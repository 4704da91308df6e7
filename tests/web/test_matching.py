"""The matching desk and the arranging of pages as forms: done once, undone by the notice, no name in an address."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.page_acts import active_pages
from archive.tables import Dossier, Page
from ingest.matching.desk import row_key
from tests.archive.factory import Made, page_image
from tests.ingest.matching.office import ROWS, SAME_ID, add_matching
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


@pytest.fixture
def ids(made: Made) -> dict[str, int]:
    return add_matching(made)


@pytest.fixture
def address(ids: dict[str, int]) -> str:
    return f"/intake/batches/{ids['batch']}/match"


def undo(browser: Browser, page: str, on: str) -> None:
    found = re.search(r'action="(/clerk/acts/\d+/undo)"', page)
    assert found is not None
    browser.post(found.group(1), {}, on=on)


def order(made: Made, dossier_id: int = 1) -> list[int]:
    with made.office.catalogue.read() as session:
        return [page.id for page in active_pages(session, dossier_id)]


def test_the_batch_leads_to_the_desk_and_the_desk_hides_numbers(
    sign_in: SignIn, ids: dict[str, int], address: str
) -> None:
    east = sign_in("east")
    assert f'href="{address}"' in east.get(f"/clerk/batches/{ids['batch']}").text
    page = east.get(address).text
    assert SAME_ID not in page
    assert "证号与名单相同" in page
    assert "姓名与名单相同" in page


def test_matched_and_undone(sign_in: SignIn, made: Made, ids: dict[str, int], address: str) -> None:
    east = sign_in("east")
    answer = east.post(address, {"marked": f"d{ids['twin']}", "to": row_key(ROWS[2])}, on=address)
    page = east.get(answer.location).text
    with made.office.catalogue.read() as session:
        assert session.get_one(Dossier, ids["twin"]).list_row["row"] == 4
    undo(east, page, address)
    with made.office.catalogue.read() as session:
        assert session.get_one(Dossier, ids["twin"]).person_id is None
    assert "已撤销" in east.get(address).text


def test_to_a_dossier_that_is_there_and_all_that_are_sure(
    sign_in: SignIn, made: Made, ids: dict[str, int], address: str
) -> None:
    east = sign_in("east")
    first = order(made, ids["loose"])[0]
    east.post(f"{address}/named", {"marked": f"p{first}", "target": "H-1"}, on=address)
    assert order(made, ids["held"])[-1] == first
    answer = east.post(f"{address}/sure", {}, on=address)
    assert "按身份证号配上了 1 卷" in east.get(answer.location).text


def test_what_is_typed_stands_in_no_address(sign_in: SignIn, address: str) -> None:
    east = sign_in("east")
    answer = east.post(f"{address}/words", {"text": "王秀兰"}, on=address)
    assert "王" not in answer.location
    assert "%" not in answer.location
    page = east.get(answer.location).text
    assert "王秀兰" in page
    assert "<b>李建国</b>" not in page


@pytest.mark.parametrize("marked", ["x1", "d", "d-1", "d1;2", "p²", "r12"])
def test_a_form_that_was_tampered_with_changes_nothing(sign_in: SignIn, address: str, marked: str) -> None:
    east = sign_in("east")
    answer = east.post(address, {"marked": marked, "to": row_key(ROWS[2])}, on=address)
    assert "没有动" in east.get(answer.location).text
    assert east.post(address, {"marked": "p7", "to": "q1"}, on=address).status_code == 303


def test_out_of_sight_is_not_found(sign_in: SignIn, address: str) -> None:
    assert sign_in("west").get(address).status_code == 404
    assert sign_in("west").get("/intake/dossiers/1/arrange").status_code == 404
    assert sign_in("desk").get(address).status_code == 403


@pytest.mark.parametrize(
    ("act", "form", "after"),
    [
        ("", {"marked": "1", "before": "4"}, [2, 3, 1, 4]),
        ("", {"marked": "1,2", "before": ""}, [3, 4, 1, 2]),
        ("/material", {"marked": "1", "material": "2"}, [2, 3, 4, 1]),
        ("/split-off", {"marked": "1", "class_code": "4-1", "title": "转正表"}, [2, 1, 3, 4]),
        ("/take-out", {"marked": "2,3", "reason": "重复扫描"}, [1, 4]),
    ],
)
def test_pages_are_arranged_and_put_back(
    sign_in: SignIn, made: Made, act: str, form: dict[str, str], after: list[int]
) -> None:
    east, on = sign_in("east"), "/intake/dossiers/1/arrange"
    answer = east.post(f"{on}{act}", form, on=on)
    page = east.get(answer.location).text
    assert order(made) == after
    undo(east, page, on)
    assert order(made) == [1, 2, 3, 4]


def test_pages_go_to_another_dossier(sign_in: SignIn, made: Made, ids: dict[str, int]) -> None:
    east, on = sign_in("east"), "/intake/dossiers/1/arrange"
    answer = east.post(f"{on}/move-off", {"marked": "1,2", "target": "H-1", "reason": "他人材料混入"}, on=on)
    page = east.get(answer.location).text
    assert order(made, ids["held"])[-2:] == [1, 2]
    undo(east, page, on)
    assert order(made) == [1, 2, 3, 4]
    with made.office.catalogue.read() as session:
        assert session.scalars(select(Page.material_id).where(Page.id == 1)).one() is not None


def test_an_inserted_page_is_undone_from_the_notice(sign_in: SignIn, made: Made) -> None:
    east, on = sign_in("east"), "/clerk/pages/1"
    form = {"where": "after", "reason": "漏扫", "image": (io.BytesIO(page_image("inserted")), "x.jpg")}
    answer = east.post("/clerk/pages/1/insert", form, on=on)
    page = east.get(answer.location).text
    assert len(order(made)) == 5
    undo(east, page, on)
    assert order(made) == [1, 2, 3, 4]
