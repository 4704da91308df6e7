"""A plan's input written and read back says the same; sites' own rules are held in tests/web/test_planner.py."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from storage_planner.read import form_values, plan_input, plan_values
from storage_planner.write import form_fields, plan_toml

amounts = st.one_of(st.integers(0, 10**9), st.floats(0, 1e9, allow_nan=False))
plans = st.fixed_dictionaries(
    {"stock": st.fixed_dictionaries({"volumes": amounts, "yearly_growth": amounts, "years": st.integers(0, 200)})},
    optional={
        "norm": st.just({"id": "office-60"}),
        "room": st.fixed_dictionaries({"area_m2": amounts}),
        "geometry": st.fixed_dictionaries(
            {"thickness_mm": st.floats(0.1, 850), "shelf": st.just("double-sided"), "fill": st.floats(0.01, 1)}
        ),
    },
)


@given(plans)
def test_the_file_and_the_form_read_back_to_the_same_plan(values: dict[str, dict[str, object]]) -> None:
    text = plan_toml(values)
    assert tomllib.loads(text) == values
    assert plan_input(plan_values(text.encode(), "p.toml")) == plan_input(values)
    assert plan_input(form_values(form_fields(values))) == plan_input(values)


def test_a_text_with_quotes_stays_one_text() -> None:
    values = {"stock": {"volumes": 1}, "norm": {"id": 'a"\\b'}}
    assert tomllib.loads(plan_toml(values)) == values
