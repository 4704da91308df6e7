"""Saved searches: kept per account, found again by nobody else, and no word of them in the trail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import saved_searches as kept
from archive.access import Viewer, viewer_of
from archive.tables import Account, AuditEntry
from base.errors import AccessError, InputError
from tests.archive.factory import Made, make_desks

QUERY = "王建国 class:9"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_desks(tmp_path)


def _viewer(session: Session, made: Made, login: str) -> Viewer:
    return viewer_of(session, session.get_one(Account, made.accounts[login]))


def _names(session: Session, viewer: Viewer) -> list[str]:
    return [line.name for line in kept.saved_searches(session, viewer)]


def test_kept_used_renamed_removed_and_put_back(made: Made) -> None:
    with made.office.catalogue.write() as session:
        me = _viewer(session, made, "east")
        first = kept.save_search(session, me, " 王家  的工资 ", QUERY, kind="page", sort="date")
        second = kept.save_search(session, me, "另一个", "履历表")
        assert _names(session, me) == ["另一个", "王家 的工资"]
        line = kept.use_search(session, me, first)
        assert (line.query, line.kind, line.sort) == (QUERY, "page", "date")
        assert _names(session, me) == ["王家 的工资", "另一个"]
        kept.rename_search(session, me, first, "工资")
        kept.remove_search(session, me, first)
        assert _names(session, me) == ["另一个"]
        kept.put_back(session, me, first)
        assert _names(session, me) == ["工资", "另一个"]
        kept.remove_search(session, me, first)
        kept.remove_search(session, me, second)
        with pytest.raises(AccessError):  # only the last one removed may come back
            kept.put_back(session, me, first)


def test_nobody_else_sees_or_touches_it(made: Made) -> None:
    with made.office.catalogue.write() as session:
        me, other = _viewer(session, made, "east"), _viewer(session, made, "west")
        mine = kept.save_search(session, me, "甲", QUERY)
        assert _names(session, other) == []
        for act in (
            lambda: kept.use_search(session, other, mine),
            lambda: kept.rename_search(session, other, mine, "乙"),
            lambda: kept.remove_search(session, other, mine),
            lambda: kept.put_back(session, other, mine),
        ):
            with pytest.raises(AccessError):
                act()
        kept.save_search(session, other, "甲", "x")  # a name is taken per account


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [(" ", QUERY, "name"), ("长" * 41, QUERY, "name"), ("甲", QUERY, "name-taken"), ("乙", "  ", "empty")],
)
def test_what_is_refused(made: Made, name: str, query: str, code: str) -> None:
    with made.office.catalogue.write() as session:
        me = _viewer(session, made, "east")
        kept.save_search(session, me, "甲", QUERY)
        with pytest.raises(InputError) as refused:
            kept.save_search(session, me, name, query)
    assert refused.value.code == f"saved-search.{code}"


def test_an_account_has_an_end_of_them(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    with made.office.catalogue.write() as session:
        me = _viewer(session, made, "east")
        kept.save_search(session, me, "甲", QUERY)
        with pytest.raises(InputError) as refused:
            kept.save_search(session, me, "乙", QUERY)
    assert refused.value.code == "saved-search.too-many"


def test_the_trail_holds_the_acts_and_no_word(made: Made) -> None:
    with made.office.catalogue.write() as session:
        me = _viewer(session, made, "east")
        mine = kept.save_search(session, me, "王家", QUERY)
        kept.use_search(session, me, mine)
        kept.rename_search(session, me, mine, "王家的")
        kept.remove_search(session, me, mine)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("saved-search."))).all()
        assert [entry.action.partition(".")[2] for entry in entries] == ["save", "use", "rename", "remove"]
        assert all(entry.subject == f"saved-search:{mine}" for entry in entries)
        assert "王" not in json.dumps([entry.detail for entry in entries], ensure_ascii=False)
