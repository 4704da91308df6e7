"""库位: written in any way, kept in one; logged, scoped, announced to the index."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from archive import places
from archive.tables import AuditEntry, Dossier, OutboxRow, Place
from base.errors import AccessError, InputError
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

_NAME = st.text("0123456789号库房列节层盒甲乙", min_size=1, max_size=20)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b1")
    add_dossier(made, batch, "D-1", "张桂兰")
    add_dossier(made, batch, "D-2", "陈秀英")
    return made


@given(st.lists(_NAME, max_size=5), st.sampled_from(["-", " - ", "－", "—", "/", "、", ",", "，", " ", "\u3000"]))
def test_whatever_stands_between_the_parts(names: list[str], between: str) -> None:
    assert places.parts_of(between.join(names)) == tuple(names)


@pytest.mark.parametrize(
    ("written", "code"),
    [("1-2-3-4-5-6", "place.too-deep"), ("库" * 21, "place.name"), ("1号\u202e库房", "place.name")],
)
def test_what_is_no_place_is_refused_with_its_reason(made: Made, written: str, code: str) -> None:
    with pytest.raises(InputError) as error, made.office.catalogue.write() as session:
        places.record(session, made.viewer("east"), 1, written)
    assert error.value.code == code
    with made.office.catalogue.read() as session:
        assert session.get_one(Dossier, 1).place_id is None


def test_dossiers_of_one_box_share_its_row(made: Made) -> None:
    east = made.viewer("east")
    with made.office.catalogue.write() as session:
        assert places.record(session, east, 1, "１号库房 03列 2节 4层 07盒") == "1号库房-03列-2节-4层-07盒"
        assert places.record(session, east, 2, "1号库房-03列-2节-4层-07盒") == "1号库房-03列-2节-4层-07盒"
    with made.office.catalogue.read() as session:
        first, second = session.get_one(Dossier, 1), session.get_one(Dossier, 2)
        assert first.place_id == second.place_id is not None
        assert places.place_of(session, east, 1) == "1号库房-03列-2节-4层-07盒"
        assert session.scalars(select(Place.kind).order_by(Place.id)).all() == list(places.KINDS)


def test_a_place_is_taken_away_again_and_each_change_is_in_the_trail(made: Made) -> None:
    east = made.viewer("east")
    with made.office.catalogue.write() as session:
        places.record(session, east, 1, "1号库房")
        places.record(session, east, 1, "1号库房")
        assert places.record(session, east, 1, "") == ""
    with made.office.catalogue.read() as session:
        assert places.place_of(session, east, 1) == ""
        lines = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "dossier.place")).all()
        assert [(line["old"], line["new"]) for line in lines] == [(None, 1), (1, None)]


def test_the_index_hears_of_it(made: Made) -> None:
    with made.office.catalogue.read() as session:
        before = session.scalar(select(func.max(OutboxRow.id))) or 0
    with made.office.catalogue.write() as session:
        places.record(session, made.viewer("east"), 1, "1号库房")
    with made.office.catalogue.read() as session:
        told = session.scalars(select(OutboxRow.document_id).where(OutboxRow.id > before)).all()
    assert {each.split(":")[0] for each in told} == {"person", "material", "page"}


def test_nobody_places_what_he_does_not_see(made: Made) -> None:
    with made.office.catalogue.write() as session:
        with pytest.raises(AccessError):
            places.record(session, made.viewer("west"), 1, "1号库房")
        with pytest.raises(AccessError):
            places.record(session, made.viewer("planner"), 1, "1号库房")
