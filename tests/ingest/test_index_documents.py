"""What documents are made of, and that the catalogue announces every change of it, whoever makes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Float, Integer, String, delete, select, update
from sqlalchemy.orm import Session

from archive import accounts
from archive.announcing import WATCHED
from archive.tables import (
    Dossier,
    LineCorrection,
    Material,
    NameImage,
    Organization,
    OutboxRow,
    Page,
    PageVersion,
    Person,
    Place,
    Reading,
    Table,
)  # fmt: skip
from archive.tables.base import UtcTime
from base.clock import now
from base.digests import sha256_of_bytes
from ingest.index_documents import build_many, indexed_ids
from search.index import KINDS, Document, stamp
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

BOX = [[60, 100], [240, 100], [240, 124], [60, 124]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Two dossiers of an enterprise in a district, one on a shelf, with a name kept as an image and a corrected line."""
    office = make_desks(tmp_path)
    batch = add_batch(office, "east", "b1")
    first, _ = (
        add_dossier(office, batch, "D-1", "张桂兰", pages=2),
        add_dossier(office, batch, "D-2", "王建国", pages=1),
    )
    with office.office.catalogue.write() as session:
        district = accounts.make_organization(session, "城东区", "district", accounts.root_organization(session))
        unit = session.get_one(Organization, office.organizations["east"])
        unit.path, unit.parent_id = f"{district.path}{unit.id}/", district.id
        room = Place(kind="room", code="A", name="一号库房")
        session.add_all([room, Place(kind="room", code="B", name="二号库房")])
        session.flush()
        box = Place(kind="box", code="A-0302", name="", parent_id=room.id)
        session.add(box)
        session.flush()
        dossier = session.get_one(Dossier, first)
        dossier.place_id = box.id
        # Numbers that no other row has, so that each may be put where another row's stands.
        session.get_one(PageVersion, 1).file_page = 7
        session.get_one(Reading, 1).engine_version = "other"
        person = session.get_one(Person, dossier.person_id)
        person.former_name, person.id_raw = "张桂蘭、招弟", "11010519491231002"
        material = session.get_one(Material, 1)
        material.month, material.day, material.remark, material.key = 12, 5, "复印件", "1-01"
        session.add(
            LineCorrection(
                line_id=1,
                page_id=1,
                version_id=1,
                kind="correct",
                text="姓名 张桂蘭",
                box=BOX,
                account_id=1,
                made_at=now(),
            )
        )
        session.add(
            NameImage(
                person_id=person.id, version_id=1, box=[60, 100, 200, 120], reading="张□兰", account_id=1, made_at=now()
            )
        )
    return office


def built(made: Made) -> dict[str, Document]:
    with made.office.catalogue.read() as session:
        ids = [f"{kind}:{each}" for kind in KINDS for each in indexed_ids(session, kind, 0, 100)]
        return {each.id: each for each in build_many(made.office, session, ids).documents}


def stamps(made: Made) -> dict[str, str]:
    return {each.id: stamp(each) for each in built(made).values()}


def announced(made: Made) -> set[str]:
    with made.office.catalogue.read() as session:
        return set(session.scalars(select(OutboxRow.document_id)))


def forget(made: Made) -> None:
    with made.office.catalogue.write() as session:
        session.execute(delete(OutboxRow))


def test_a_page_knows_its_paper_unit_place_and_how_sure_its_text_is(made: Made) -> None:
    page = built(made)["page:1"]
    assert page.text == "职工登记表\n姓名 张桂蘭"
    assert (page.title, page.class_code, page.year, page.day) == ("职工登记表", "1", 1966, 19661205)
    assert page.units == ("城东区档案所", "城东区", "东城纺织厂")
    assert page.organisations == (1, page.district, page.enterprise)
    assert page.enterprise == made.organizations["east"]
    assert page.place == "一号库房 A-0302"
    assert page.archive_no == "D-1"
    assert page.confidence is not None
    assert 0.99 < page.confidence < 1  # one line read with 0.99, one that a person has said


def test_a_person_is_found_by_all_names_and_numbers_as_written(made: Made) -> None:
    person = built(made)["person:1"]
    assert person.names == ("张桂兰", "张桂蘭", "招弟", "张□兰")
    assert person.identifiers == ("110105194912310021", "11010519491231002", "D-1")
    assert (person.place, person.archive_no) == ("一号库房 A-0302", "D-1")


def test_a_material_of_which_only_the_year_is_written(made: Made) -> None:
    material = built(made)["material:2"]
    assert (material.day, material.identifiers) == (19670000, ("D-1",))


def test_a_damaged_reading_is_refused_alone(made: Made) -> None:
    with made.office.catalogue.read() as session:
        key = session.get_one(Reading, 2).object_key
    broken = b'{"lines": 3}'
    made.office.store.put(
        key, broken, sha256=sha256_of_bytes(broken), size=len(broken), media_type="application/json", replace=True
    )
    with made.office.catalogue.read() as session:
        found = build_many(made.office, session, ["page:1", "page:2", "page:99", "shelf:1", "page:x"])
    assert [each.id for each in found.documents] == ["page:1"]
    assert {each: error.code for each, error in found.refused.items()} == {"page:2": "index.reading-damaged"}
    assert found.gone == ["page:99", "shelf:1", "page:x"]


