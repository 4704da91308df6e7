"""The arithmetic of a plan against the worked cases of the facts, and its laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.norms import norms, shelves, standard_section
from storage_planner import rules

OFFICE = norms()["office-60"]
VOLUMES = st.integers(0, 10**9) | st.floats(0, 1e9, allow_nan=False)

# Stock, growth, volumes after ten years; m2 at 15, 60, 100, 200; m2 of 20 mm on compact shelving;
# sections of 20 mm when full, of 25 mm at a fill of 0.9.
CASES = [
    (60103, 1800, 78103, 117.2, 468.6, 781.0, 1562.1, 217.0, 155, 213),
    (25980, 780, 33780, 50.7, 202.7, 337.8, 675.6, 93.8, 68, 92),
    (107200, 3200, 139200, 208.8, 835.2, 1392.0, 2784.0, 386.7, 277, 380),
    (1800, 60, 2400, 3.6, 15.0, 24.0, 48.0, 6.7, 5, 7),
    (2500, 0, 2500, 3.75, 15.0, 25.0, 50.0, 6.9, 5, 7),
]


@pytest.mark.parametrize(
    ("stock", "growth", "volumes", "m15", "m60", "m100", "m200", "compact", "full", "thick"), CASES
)
def test_worked_cases(stock, growth, volumes, m15, m60, m100, m200, compact, full, thick):
    assert rules.projected_volumes(stock, growth, 10) == volumes
    expected = {"retiree-15": m15, "office-60": m60, "hubei-100": m100, "shenzhen-100": m100, "cadre-200": m200}
    for norm_id, area in expected.items():
        assert rules.area_m2(norms()[norm_id], volumes) == pytest.approx(area, abs=0.05)
    index = shelves()["compact"].metres_per_m2
    assert rules.area_by_shelving(volumes, 20, index) == pytest.approx(compact, abs=0.05)
    section = standard_section()
    assert rules.sections(volumes, rules.volumes_per_section(section, 20), 1) == full
    assert rules.sections(volumes, rules.volumes_per_section(section, 25), 0.9) == thick


@pytest.mark.parametrize(
    ("thickness", "volumes"), [(20, 504), (25, 408), (30, 336), (35, 288), (40, 252), (45, 216), (50, 204)]
)
def test_volumes_of_a_standard_section(thickness, volumes):
    assert rules.volumes_per_section(standard_section(), thickness) == volumes


@pytest.mark.parametrize(
    ("thickness", "five_drawer", "double_sided", "compact"),
    [
        (10, 37.0, 30.3, 13.9),
        (15, 55.6, 45.5, 20.8),
        (20, 74.1, 60.6, 27.8),
        (25, 92.6, 75.8, 34.7),
        (30, 111.1, 90.9, 41.7),
        (40, 148.1, 121.2, 55.6),
        (50, 185.2, 151.5, 69.4),
    ],
)
def test_area_of_ten_thousand_by_shelving(thickness, five_drawer, double_sided, compact):
    for shelf, area in (("five-drawer", five_drawer), ("double-sided", double_sided), ("compact", compact)):
        assert rules.area_by_shelving(10_000, thickness, shelves()[shelf].metres_per_m2) == pytest.approx(
            area, abs=0.05
        )


@pytest.mark.parametrize(
    ("ratio", "shelf", "held"),
    [(15, "double-sided", 4.95), (15, "compact", 10.8), (60, "five-drawer", 16.2), (60, "compact", 43.2)],
)
def test_thickness_that_a_ratio_holds(ratio, shelf, held):
    assert rules.thickness_held(ratio, 10_000, shelves()[shelf].metres_per_m2) == pytest.approx(held)


@pytest.mark.parametrize(
    ("pages", "mb", "copies", "tb"), [(50, 0.6, 1, 0.3), (100, 1.5, 3, 4.5), (150, 26.1, 3, 117.45), (200, 0.6, 3, 3.6)]
)
def test_storage_of_ten_thousand(pages, mb, copies, tb):
    assert rules.storage_tb(10_000, pages, mb, copies) == tb


def test_the_floor_meets_the_ratio_at_2500_volumes():
    assert rules.floor_applies(OFFICE, 2499.9)
    assert not rules.floor_applies(OFFICE, 2500)
    assert rules.area_m2(OFFICE, 0) == rules.area_m2(OFFICE, 2499.9) == rules.area_m2(OFFICE, 2500) == 15
    assert rules.area_m2(OFFICE, 2501) == 15.006


@given(st.floats(0, 5000), st.floats(0, 1))
def test_area_has_no_jump(volumes, step):
    grown = rules.area_m2(OFFICE, volumes + step) - rules.area_m2(OFFICE, volumes)
    assert grown <= 0.006 * step + 1e-9


@given(VOLUMES, VOLUMES, st.sampled_from(list(norms().values())))
def test_more_volumes_never_need_less(one, other, norm):
    few, many = sorted((one, other))
    assert rules.area_m2(norm, few) <= rules.area_m2(norm, many)
    assert rules.sections(few, 504, 0.9) <= rules.sections(many, 504, 0.9)
    if norm.volumes_per_staff:
        assert rules.staff(norm, few) <= rules.staff(norm, many)


@given(st.integers(0, 10**10))
def test_ten_items_are_one_volume(items):
    assert rules.volumes_of_items(items) == items / 10


@given(st.integers(1, 10**6), st.integers(1, 850), st.integers(1, 100))
def test_sections_hold_all_and_one_fewer_would_not(volumes, thickness, percent):
    per_section = rules.volumes_per_section(standard_section(), thickness)
    count = rules.sections(volumes, per_section, percent / 100)
    assert count * per_section * percent >= volumes * 100
    assert (count - 1) * per_section * percent < volumes * 100


@given(st.integers(0, 10**6), st.integers(1, 850), st.integers(1, 100))
def test_a_fuller_shelf_needs_fewer_metres(volumes, thickness, percent):
    occupied = rules.occupied_metres(volumes, thickness)
    metres = rules.shelf_metres(volumes, thickness, percent / 100)
    assert metres >= occupied
    assert math.isclose(metres * percent / 100, occupied, rel_tol=1e-12)


def test_decimals_are_taken_as_written():
    # In binary 0.1 + 0.2 is more than 0.3: one section too many.
    assert rules.sections(rules.projected_volumes(0.1, 0.1, 2), 1, 0.3) == 1


def test_staff_only_where_the_norm_gives_a_ratio():
    assert rules.staff(norms()["hubei-100"], 78103) == 8
    assert rules.staff(norms()["hubei-100"], 80000) == 8
    assert rules.staff(OFFICE, 78103) is None
