"""Long lists go on: each by its own key, the others of the same page stay where they are, and the end leads back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from archive import batch_details
from archive.tables import PageVersion, ReceivedFile
from base.clock import now
from storage_planner import sites
from tests.archive.factory import Made
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]
SITE = {"stock.volumes": "60103", "stock.yearly_growth": "1800", "stock.years": "10"}


def _next(page: str) -> str | None:
    found = re.search(r'<a class="button" rel="next" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def _section(page: str, name: str) -> str:
    return page.split(f'<section id="{name}">')[1].split("</section>", maxsplit=1)[0]


@pytest.fixture
def waiting(made: Made, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a batch with three moved files and three that were set aside, two to a slice."""
    for told in (batch_details.moved_files, batch_details.set_aside):
        monkeypatch.setitem(told.__kwdefaults__, "limit", 2)
    batch_id = made.batches["b-east"]
    with made.office.catalogue.write() as session:
        old = session.scalars(select(PageVersion)).first()
        assert old is not None
        for number in range(6):
            moved = number < 3
            session.add(
                ReceivedFile(
                    batch_id=batch_id, path=f"f{number}.jpg", sha256=f"{number:064}", size=1, object_key="",
                    state="moved" if moved else "quarantined", received_at=now(),
                    reason="" if moved else "image.unreadable",
                    reason_params={"from": f"old{number}", "from_id": old.file_id} if moved else {"path": f"f{number}.jpg"},
                )
            )  # fmt: skip
    return f"/clerk/batches/{batch_id}"


def test_each_list_of_a_batch_goes_on_by_itself(sign_in: SignIn, waiting: str) -> None:
    browser = sign_in("east")
    first = browser.get(waiting).text
    assert re.findall(r"<td>(f\d)\.jpg", _section(first, "moved")) == ["f0", "f1"]
    following = _next(_section(first, "moved"))
    assert following is not None
    second = browser.get(following).text
    assert re.findall(r"<td>(f\d)\.jpg", _section(second, "moved")) == ["f2"]
    assert _next(_section(second, "moved")) is None
    assert re.findall(r"<tr><td>(f\d)\.jpg", _section(second, "quarantined")) == ["f3", "f4"]
    onward = _next(_section(second, "quarantined"))
    assert onward is not None
    third = browser.get(onward).text
    assert re.findall(r"<td>(f\d)\.jpg", _section(third, "moved")) == ["f2"]
    assert re.findall(r"<tr><td>(f\d)\.jpg", _section(third, "quarantined")) == ["f5"]
    assert "回到开头" in _section(third, "moved")


def test_a_slice_whose_rows_were_all_decided_leads_back(sign_in: SignIn, waiting: str, made: Made) -> None:
    with made.office.catalogue.read() as session:
        last = session.scalars(select(ReceivedFile.id).where(ReceivedFile.path == "f2.jpg")).one()
    moved = _section(sign_in("east").get(f"{waiting}?moved={last}").text, "moved")
    assert "<td>f" not in moved
    assert f'href="{waiting}#moved"' in moved


def test_sites_go_on_in_the_order_of_the_years(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sites.list_sites.__kwdefaults__, "limit", 1)
    me = sign_in("planner")
    for name, area in (("晚满", "460"), ("先满", "365"), ("不知", "")):
        me.post("/planner/sites", {**SITE, "name": name, "room.area_m2": area})
    names, address = [], "/planner/"
    while address:
        page = me.get(address).text
        names += re.findall(r'<a href="/planner/sites/\d+">([^<]+)</a>', page)
        address = _next(page) or ""
    assert names == ["先满", "晚满", "不知"]
