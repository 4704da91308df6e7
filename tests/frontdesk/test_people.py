"""Finding a person by what is on the card, with and without the index."""

from __future__ import annotations

import pytest

from archive.tables import Dossier, Person, Place
from base.errors import AccessError
from frontdesk.people import look_up, person_card
from tests.frontdesk.desk import GOOD_ID, Desk


def _names(desk: Desk, query: str, found: tuple[int, ...] = (), login: str = "desk1") -> list[tuple[str, str]]:
    with desk.made.office.catalogue.read() as session:
        cards = look_up(session, desk.viewer(login), query, found)
        return [(card.name, card.dossiers[0].archive_no) for card in cards]


@pytest.mark.parametrize(
    "query", [GOOD_ID, "1101051949 1231 002x", "１１０１０５１９４９１２３１００２Ｘ", "110105491231002", "11010519491"]
)
def test_an_id_number_finds_its_people_in_every_form(desk: Desk, query: str) -> None:
    assert _names(desk, query) == [("张桂兰", "DA-0001"), ("李建国", "DA-0002")]


@pytest.mark.parametrize(
    ("query", "name"), [("张桂兰", "张桂兰"), ("李建", "李建国"), ("DA-0002", "李建国"), (" 张 桂兰 ", "张桂兰")]
)
def test_names_from_their_start_and_dossier_numbers_need_no_index(desk: Desk, query: str, name: str) -> None:
    assert [found for found, _ in _names(desk, query)] == [name]


@pytest.mark.parametrize("query", ["", "  ", "%", "_", "11010", "zhang", "桂兰", "110105194912310021"])
def test_what_the_catalogue_cannot_know_finds_nobody(desk: Desk, query: str) -> None:
    assert _names(desk, query) == []


def test_what_the_index_found_comes_after_what_the_catalogue_knows_and_only_once(desk: Desk) -> None:
    first, second = desk.person(desk.accepted), desk.person(desk.waiting)
    assert [name for name, _ in _names(desk, "李建国", (first, second))] == ["李建国", "张桂兰"]
    assert [name for name, _ in _names(desk, "zgl", (first,))] == ["张桂兰"]


def test_a_person_of_another_unit_is_not_there(desk: Desk) -> None:
    assert _names(desk, "张桂兰", login="desk3") == [("张桂兰", "DX-0001")]
    assert _names(desk, "x", (desk.person(desk.elsewhere),)) == []
    with desk.made.office.catalogue.read() as session, pytest.raises(AccessError) as caught:
        person_card(session, desk.viewer("desk1"), desk.person(desk.elsewhere))
    assert caught.value.code == "not-found"


def test_the_card_masks_the_number_and_leads_to_the_paper(desk: Desk) -> None:
    with desk.made.office.catalogue.write() as session:
        room = Place(kind="room", code="1", name="1号库房")
        session.add(room)
        session.flush()
        box = Place(kind="box", code="1-3-2-4-07", name="07盒", parent_id=room.id)
        session.add(box)
        session.flush()
        session.get_one(Dossier, desk.accepted).place_id = box.id
    with desk.made.office.catalogue.read() as session:
        card = person_card(session, desk.viewer("desk1"), desk.person(desk.accepted))
    assert (card.id_masked, card.unit) == ("110105********002X", "东城纺织厂")
    assert [(line.archive_no, line.place, line.copyable) for line in card.dossiers] == [
        ("DA-0001", "1号库房-07盒", True)
    ]


def test_a_former_name_is_found(desk: Desk) -> None:
    with desk.made.office.catalogue.write() as session:
        session.get_one(Person, desk.person(desk.waiting)).former_name = "李卫东"
    assert [name for name, _ in _names(desk, "李卫东")] == ["李建国"]
