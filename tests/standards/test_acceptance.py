"""The verdict on a lot: its arithmetic, its intervals, and that nothing gets better by getting worse."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from standards.acceptance import Inspected, LotVerdict, Machine, Rework, allowed_defects, indicator_from_json, judge_lot
from standards.interval import clopper_pearson, units_needed
from standards.sampling import Candidate, Plan, plan_sample
from standards.terms import Terms

GOOD, MINOR = Inspected(), Inspected(minor=1)
ALL_WELL = Machine(checked=4000)


def plan_of(size: int, population: int = 400) -> Plan:
    return plan_sample([Candidate(str(n)) for n in range(population)], Terms(share_percent=100 * size / population))


def verdict(bad: int, n: int = 20, *, machine: Machine = ALL_WELL, terms: Terms | None = None) -> LotVerdict:
    return judge_lot(terms or Terms(), plan_of(20), [MINOR] * bad + [GOOD] * (n - bad), machine)


# Clopper and Pearson 1934 as R's binom.test prints it, at 95 %.
@pytest.mark.parametrize(
    ("good", "n", "low", "high"),
    [(20, 20, 0.8315665, 1), (19, 20, 0.7512672, 0.9987349), (0, 10, 0, 0.3084971), (5, 10, 0.1870860, 0.8129140), (95, 100, 0.8871651, 0.9835681)],
)  # fmt: skip
def test_the_interval_is_that_of_the_tables(good: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(good, n, 0.95) == pytest.approx((low, high), abs=5e-7)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_its_bounds_are_where_the_binomial_tails_are_half_of_what_is_left(case: tuple[int, int]) -> None:
    good, n = case
    low, _ = clopper_pearson(good, n, 0.95)
    p = Fraction(low)
    tail = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(good, n + 1))
    assert float(tail) == pytest.approx(0.025, abs=1e-9)


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(0, 20))
def test_more_units_of_the_same_quality_prove_more(n: int, bad_in_20: int) -> None:
    n, bad = n * 20, n * bad_in_20
    low, high = clopper_pearson(n - bad, n, 0.95)
    wider_low, wider_high = clopper_pearson((n - bad) // 20 * 10, n // 2, 0.95)
    assume((n - bad) % 20 == 0)
    assert high - low < wider_high - wider_low
    assert low <= (n - bad) / n <= high


def test_millions_of_pages_are_no_trouble() -> None:
    low, high = clopper_pearson(7_900_000, 8_000_000, 0.95)
    assert 0.98739 < low < 0.9875 < high < 0.98758
    with pytest.raises(ValueError, match="3 of 2"):
        clopper_pearson(3, 2, 0.95)


def test_how_many_good_units_prove_a_rate() -> None:
    needed = units_needed(0.95, 0.95)
    assert needed == 72
    assert clopper_pearson(72, 72, 0.95)[0] >= 0.95 > clopper_pearson(71, 71, 0.95)[0]
    assert units_needed(1, 0.95) is None


@pytest.mark.parametrize(
    ("n", "percent", "allowed"), [(20, 95, 1), (19, 95, 0), (40, 97.5, 1), (300, 100, 0), (1000, 99.9, 1)]
)
def test_how_many_may_fail(n: int, percent: float, allowed: int) -> None:
    assert allowed_defects(n, percent) == allowed


def test_one_of_twenty_passes_and_proves_little() -> None:
    passed = verdict(1)
    assert (passed.decision, passed.reasons) == ("accepted", ())
    other = next(each for each in passed.indicators if each.id == "other")
    assert (other.n, other.defects, other.allowed, other.rate, other.limit) == (20, 1, 1, 0.95, 0.95)
    assert other.low == pytest.approx(0.7513, abs=1e-4)
    assert (other.needed, other.clause) == (72, "DA/T 31-2017 12")
    assert verdict(2).decision == "returned"


@pytest.mark.parametrize(
    ("unit", "reason"), [(Inspected(critical=1), "critical"), (Inspected(link=1), "link"), (Inspected(major=1), None)]
)
def test_one_critical_or_link_error_sends_a_lot_back(unit: Inspected, reason: str | None) -> None:
    found = judge_lot(Terms(), plan_of(20), [unit] + [GOOD] * 19, ALL_WELL)
    assert [each.code for each in found.reasons] == ([reason] if reason else [])


def test_what_cannot_be_mended_by_the_rest_is_said_at_once() -> None:
    assert verdict(0, 19).decision == "undecided"
    assert verdict(2, 2).decision == "returned"
    assert [each.code for each in verdict(0, 5).reasons] == ["sample-open"]


@pytest.mark.parametrize(
    ("machine", "decision", "reasons"),
    [
        (Machine(4000, review=70), "accepted", []),
        (Machine(4000, failed=1), "returned", ["machine"]),
        (Machine(4000, beyond=2), "returned", ["machine-beyond"]),
        (Machine(3990, unchecked=10), "undecided", ["machine-open"]),
        (Machine(3990, failed=3, unchecked=10, beyond=1), "returned", ["machine", "machine-beyond"]),
    ],
)
def test_the_machine_checks_all_and_all_of_it_passes(machine: Machine, decision: str, reasons: list[str]) -> None:
    found = verdict(0, machine=machine)
    assert (found.decision, [each.code for each in found.reasons]) == (decision, reasons)


def test_minor_defects_may_be_weighed() -> None:
    lenient = Terms(faulty_from=3)
    assert verdict(20, terms=lenient).decision == "accepted"
    assert judge_lot(lenient, plan_of(20), [Inspected(minor=3)] * 2 + [GOOD] * 18, ALL_WELL).decision == "returned"


def test_what_went_back_must_all_be_settled() -> None:
    well = [GOOD] * 20
    assert judge_lot(Terms(), plan_of(20), well, ALL_WELL, Rework(3, 2)).decision == "undecided"
    assert judge_lot(Terms(), plan_of(20), well, ALL_WELL, Rework(3, 3)).decision == "accepted"
    left = judge_lot(Terms(), plan_of(20), well, ALL_WELL, Rework(3, 2, 1))
    assert (left.decision, [each.code for each in left.reasons]) == ("returned", ["rework"])


def test_a_lot_looked_at_entirely_has_no_error_of_sampling() -> None:
    whole = judge_lot(Terms(share_percent=100), plan_of(20, 20), [GOOD] * 19 + [MINOR], ALL_WELL)
    assert all(each.low == each.high for each in whole.indicators)


def test_nothing_to_look_at_is_no_error() -> None:
    found = judge_lot(Terms(), plan_sample([], Terms()), [], Machine(0))
    assert (found.decision, {each.rate for each in found.indicators}) == ("accepted", {None})


_RANK = {"accepted": 0, "undecided": 1, "returned": 2}
counts = st.integers(0, 3)
units = st.builds(Inspected, critical=st.integers(0, 1), major=counts, minor=counts, link=st.integers(0, 1))
machines = st.builds(Machine, checked=st.integers(10, 50), failed=counts, unchecked=counts, beyond=counts)
terms = st.builds(Terms, faulty_from=st.integers(1, 12), other_pass_percent=st.sampled_from([50, 90, 95, 100]))


@given(st.lists(units, max_size=20), st.integers(0, 19), units, machines, terms)
def test_more_defects_never_make_a_lot_better(
    found: list[Inspected], place: int, more: Inspected, machine: Machine, agreed: Terms
) -> None:
    assume(place < len(found))
    plan, one = plan_of(20), found[place]
    worse = list(found)
    worse[place] = Inspected(
        one.critical + more.critical, one.major + more.major, one.minor + more.minor, one.link + more.link
    )
    before, after = judge_lot(agreed, plan, found, machine), judge_lot(agreed, plan, worse, machine)
    assert _RANK[after.decision] >= _RANK[before.decision]
    for old, new in zip(before.indicators, after.indicators, strict=True):
        assert new.low <= old.low
        assert new.high <= old.high


@settings(max_examples=40)
@given(st.lists(units, min_size=20, max_size=20), machines, terms)
def test_what_failed_half_way_has_failed_at_the_end(found: list[Inspected], machine: Machine, agreed: Terms) -> None:
    decisions = [judge_lot(agreed, plan_of(20), found[:n], machine).decision for n in range(0, 21, 4)]
    assert decisions[-1] == "returned" if "returned" in decisions else decisions[-1] != "returned"
    assert decisions == sorted(decisions, key=decisions[-1].__eq__)


@given(st.lists(units, max_size=20), machines, terms)
def test_figures_are_kept_as_they_are(found: list[Inspected], machine: Machine, agreed: Terms) -> None:
    for each in judge_lot(agreed, plan_of(20), found, machine).indicators:
        assert indicator_from_json(each.as_json()) == each
