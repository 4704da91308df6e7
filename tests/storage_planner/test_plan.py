"""A whole plan: its figures, the year the room is full, what it warns of and what it rests on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.messages import LANGUAGES
from standards.norms import norms, shelves
from storage_planner.model import Digital, Geometry, PlanInput, Room
from storage_planner.page import norm_choices, plan_page, shelf_choices
from storage_planner.plan import make_plan


def asked(volumes=60103.0, growth=1800.0, years=10, norm="office-60", **more) -> PlanInput:
    return PlanInput(volumes=volumes, yearly_growth=growth, years=years, norm=norms()[norm], **more)


def geometry(thickness=20.0, shelf="double-sided", fill=0.9) -> Geometry:
    return Geometry(thickness, shelves()[shelf], fill)


def codes(notes) -> set[str]:
    return {note.code for note in notes}


def test_years_run_from_today_to_the_end():
    plan = make_plan(asked())
    assert [need.year for need in plan.by_year] == list(range(11))
    assert (plan.by_year[0].volumes, plan.by_year[0].area_m2) == (60103, 360.618)
    assert (plan.projected.volumes, plan.projected.area_m2) == (78103, 468.618)


def test_no_years_is_today_only():
    plan = make_plan(asked(years=0))
    assert len(plan.by_year) == 1 and plan.projected.volumes == 60103


def test_the_floor_looks_at_the_projected_volumes():
    small, grown = make_plan(asked(1800, 60)), make_plan(asked(1800, 160))
    assert small.projected.floor_applied and small.projected.area_m2 == 15
    assert "plan.basis-floor-applied" in codes(small.basis)
    # 1800 volumes today are below the floor, the 3400 that are planned for are not.
    assert not grown.projected.floor_applied and grown.projected.area_m2 == 20.4
    assert grown.by_year[0].floor_applied and grown.by_year[0].area_m2 == 15


@pytest.mark.parametrize(
    ("room", "year"),
    [
        (Room(area_m2=360), 0),
        (Room(area_m2=360.618), 1),
        (Room(area_m2=420), 6),
        (Room(area_m2=468.618), None),
        (Room(capacity_volumes=61903), 2),
        (Room(area_m2=420, capacity_volumes=61903), 2),
        (None, None),
    ],
)
def test_the_year_the_room_is_full(room, year):
    plan = make_plan(asked(room=room))
    assert plan.full_in_year == year
    assert ("plan.room-full" in codes(plan.warnings)) == (year is not None)
    assert ("plan.no-room" in codes(plan.warnings)) == (room is None)


def test_shelving():
    answer = make_plan(asked(geometry=geometry(25, "compact"))).geometry
    assert answer is not None
    assert (answer.sections, answer.volumes_per_section, answer.floor_load_kn_m2) == (213, 408, 12)
    assert answer.occupied_metres == 1952.575
    assert answer.linear_metres == pytest.approx(1952.575 / 0.9)
    assert answer.area_check_m2 == pytest.approx(1952.575 / 7.2)


def test_five_drawer_cabinets_have_metres_but_no_sections():
    plan = make_plan(asked(geometry=geometry(15, "five-drawer")))
    assert plan.geometry is not None
    assert plan.geometry.sections is None and plan.geometry.linear_metres > 0
    assert "plan.no-standard-section" in codes(plan.warnings)


@pytest.mark.parametrize(
    ("norm", "shelving", "expected"),
    [
        ("office-60", geometry(20, "double-sided"), {"plan.shelving-exceeds-norm"}),
        ("office-60", geometry(15, "double-sided"), set()),
        ("office-60", geometry(20, "compact"), {"plan.floor-load-compact"}),
        ("office-60", geometry(15, "double-sided", 0.8), {"plan.fill-below-index"}),
        ("retiree-15", None, {"plan.ratio-compact-only"}),
        ("retiree-15", geometry(10, "double-sided"), {"plan.ratio-compact-only", "plan.shelving-exceeds-norm"}),
        (
            "retiree-15",
            geometry(11, "compact"),
            {"plan.ratio-compact-only", "plan.shelving-exceeds-norm", "plan.floor-load-compact"},
        ),
        ("retiree-15", geometry(10, "compact"), {"plan.floor-load-compact"}),
    ],
)
def test_warnings_of_area_and_shelving(norm, shelving, expected):
    about = {
        "plan.shelving-exceeds-norm",
        "plan.ratio-compact-only",
        "plan.floor-load-compact",
        "plan.fill-below-index",
    }
    assert codes(make_plan(asked(norm=norm, geometry=shelving)).warnings) & about == expected


def test_a_short_horizon_is_warned_of():
    assert "plan.short-horizon" in codes(make_plan(asked(years=9)).warnings)
    assert "plan.short-horizon" not in codes(make_plan(asked(years=10)).warnings)


def test_staff_by_the_norm():
    assert make_plan(asked(norm="hubei-100")).staff == 8
    assert "plan.no-staff-ratio" in codes(make_plan(asked()).warnings)


def test_digital_figures_left_open_are_named():
    plan = make_plan(asked(10_000, 0, digital=Digital()))
    assert plan.storage_tb == 4.5
    assert {"plan.basis-pages", "plan.basis-mb", "plan.basis-copies"} <= codes(plan.basis)
    own = make_plan(asked(10_000, 0, digital=Digital(50, 0.6, 1)))
    assert own.storage_tb == 0.3
    assert not codes(own.basis) & {"plan.basis-pages", "plan.basis-mb", "plan.basis-copies"}


def test_a_norm_known_from_reprints_says_so():
    assert "plan.basis-secondary" in codes(make_plan(asked(norm="cadre-250")).basis)
    assert "plan.basis-secondary" not in codes(make_plan(asked()).basis)


PLANS = st.builds(
    PlanInput,
    volumes=st.floats(0, 1e9),
    yearly_growth=st.floats(0, 1e9),
    years=st.integers(0, 30),
    norm=st.sampled_from(list(norms().values())),
    geometry=st.none()
    | st.builds(Geometry, st.floats(0.1, 850), st.sampled_from(list(shelves().values())), st.floats(1e-6, 1)),
    room=st.none() | st.builds(Room, st.floats(0, 1e9), st.none()),
    digital=st.none() | st.builds(Digital, st.none() | st.floats(0, 1e5), st.none(), st.none()),
    in_items=st.booleans(),
)


@given(PLANS)
def test_every_plan_can_be_told_and_every_gap_has_its_reason(question):
    answer = make_plan(question).as_json()
    json.dumps(answer, allow_nan=False)
    assert answer["volumes"] == answer["by_year"][-1]["volumes"]
    assert answer["area_m2"] == answer["by_year"][-1]["area_m2"]
    areas = [year["area_m2"] for year in answer["by_year"]]
    assert areas == sorted(areas)
    explained = {note["about"] for note in answer["warnings"]}
    for key in ("linear_metres", "sections", "staff", "storage_tb"):
        assert answer[key] is not None or key in explained
    for language in LANGUAGES:
        page = plan_page(make_plan(question), language)
        assert page.rows and all(figure.value for figure in page.figures)


def test_the_page_gives_each_gap_its_reason_once():
    page = plan_page(make_plan(asked()), "en")
    gaps = {figure.key: figure.reason for figure in page.figures if figure.reason}
    assert set(gaps) == {"full_in_year", "linear_metres", "sections", "staff", "storage_tb"}
    assert not set(gaps.values()) & set(page.warnings)
    assert [row.area for row in page.alternatives] == ["468.6", "117.2", "781", "781", "1,562.1", "1,952.6"]
    assert [row.id for row in page.alternatives if row.chosen] == ["office-60"]


def test_choices_of_the_form():
    for language in LANGUAGES:
        assert [choice.id for choice in norm_choices(language)] == list(norms())
        assert [choice.id for choice in shelf_choices(language)] == ["five-drawer", "double-sided", "compact"]
