"""保管: what an administrator sees of store, copies and holds, and what he does about it; nobody else gets there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive import accounts
from archive.custody.ledger import enrol
from archive.tables import AuditEntry, Hold, Organization, StoredObject
from base.clock import now
from ingest.custody import again
from ingest.custody.fixity import read_some
from ingest.custody.package import write_package
from ingest.custody.second import copy_new, open_second
from tests.archive.factory import PASSWORD, Made
from tests.ingest.custody.holdings import WHO, Holdings, flip, make_holdings
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    """Dossier A001 of unit east with pages 1–4 and an object of every kind, all of them in the second store too."""
    monkeypatch.setattr(again, "_PATIENCE_S", 0.05)
    held = make_holdings(tmp_path, second_store="folder", second_path=str(tmp_path / "second"))
    enrol(held.office.catalogue)
    copy_new(held.office, open_second(held.office.settings, create=True))
    return held


@pytest.fixture
def made(held: Holdings) -> Made:
    return held.made


def read_all(held: Holdings) -> None:
    with held.office.catalogue.write() as session:
        session.execute(update(StoredObject).values(checked_at=now() - timedelta(days=200)))
    read_some(held.office, 90, most=999)


def acts_of(held: Holdings, start: str) -> list[tuple[str, str]]:
    with held.office.catalogue.read() as session:
        rows = session.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.id)).tuples()
        return [(actor, action) for actor, action in rows if action.startswith(start)]


def test_administrators_alone_get_there(held: Holdings, sign_in: SignIn) -> None:
    assert 'href="/custody/"' in sign_in("admin").get("/clerk/").text
    for login in ("east", "planner", "desk"):
        browser = sign_in(login)
        assert 'href="/custody/"' not in browser.get("/account/").text
        for path in ("/custody/", "/custody/copies", "/custody/holds"):
            assert browser.get(path).status_code == 403
        assert browser.post("/custody/holds", {"dossier": "A001", "kind": "keep", "reason": "x"}).status_code == 403
    with held.office.catalogue.read() as session:
        assert session.scalars(select(Hold)).all() == []


def test_a_damaged_page_is_named_and_mended_from_the_second_copy(held: Holdings, sign_in: SignIn) -> None:
    key, admin = held.keys["original"], sign_in("admin")
    read_all(held)
    assert "没有要处理的对象" in admin.get("/custody/").text
    held.flip(key, 1)
    read_all(held)
    page = admin.get("/custody/?state=bad").text
    for text in ("A001", 'href="/clerk/pages/1"', "原图", "内容有变", "从第二份修复"):
        assert text in page
    assert admin.post("/custody/mend", {"key": key}, on="/custody/").location == "/custody/"
    page = admin.get("/custody/").text
    assert "已从第二份修复" in page
    assert "没有要处理的对象" in page
    assert acts_of(held, "custody.mend") == [("account:admin", "custody.mend")]


def test_what_no_copy_can_mend_is_said_and_stays_listed(held: Holdings, sign_in: SignIn, tmp_path: Path) -> None:
    key, admin = held.keys["material"], sign_in("admin")
    held.flip(key, 1)
    flip(tmp_path / "second" / held.file(key).relative_to(held.objects), 2)
    read_all(held)
    admin.post("/custody/mend", {"key": key}, on="/custody/")
    page = admin.get("/custody/").text
    assert "没有修好" in page
    assert "材料的 PDF" in page


def test_what_could_not_be_read_is_read_again_when_the_disk_is_well(held: Holdings, sign_in: SignIn) -> None:
    key, admin = held.keys["original"], sign_in("admin")
    with held.office.catalogue.write() as session:
        session.execute(
            update(StoredObject).where(StoredObject.key == key).values(state="could_not_check", code="store.failed")
        )
    page = admin.get("/custody/?state=could_not_check").text
    assert "读不出来" in page
    assert "先看硬盘" in page
    admin.post("/custody/look", {"key": key}, on="/custody/")
    assert "重新读过，完好" in admin.get("/custody/").text
    held.flip(key, 1)
    admin.post("/custody/look", {"key": key}, on="/custody/")
    assert "重新读过，还是有问题" in admin.get("/custody/").text
    assert acts_of(held, "custody.look") == [("account:admin", "custody.look")] * 2


def test_an_administrator_of_another_unit_is_not_told_whose_page_it_is(held: Holdings, sign_in: SignIn) -> None:
    with held.office.catalogue.write() as session:
        west = session.get_one(Organization, held.made.organizations["west"])
        accounts.make_account(session, "west-admin", "周远", PASSWORD, desks=["admin"], organization=west)
    held.flip(held.keys["original"], 1)
    read_all(held)
    browser = sign_in("west-admin")
    page = browser.get("/custody/").text
    assert "不在您的单位" in page
    assert "A001" not in page
    browser.post("/custody/holds", {"dossier": "A001", "kind": "keep", "reason": "诉讼"}, on="/custody/holds")
    with held.office.catalogue.read() as session:
        assert session.scalars(select(Hold)).all() == []


def test_the_round_says_how_far_it_is_and_when_nobody_reads(held: Holdings, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    with held.office.catalogue.write() as session:
        session.execute(update(StoredObject).values(checked_at=now() - timedelta(days=200), how="fixity"))
    assert "一天以来没有程序在读" in admin.get("/custody/").text
    read_some(held.office, 90, most=4)
    page = admin.get("/custody/").text
    assert "一天以来没有程序在读" not in page
    assert "<b data-done>4</b>" in page


def test_copies_say_what_each_holds_and_what_is_due(held: Holdings, sign_in: SignIn, tmp_path: Path) -> None:
    admin = sign_in("admin")
    assert "个对象没有离线副本" in admin.get("/custody/copies").text
    (tmp_path / "disk").mkdir()
    name = write_package(held.office, tmp_path / "disk", WHO).name
    page = admin.get("/custody/copies").text
    assert name in page
    assert "没有到期要做的" in page
    with held.office.catalogue.write() as session:
        session.execute(update(StoredObject).values(second_at=now() - timedelta(days=400)))
    assert "超过 365 天没有读出核对" in admin.get("/custody/copies").text


def test_a_hold_is_placed_listed_and_lifted_with_its_reasons(held: Holdings, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    form = {"dossier": "A001", "kind": "freeze", "reason": "诉讼", "basis": "法〔2026〕1号", "until": "2999-12-31"}
    assert admin.post("/custody/holds", form, on="/custody/holds").location == "/custody/holds"
    page = admin.get("/custody/holds").text
    for text in ("A001", "冻结", "诉讼", "法〔2026〕1号", "3000-01-01 00:00", "admin"):
        assert text in page
    admin.post("/custody/holds/1/lift", {"reason": "已结案"}, on="/custody/holds")
    assert "没有保全" in admin.get("/custody/holds").text
    assert "已结案" in admin.get("/custody/holds?ended=1").text
    assert acts_of(held, "hold.") == [("account:admin", "hold.place"), ("account:admin", "hold.lift")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"dossier": "Z999"}, "Z999"),
        ({"reason": " "}, "没有填写"),
        ({"until": "2001-01-01"}, "已经过去"),
        ({"until": "soon"}, "不是日期"),
    ],
)
def test_a_hold_that_cannot_be_placed_is_said(
    held: Holdings, sign_in: SignIn, changed: dict[str, str], said: str
) -> None:
    admin = sign_in("admin")
    form = {"dossier": "A001", "kind": "keep", "reason": "诉讼"} | changed
    admin.post("/custody/holds", form, on="/custody/holds")
    assert said in admin.get("/custody/holds").text
    with held.office.catalogue.read() as session:
        assert session.scalars(select(Hold)).all() == []
