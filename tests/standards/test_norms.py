"""Norms as data: ids stay, every figure says where it stands."""

from __future__ import annotations

from standards.norms import DEFAULT_NORM, digital_defaults, norms, shelves, standard_section


def test_ids_and_ratios_stay():
    assert {norm.id: norm.m2_per_10000 for norm in norms().values()} == {
        "office-60": 60,
        "retiree-15": 15,
        "hubei-100": 100,
        "shenzhen-100": 100,
        "cadre-200": 200,
        "cadre-250": 250,
    }
    assert next(iter(norms())) == DEFAULT_NORM


def test_only_the_office_norm_has_a_floor_and_it_meets_its_ratio():
    assert [norm.id for norm in norms().values() if norm.floor_m2 is not None] == ["office-60"]
    office = norms()[DEFAULT_NORM]
    assert office.floor_m2 == office.m2_per_10000 * 2500 / 10_000


def test_every_figure_says_where_it_stands():
    for row in (*norms().values(), *shelves().values()):
        assert row.source and row.clause and row.name_zh and row.name_en
        assert row.certainty in ("text", "secondary")
    assert standard_section().certainty == "secondary"
    assert digital_defaults().certainty == "project"


def test_scopes_are_told_apart():
    assert {norm.id for norm in norms().values() if norm.scope == "whole-place"} == {"hubei-100", "shenzhen-100"}
