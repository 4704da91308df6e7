"""姓名图: kept beside its nearest reading, in sight of whom it concerns, out of sight with its page, taken back and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from archive import name_images, page_acts
from archive.name_images import _checked_reading
from archive.tables import AuditEntry, Dossier, NameImage, OutboxRow, Page, PageVersion, Reading
from base.errors import AccessError, InputError
from base.text.unreadable import has_unreadable
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

BOX = [[60, 100], [240, 98], [240, 124], [60, 124]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """East: dossier 1 (pages 1–4) and 2 (5–8) of two persons; west: dossier 3 (9–10)."""
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b")
    add_dossier(made, batch, "E-1", "王□国")
    add_dossier(made, batch, "E-2", "李强")
    add_dossier(made, add_batch(made, "west", "c"), "W-1", "赵敏", pages=2)
    return made


def act(made: Made, what: Any, *arguments: Any, login: str = "east") -> Any:
    with made.office.catalogue.write() as session:
        return what(session, made.viewer(login), *arguments)


def keep(made: Made, reading: str = "王□国", version: int = 1, box: Any = BOX) -> int:
    return int(act(made, name_images.keep, version, box, reading))


def shown(made: Made, login: str = "east") -> dict[int, int]:
    with made.office.catalogue.read() as session:
        return name_images.shown(session, made.viewer(login), [1, 2, 3])


def readings(made: Made) -> list[str]:
    with made.office.catalogue.read() as session:
        return name_images.readings(session, 1)


def announced(made: Made) -> bool:
    """Whether the person is to be written to the index again since this was last asked."""
    with made.office.catalogue.write() as session:
        found = set(session.scalars(select(OutboxRow.document_id)))
        session.execute(delete(OutboxRow))
    return "person:1" in found


def test_the_box_is_upright_in_pixels_of_the_stored_image_and_the_person_is_announced(made: Made) -> None:
    first = keep(made)
    with made.office.catalogue.read() as session:
        row = session.get_one(NameImage, first)
        assert (row.person_id, row.version_id, row.box, row.reading) == (1, 1, [60, 98, 240, 124], "王□国")
        cut = name_images.cut(session, made.viewer("east"), first)
        trail = [(each.action, each.subject, each.detail) for each in session.scalars(select(AuditEntry))][-1]
    assert (cut.box, cut.rotation, cut.image.frame) == ((60, 98, 240, 124), 0, 0)
    # The trail names rows, not names.
    assert trail == ("name-image.keep", "page:1", {"name_image": first})
    assert announced(made)


def test_the_newest_stands_beside_the_name_and_all_readings_are_searched(made: Made) -> None:
    keep(made)
    second = keep(made, "王珤国", version=2)
    assert shown(made) == {1: second}
    assert readings(made) == ["王□国", "王珤国"]
    with made.office.catalogue.read() as session:
        lines = name_images.of_page(session, made.viewer("east"), 3)
    assert [(line.reading, line.page_id, line.by) for line in lines] == [("王珤国", 2, "王静"), ("王□国", 1, "王静")]


def test_withdrawn_it_is_gone_from_sight_and_search_but_not_from_the_catalogue(made: Made) -> None:
    first = keep(made)
    announced(made)
    act(made, name_images.withdraw, first)
    assert (shown(made), readings(made), announced(made)) == ({}, [], True)
    act(made, name_images.withdraw, first)
    assert not announced(made)
    with made.office.catalogue.read() as session:
        assert session.get_one(NameImage, first).withdrawn_by == made.accounts["east"]
        with pytest.raises(AccessError):
            name_images.cut(session, made.viewer("east"), first)
    act(made, name_images.put_back, first)
    assert (shown(made), readings(made), announced(made)) == ({1: first}, ["王□国"], True)


def test_only_who_sees_the_dossier_sees_the_picture(made: Made) -> None:
    first = keep(made)
    assert shown(made, "west") == {}
    with made.office.catalogue.read() as session:
        assert name_images.cut(session, made.viewer("admin"), first).reading == "王□国"
        for login in ("west", "planner"):
            with pytest.raises(AccessError):
                name_images.cut(session, made.viewer(login), first)
    for what, arguments in (("keep", (1, BOX, "王")), ("withdraw", (first,)), ("put_back", (first,))):
        for login in ("west", "desk"):
            with pytest.raises(AccessError):
                act(made, getattr(name_images, what), *arguments, login=login)


@pytest.mark.parametrize("way", ["transfer", "remove"])
def test_a_page_that_leaves_takes_its_picture_out_of_sight_and_brings_it_back(made: Made, way: str) -> None:
    """What is no paper of this person shows nobody's name any more, and is not searched."""
    first = keep(made)
    announced(made)
    other = (2,) if way == "transfer" else ()
    done = act(made, getattr(page_acts, way), 1, *other, "他人材料")
    assert (shown(made), readings(made), announced(made)) == ({}, [], True)
    act(made, page_acts.undo, done)
    assert (shown(made), announced(made)) == ({1: first}, True)