# Values that a column of its type could have and that mean something there.
_OTHER: dict[str, Any] = {
    "organization.path": "/1/2/",
    "page.state": "removed",
    "page_version.state": "old",
    "line_correction.box": [[60, 300], [240, 300], [240, 324], [60, 324]],
    "line_correction.kind": "noise",
    "line_correction.spans": [],
    "name_image.box": [60, 100, 210, 120],
    "name_image.version_id": 3,
}


# The rows that are deep in their trees.
_FIRST: dict[type[Any], tuple[Any, ...]] = {
    Organization: (Organization.name != "东城纺织厂",),
    Place: (Place.kind != "box",),
}


def _another(session: Session, row: Any, column: Any) -> Any:
    """Some other value for a column of a row; the row's own where there is none."""
    value = getattr(row, column.key)
    name = f"{column.table.name}.{column.name}"
    if name in _OTHER:
        return _OTHER[name]
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return session.execute(select(target).where(target != value).limit(1)).scalar() or value
    for kind, change in (
        (JSON, lambda: value),
        (Boolean, lambda: not value),
        (UtcTime, lambda: (value or datetime(2020, 1, 1, tzinfo=UTC)) + timedelta(days=1)),
        (Float, lambda: (value or 0) / 2),
        (Integer, lambda: (value or 0) + 1),
        (String, lambda: f"{value or ''}改"),
    ):
        if isinstance(column.type, kind):
            return change()
    raise AssertionError(name)


def test_every_change_that_a_document_shows_is_announced(made: Made) -> None:
    """Each column of each row of the catalogue is changed in turn: what is built otherwise then must have been announced."""
    before = stamps(made)
    showing: set[str] = set()
    rows: list[tuple[type[Any], int]] = []
    with made.office.catalogue.read() as session:
        for mapper in Table.registry.mappers:
            if mapper.class_ is not OutboxRow and "id" in mapper.columns:
                model = mapper.class_
                first = session.scalar(select(model.id).order_by(*_FIRST.get(model, ()), model.id).limit(1))
                rows += [(model, first)] if first is not None else []
    for model, number in rows:
        for column in model.__table__.columns:
            if column.primary_key:
                continue
            with made.office.catalogue.write() as session:
                session.execute(delete(OutboxRow))
                row = session.get_one(model, number)
                was = getattr(row, column.key)
                setattr(row, column.key, _another(session, row, column))
            after = stamps(made)
            changed = {each for each in before.keys() | after.keys() if before.get(each) != after.get(each)}
            assert changed <= announced(made), f"{model.__name__}.{column.key}: {changed - announced(made)}"
            showing |= {f"{model.__name__}.{column.key}"} if changed else set()
            with made.office.catalogue.write() as session:
                session.execute(delete(OutboxRow))
                setattr(session.get_one(model, number), column.key, was)
            assert changed <= announced(made), f"{model.__name__}.{column.key} back"
    watched = {f"{model.__name__}.{name}" for model, names in WATCHED.items() for name in names}
    # An image that was read again to the same text shows no difference, and could have been read to another.
    assert watched - showing == {"Reading.read_at"}


def test_statements_that_pass_the_rows_by_are_announced_too(made: Made) -> None:
    forget(made)
    with made.office.catalogue.write() as session:
        session.execute(update(Material).where(Material.id == 1).values(title="履历"))
    assert announced(made) == {"material:1", "page:1"}
    forget(made)
    with made.office.catalogue.write() as session:
        session.execute(update(Reading).where(Reading.version_id == 2).values(current=False))
    assert announced(made) == {"page:2"}
    forget(made)
    with made.office.catalogue.write() as session:
        session.execute(update(Page).where(Page.material_id == 2).values(material_id=None))
        session.execute(delete(Material).where(Material.id == 2))
    assert "material:2" in announced(made)


def test_a_unit_that_is_renamed_and_a_room_that_moves_reach_all_below(made: Made) -> None:
    forget(made)
    with made.office.catalogue.write() as session:
        session.get_one(Organization, 1).name = "城东区档案馆"
    assert announced(made) == stamps(made).keys()
    forget(made)
    with made.office.catalogue.write() as session:
        session.get_one(Place, 1).name = "三号库房"
    assert announced(made) == {"page:1", "page:2", "material:1", "material:2", "person:1"}


def test_a_person_who_gets_a_second_dossier_is_announced(made: Made) -> None:
    forget(made)
    with made.office.catalogue.write() as session:
        other = session.scalars(select(Dossier).where(Dossier.key == "D-2")).one()
        other.person_id = 1
    assert {"person:1", "person:2"} <= announced(made)
    assert built(made)["person:1"].identifiers[-2:] == ("D-1", "D-2")


def test_what_is_rolled_back_is_not_announced(made: Made) -> None:
    forget(made)
    with pytest.raises(RuntimeError), made.office.catalogue.write() as session:
        session.get_one(Material, 1).title = "履历"
        session.flush()
        raise RuntimeError
    assert announced(made) == set()


def test_what_is_no_part_of_a_document_announces_nothing(made: Made) -> None:
    forget(made)
    with made.office.catalogue.write() as session:
        session.get_one(Dossier, 1).state = "accepted"
        session.get_one(PageVersion, 1).measures = {"dpi": {"value": 200}}
        session.get_one(Material, 1).title = session.get_one(Material, 1).title
    assert announced(made) == set()
