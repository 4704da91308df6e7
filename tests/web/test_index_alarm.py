"""The line on the clerk's start page that says when something cannot be found by searching."""

from __future__ import annotations

from collections.abc import Callable

from archive import index_life, outbox
from base.errors import JuanzongError
from ingest.indexer import drain
from search.embedded import EmbeddedIndex
from tests.archive.factory import Made
from tests.search.failing import FailingIndex
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


def _refuse(made: Made, *names: str) -> None:
    with made.office.catalogue.write() as session:
        outbox.announce(session, names)
    index = EmbeddedIndex.create(made.office.index_path)
    drain(made.office, FailingIndex(index, rejected=names))
    index.close()


def test_nothing_is_said_while_all_is_well(made: Made, sign_in: SignIn) -> None:
    _refuse(made)
    assert "index-alarm" not in sign_in("east").get("/clerk/").text


def test_what_was_refused_is_named_to_those_who_see_it(made: Made, sign_in: SignIn) -> None:
    _refuse(made, "page:1", "person:1", "material:3")
    mine = sign_in("east").get("/clerk/").text
    assert '<a href="/clerk/pages/1">页 E-1</a>' in mine
    assert "人员 E-1" in mine
    assert "2 条内容未能建立检索" in mine
    assert "W-1" not in mine
    theirs = sign_in("west").get("/clerk/").text
    assert "材料 W-1" in theirs
    assert "E-1" not in theirs


def test_what_hinders_the_index_is_said_in_the_accounts_language(made: Made, sign_in: SignIn) -> None:
    _refuse(made)
    with made.office.catalogue.write() as session:
        index_life.note_health(session, JuanzongError("disk.full", path="index"))
    assert "检索库暂时不能写入" in sign_in("east").get("/clerk/").text
    with made.office.catalogue.write() as session:
        index_life.note_health(session, None)
    assert "index-alarm" not in sign_in("east").get("/clerk/").text