def test_a_new_image_of_the_page_leaves_the_picture_as_it_was_framed(made: Made) -> None:
    first = keep(made)
    with made.office.catalogue.write() as session:
        session.get_one(PageVersion, 1).state = "old"
    assert shown(made) == {1: first}
    with pytest.raises(InputError) as caught:
        keep(made)
    assert caught.value.code == "name-image.old-image"


def test_the_picture_turns_as_its_page_is_read(made: Made) -> None:
    first = keep(made)
    with made.office.catalogue.write() as session:
        session.scalars(select(Reading).where(Reading.version_id == 1)).one().rotation = 270
    with made.office.catalogue.read() as session:
        assert name_images.cut(session, made.viewer("east"), first).rotation == 270
    with made.office.catalogue.write() as session:
        session.get_one(PageVersion, 1).origin = "ours"
    with made.office.catalogue.read() as session:
        assert name_images.cut(session, made.viewer("east"), first).rotation == 0


@pytest.mark.parametrize(
    ("box", "reading", "code"),
    [
        (BOX[:3], "王", "name-image.box"),
        ([[60, 100], [64, 100], [64, 124], [60, 124]], "王", "name-image.box"),
        ([[500, 100], [600, 100], [600, 124], [500, 124]], "王", "name-image.box"),
        ([[0, 0], [420, 0], [420, 594], [0, 594]], "王", "name-image.too-large"),
        (BOX, "", "name-image.reading"),
        (BOX, " \n ", "name-image.reading"),
        (BOX, "王" * 41, "name-image.reading"),
    ],
)
def test_what_is_no_name_on_the_image_is_refused(made: Made, box: Any, reading: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        keep(made, reading, box=box)
    assert caught.value.code == code
    assert caught.value.text("zh_CN")
    assert shown(made) == {}


def test_a_dossier_of_nobody_known_is_refused(made: Made) -> None:
    with made.office.catalogue.write() as session:
        session.get_one(Dossier, session.get_one(Page, 1).dossier_id).person_id = None
    with pytest.raises(InputError) as caught:
        keep(made)
    assert caught.value.code == "name-image.nobody"


@given(st.text(alphabet=st.characters(codec=None), min_size=1, max_size=40))
def test_a_reading_is_one_line_with_boxes_for_what_cannot_be_typed(text: str) -> None:
    try:
        reading = _checked_reading(text)
    except InputError:
        assert not text.split()
        return
    assert reading == " ".join(reading.split())
    assert not has_unreadable(reading.replace("□", ""))
    assert reading.isprintable()


def test_showing_it_counts_as_a_view_of_that_part_of_the_page(made: Made) -> None:
    first = keep(made)
    act(made, name_images.record_view, first)
    with made.office.catalogue.read() as session:
        row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (row.action, row.subject, row.dossier_id) == ("page.view", "page:1", 1)
    assert row.detail == {"name_image": first, "region": [60, 98, 240, 124]}
