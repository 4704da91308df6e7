"""The example and the tables of `docs/planning.md` are true."""

from __future__ import annotations

import re
from pathlib import Path

from standards.norms import norms, shelves
from storage_planner.plan import make_plan
from storage_planner.read import plan_input_from_toml

DOCS = Path(__file__).parents[2] / "docs" / "planning.md"


def test_the_example_is_a_plan(tmp_path):
    example = re.search(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert example is not None
    file = tmp_path / "plan.toml"
    file.write_text(example.group(1), "utf-8")
    plan = make_plan(plan_input_from_toml(file))
    assert plan.full_in_year == 6 and plan.storage_tb is not None
    assert None not in (plan.geometry, plan.asked.room, plan.asked.digital)


def test_every_id_and_key_is_described(tmp_path):
    text = DOCS.read_text("utf-8")
    file = tmp_path / "plan.toml"
    file.write_text("[stock]\nvolumes = 1\nyearly_growth = 0\nyears = 0\n", "utf-8")
    keys = make_plan(plan_input_from_toml(file)).as_json()
    for name in (*norms(), *keys):
        assert f"`{name}`" in text, name
    for name in shelves():
        assert name in text
