"""Many pages at once: each act does what it says in one step, and undoing brings back exactly what was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import page_acts, page_arranging
from archive.access import Viewer
from archive.tables import AuditEntry, Material, Page
from base.errors import AccessError, InputError
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

Act = Callable[[Session, Viewer, int], int]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "b1")
    for key in ("D-1", "D-2"):
        add_dossier(made, batch, key, "张桂兰", pages=4)
    return made


@pytest.fixture
def east(made: Made) -> Viewer:
    return made.viewer("east")


def order(made: Made, dossier_id: int = 1) -> list[tuple[int, int | None]]:
    with made.office.catalogue.read() as session:
        return [(page.id, page.material_id) for page in page_acts.active_pages(session, dossier_id)]


def snapshot(made: Made) -> list[object]:
    with made.office.catalogue.read() as session:
        pages = session.execute(
            select(Page.id, Page.dossier_id, Page.material_id, Page.position, Page.state).order_by(Page.id)
        )
        return [*map(tuple, pages), *session.scalars(select(Material.id).order_by(Material.id))]


@pytest.mark.parametrize(
    ("act", "first", "second"),
    [
        (
            lambda s, v, d: page_arranging.arrange(s, v, d, [1, 4], before=3),
            [(2, 1), (1, 2), (4, 2), (3, 2)], [(5, 3), (6, 3), (7, 4), (8, 4)],
        ),
        (
            lambda s, v, d: page_arranging.arrange(s, v, d, [2, 1], before=None),
            [(3, 2), (4, 2), (1, 2), (2, 2)], [(5, 3), (6, 3), (7, 4), (8, 4)],
        ),
        (
            lambda s, v, d: page_arranging.into_material(s, v, d, [4, 3], 1),
            [(1, 1), (2, 1), (3, 1), (4, 1)], [(5, 3), (6, 3), (7, 4), (8, 4)],
        ),
        (
            lambda s, v, d: page_arranging.split_off(s, v, d, [1], "4-1", "转正审批表"),
            [(2, 1), (1, 5), (3, 2), (4, 2)], [(5, 3), (6, 3), (7, 4), (8, 4)],
        ),
        (
            lambda s, v, d: page_arranging.move_off(s, v, d, [3, 2], 2, "他人材料混入"),
            [(1, 1), (4, 2)], [(5, 3), (6, 3), (7, 4), (8, 4), (2, None), (3, None)],
        ),
        (
            lambda s, v, d: page_arranging.take_out(s, v, d, [2, 3], "重复扫描"),
            [(1, 1), (4, 2)], [(5, 3), (6, 3), (7, 4), (8, 4)],
        ),
    ],
    ids=["before", "last", "material", "split-off", "move-off", "take-out"],
)  # fmt: skip
def test_an_act_and_its_undoing(
    made: Made, east: Viewer, act: Act, first: list[tuple[int, int]], second: list[tuple[int, int | None]]
) -> None:
    before = snapshot(made)
    with made.office.catalogue.write() as session:
        act_id = act(session, east, 1)
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("page."))).all()
        assert [each.detail["act"] for each in lines] == [act_id]
    assert (order(made, 1), order(made, 2)) == (first, second)
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, act_id)
    assert snapshot(made) == before


def test_a_later_act_is_undone_first(made: Made, east: Viewer) -> None:
    with made.office.catalogue.write() as session:
        first = page_arranging.arrange(session, east, 1, [1], before=None)
        second = page_arranging.take_out(session, east, 1, [1], "x")
    with made.office.catalogue.write() as session, pytest.raises(InputError) as later:
        page_acts.undo(session, east, first)
    assert later.value.code == "page-act.later-first"
    with made.office.catalogue.write() as session:
        page_acts.undo(session, east, second)
        page_acts.undo(session, east, first)


@pytest.mark.parametrize("pages", [[], [5], [1, 999]])
def test_only_pages_of_the_dossier(made: Made, east: Viewer, pages: list[int]) -> None:
    with made.office.catalogue.write() as session, pytest.raises(InputError):
        page_arranging.arrange(session, east, 1, pages, before=3)
    with made.office.catalogue.write() as session, pytest.raises(InputError):
        page_arranging.arrange(session, east, 1, [1], before=1)
    with made.office.catalogue.write() as session, pytest.raises(InputError):
        page_arranging.into_material(session, east, 1, [1], 3)


def test_only_the_unit_itself(made: Made) -> None:
    with made.office.catalogue.write() as session, pytest.raises(AccessError):
        page_arranging.take_out(session, made.viewer("west"), 1, [1], "x")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sets(st.integers(1, 4), min_size=1), st.one_of(st.none(), st.integers(1, 4))), max_size=8))
def test_any_row_of_acts_keeps_every_page_once(made: Made, steps: list[tuple[set[int], int | None]]) -> None:
    viewer = made.viewer("east")
    for marked, before in steps:
        wanted = [page for page, _ in order(made)]
        moved = [page for page in wanted if page in marked]
        rest = [page for page in wanted if page not in marked]
        try:
            with made.office.catalogue.write() as session:
                page_arranging.arrange(session, viewer, 1, list(marked), before)
        except InputError as error:
            assert error.code in ("page-act.nothing", "page-act.decided")
            assert order(made) and [page for page, _ in order(made)] == wanted
            continue
        place = rest.index(before) if before is not None else len(rest)
        assert [page for page, _ in order(made)] == [*rest[:place], *moved, *rest[place:]]
