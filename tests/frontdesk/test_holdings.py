"""What a dossier holds, told by class, with what may be copied."""

from __future__ import annotations

import pytest

from archive.tables import Dossier, Material
from base.clock import now
from base.errors import AccessError
from frontdesk.holdings import contents_of_person, material_date, page_image
from tests.archive.factory import add_dossier
from tests.frontdesk.desk import Desk, set_class


def test_materials_stand_by_class_with_dates_and_pages(desk: Desk) -> None:
    set_class(desk, desk.accepted, "四-2")
    with desk.made.office.catalogue.read() as session:
        (content,) = contents_of_person(session, desk.viewer("desk1"), desk.person(desk.accepted))
    assert content.copyable
    assert content.page_count == 4
    (group,) = content.groups
    assert group.code == "4"
    assert [(line.title, line.date, len(line.pages)) for line in group.materials] == [
        ("职工登记表", "1966", 2), ("履历表", "1967", 2),
    ]  # fmt: skip
    assert [page.number for page in group.materials[1].pages] == [1, 2]


def test_pages_not_yet_split_stand_in_a_group_of_their_own(desk: Desk) -> None:
    dossier_id = add_dossier(desk.made, desk.made.batches["2026-01"], "DA-0003", "王芳", layout="run")
    with desk.made.office.catalogue.read() as session:
        (content,) = contents_of_person(session, desk.viewer("desk1"), desk.person(dossier_id))
    assert not content.copyable
    assert [len(line.pages) for group in content.groups for line in group.materials] == [0, 0, 4]


@pytest.mark.parametrize(
    ("parts", "said"),
    [((1986, 4, 2), "1986-04-02"), ((1986, 4, None), "1986-04"), ((1986, None, 2), "1986"), ((None, 4, 2), "")],
)
def test_a_date_is_told_as_far_as_it_is_written(parts: tuple[int | None, ...], said: str) -> None:
    year, month, day = parts
    assert material_date(Material(year=year, month=month, day=day)) == said


def test_an_accepted_state_without_its_date_is_not_accepted(desk: Desk) -> None:
    with desk.made.office.catalogue.write() as session:
        session.get_one(Dossier, desk.waiting).accepted_at = now()
        session.get_one(Dossier, desk.accepted).accepted_at = None
    with desk.made.office.catalogue.read() as session:
        for dossier_id in (desk.accepted, desk.waiting):
            assert not contents_of_person(session, desk.viewer("desk1"), desk.person(dossier_id))[0].copyable


def test_a_page_of_another_person_is_not_found(desk: Desk) -> None:
    with desk.made.office.catalogue.read() as session, pytest.raises(AccessError):
        page_image(session, desk.viewer("desk1"), desk.person(desk.accepted), desk.pages(desk.waiting)[0])
