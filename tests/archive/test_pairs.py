"""Two look-alike pages that both belong there: marked by a person, undone like any other act."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive import page_acts
from archive.pairs import keep_both, marked_pairs, page_at
from archive.tables import AuditEntry, JobRow, PageVersion
from base.errors import AccessError, InputError
from tests.archive.factory import Made, add_batch, add_dossier, add_finding, make_desks


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰", pages=3)
    with made.office.catalogue.write() as session:
        double = add_finding(session, session.get_one(PageVersion, 2), "page.duplicate", "review")
        double.measured, double.params = session.get_one(PageVersion, 1).file.path, {"certain": 0.9}
    return made


def test_a_pair_is_kept_until_it_is_undone(made: Made) -> None:
    me = made.viewer("east")
    with made.office.catalogue.write() as session:
        assert marked_pairs(session, 1) == frozenset()
        act = keep_both(session, me, 1, "浮签合上与揭开")
        assert marked_pairs(session, 1) == {frozenset((1, 2))}
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "page.pair"
        judging = select(JobRow).where(JobRow.kind == "judge", JobRow.subject_id == 1)
        assert len(session.scalars(judging).all()) == 1
        page_acts.undo(session, me, act)
        assert marked_pairs(session, 1) == frozenset()
        assert len(session.scalars(judging).all()) == 2


def test_only_who_sees_the_dossier_marks_a_double_whose_other_page_is_there(made: Made) -> None:
    with made.office.catalogue.write() as session, pytest.raises(AccessError):
        keep_both(session, made.viewer("west"), 1, "")
    with made.office.catalogue.write() as session, pytest.raises(AccessError):
        keep_both(session, made.viewer("east"), 99, "")
    with made.office.catalogue.write() as session:
        page_acts.remove(session, made.viewer("east"), 1, "重复扫描")
    with made.office.catalogue.write() as session, pytest.raises(InputError):
        keep_both(session, made.viewer("east"), 1, "")


def test_a_page_is_found_by_the_path_it_came_under(made: Made) -> None:
    with made.office.catalogue.read() as session:
        found = page_at(session, 1, session.get_one(PageVersion, 3).file.path)
        assert found is not None
        assert found.id == 3
        assert page_at(session, 1, "nowhere.jpg") is None
