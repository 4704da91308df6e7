"""Draws: as many as agreed, from everywhere, the same again tomorrow; and the terms a profile sets for them."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InputError
from standards.profiles import built_in, load_profile
from standards.sampling import Candidate, draw, plan_sample
from standards.terms import STANDARD_PERCENT, Terms, exact, terms_from_json

strata = st.sampled_from([("甲厂", "1"), ("甲厂", "9-1"), ("乙厂", "1"), ()])
lots = st.lists(strata, max_size=300).map(lambda names: [Candidate(f"page:{n}", name) for n, name in enumerate(names)])
shares = st.sampled_from([5, 7.5, 10, 33.3, 100])


@given(lots, shares)
def test_the_share_is_kept_and_every_stratum_is_seen(lot: list[Candidate], share: float) -> None:
    plan = plan_sample(lot, Terms(share_percent=share))
    drawn = Counter(each.stratum for each in lot if each.key in set(draw(lot, plan, lot="1", seed="s")))
    assert plan.size == max(math.ceil(exact(share) * len(lot)), len(plan.strata)) == drawn.total()
    for stratum in plan.strata:
        assert 1 <= stratum.size <= stratum.population
        assert drawn[stratum.name] == stratum.size


@given(lots, shares)
def test_strata_get_what_their_size_asks_for(lot: list[Candidate], share: float) -> None:
    """Beyond the one that each gets, none is more than one unit off its exact share of the rest."""
    plan = plan_sample(lot, Terms(share_percent=share))
    left, rest = plan.size - len(plan.strata), plan.population - len(plan.strata)
    for stratum in plan.strata:
        quota = Fraction(left * (stratum.population - 1), rest) if rest else 0
        assert abs(stratum.size - 1 - quota) < 1


@given(lots, st.text(max_size=8), st.randoms(use_true_random=False))
def test_the_draw_hangs_on_lot_seed_and_keys_alone(lot: list[Candidate], seed: str, chance) -> None:  # type: ignore[no-untyped-def]
    plan = plan_sample(lot, Terms(share_percent=10))
    mixed = list(lot)
    chance.shuffle(mixed)
    assert set(draw(lot, plan, lot="7", seed=seed)) == set(draw(mixed, plan, lot="7", seed=seed))


def test_the_draw_of_years_ago_comes_out_again() -> None:
    lot = [Candidate(f"page:{n}") for n in range(40)]
    plan = plan_sample(lot, Terms(share_percent=10))
    assert draw(lot, plan, lot="3/1", seed="1f3c") == ["page:8", "page:28", "page:32", "page:33"]
    assert draw(lot, plan, lot="3/2", seed="1f3c") != draw(lot, plan, lot="3/1", seed="1f3c")


def test_every_unit_has_the_same_chance() -> None:
    lot = [Candidate(f"page:{n}") for n in range(20)]
    plan = plan_sample(lot, Terms(share_percent=25))
    counts = Counter(key for seed in range(1000) for key in draw(lot, plan, lot="1", seed=str(seed)))
    assert all(200 < counts[each.key] < 300 for each in lot)  # 250 expected, 14 is one standard deviation


@pytest.mark.parametrize("name", built_in())
def test_no_profile_of_ours_asks_less_than_the_standard(name: str) -> None:
    terms = load_profile(name).acceptance
    assert all(getattr(terms, each) >= least for each, least in STANDARD_PERCENT.items())
    assert terms_from_json(terms.as_json()) == terms


def test_a_profile_changes_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text('base = "strict"\n[acceptance]\nunit = "material"\nweights = { minor = 0 }\n', "utf-8")
    terms = load_profile(str(file)).acceptance
    assert (terms.unit, terms.share_percent, terms.strata) == ("material", 10, ("enterprise", "dossier"))
    assert (terms.points(0, 1, 5), terms.clause("other_pass_percent")) == (3, "DA/T 31-2017 12")


@pytest.mark.parametrize(
    "line",
    [
        "share_percent = 0", "share_percent = 101", "share_percent = nan", "share_percent = true", 'share_percent = "5"',
        'unit = "box"', 'strata = ["shelf"]', 'strata = ["class"]', 'strata = "class"', "confidence_percent = 100",
        "weights = { minor = 5 }", "weights = { grave = 1 }", "weights = 3", "weights = { minor = -1 }",
        "faulty_from = 0", "faulty_from = 1.5", "sample = 5",
    ],
)  # fmt: skip
def test_terms_that_mean_nothing_are_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "city.toml"
    file.write_text(f"[acceptance]\n{line}\n", "utf-8")
    with pytest.raises(InputError) as error:
        load_profile(str(file))
    assert error.value.code == "profile.invalid"


def test_laxer_than_the_standard_names_no_clause() -> None:
    assert Terms(other_pass_percent=90).clause("other_pass_percent") == ""
