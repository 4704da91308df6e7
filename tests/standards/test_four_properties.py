"""四性检测: what the machine may pass, and what it never does."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.four_properties import State, evaluate, items
from standards.registry import registry
from standards.values import Finding

FIGURES = sorted(
    {name for item in items() for name in (*item.needs, *item.zero, *(n for pair in item.equal for n in pair))}
)
ALL = frozenset(registry())
EVERYTHING: dict[str, int | None] = {name: 0 if name == "ignored_files" else 7 for name in FIGURES}


def states(findings: list[Finding], ran: frozenset[str], figures: dict[str, int | None]) -> dict[str, State]:
    return {result.item.id: result.state for result in evaluate(findings, ran, figures)}


def test_forty_items_of_four_properties_each_proved_by_known_rules() -> None:
    assert [sum(item.id.startswith(f"GD-{n}-") for item in items()) for n in (1, 2, 3, 4)] == [14, 11, 8, 7]
    assert len({item.id for item in items()}) == 40
    assert {rule for item in items() for rule in item.rules} <= ALL


def test_a_delivery_in_order_with_all_figures() -> None:
    found = states([], ALL, EVERYTHING)
    assert found["GD-2-6"] == found["GD-1-1"] == found["GD-4-3"] == "pass"
    assert found["GD-1-9"] == "not_applicable"
    assert found["GD-2-8"] == "person"
    assert found["GD-4-2"] == "outside"


@given(
    st.lists(
        st.builds(Finding, rule=st.sampled_from(sorted(ALL)), verdict=st.just("review"), severity=st.just("minor"))
    ),
    st.frozensets(st.sampled_from(sorted(ALL))),
    st.dictionaries(st.sampled_from(FIGURES), st.none() | st.integers(0, 9)),
)
def test_nothing_from_outside_is_passed_and_nothing_passes_without_its_proof(
    findings: list[Finding], ran: frozenset[str], figures: dict[str, int | None]
) -> None:
    broken = {finding.rule for finding in findings}
    for result in evaluate(findings, ran, figures):
        assert result.state in get_args(State)
        if result.item.kind != "machine":
            assert result.state != "pass"
        if result.item.kind == "outside":
            assert result.state == "outside"
        if result.state == "pass":
            assert set(result.item.rules) <= ran
            assert not broken & set(result.item.rules)
            assert all(figures.get(name) for name in result.item.needs)
            assert all(figures[one] == figures[other] for one, other in result.item.equal)


@pytest.mark.parametrize(
    ("change", "item", "state"),
    [
        ({"dossiers": 6}, "GD-2-1", "warn"),
        ({"listed_dossiers": None}, "GD-2-1", "person"),
        ({"digests_compared": 0, "digests_good": 0}, "GD-1-14", "person"),
        ({"digests_good": 6}, "GD-1-1", "warn"),
        ({"ignored_files": 2}, "GD-4-3", "warn"),
        ({"catalogue_rows": 0}, "GD-2-7", "person"),
    ],
)
def test_figures_that_differ_or_are_not_there(change: dict[str, int | None], item: str, state: State) -> None:
    assert states([], ALL, {**EVERYTHING, **change})[item] == state


def test_a_rule_that_is_switched_off_proves_nothing() -> None:
    assert states([], ALL - {"number.gap"}, EVERYTHING)["GD-2-6"] == "person"


def test_findings_are_counted() -> None:
    finding = registry()["number.gap"].finding(subject="D-1")
    (result,) = [each for each in evaluate([finding, finding], ALL, EVERYTHING) if each.item.id == "GD-2-6"]
    assert (result.state, result.found, result.as_json()["rules"]) == (
        "warn", 2, ["number.gap", "number.repeat", "class.number"],
    )  # fmt: skip
