"""One cause is one line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standards.causes import bucket, causes
from standards.profiles import load_profile
from standards.registry import registry
from standards.values import VERDICTS_WORST_FIRST, Finding

RULES = load_profile("strict").rules


def test_a_batch_scanned_at_150_is_one_line() -> None:
    found = [RULES["page.dpi"].finding(file=f"{n}.jpg", page=1, measured=150 + n % 5) for n in range(8000)]
    (cause,) = causes(found)
    assert (cause.count, cause.bucket, cause.limit, cause.first.file) == (8000, "150 dpi", "300 dpi", "0.jpg")


def test_what_differs_in_kind_is_told_apart() -> None:
    found = [
        RULES["page.colour"].finding(file="a", measured="grey", limit="colour"),
        RULES["page.colour"].finding(file="b", measured="bitonal", limit="colour"),
        RULES["page.dpi"].finding(file="c", measured=150),
        RULES["page.dpi"].finding(file="d", measured=100),
        RULES["page.dpi"].finding(file="e", measured=150, verdict="review"),
    ]
    assert [(cause.rule, cause.verdict, cause.bucket) for cause in causes(found)] == [
        ("page.colour", "fail", "bitonal"),
        ("page.colour", "fail", "grey"),
        ("page.dpi", "fail", "100 dpi"),
        ("page.dpi", "fail", "150 dpi"),
        ("page.dpi", "review", "150 dpi"),
    ]


def test_promised_counts_are_one_cause() -> None:
    rule = RULES["catalogue.count"]
    assert len(causes([rule.finding(measured=3, limit=4), rule.finding(measured=7, limit=9)])) == 1


def test_a_figure_kept_as_text_falls_in_the_same_bucket() -> None:
    assert bucket("page.dpi", "198.0", "dpi") == bucket("page.dpi", 198, "dpi") == "200 dpi"
    assert bucket("page.orientation", "180", "deg") == "180 deg"
    assert bucket("page.skew", 1.7, "deg") == ""


@given(
    st.lists(
        st.builds(
            Finding,
            rule=st.sampled_from(sorted(registry())),
            verdict=st.sampled_from(VERDICTS_WORST_FIRST),
            severity=st.sampled_from(["critical", "major", "minor", "info"]),
            measured=st.none() | st.integers(0, 700) | st.floats(0, 700) | st.text(max_size=4),
        )
    )
)
def test_every_finding_is_in_exactly_one_cause_and_the_worst_come_first(found: list[Finding]) -> None:
    grouped = causes(found)
    assert sorted(map(id, found)) == sorted(id(each) for cause in grouped for each in cause.findings)
    ranks = [VERDICTS_WORST_FIRST.index(cause.verdict) for cause in grouped]  # type: ignore[arg-type]
    assert ranks == sorted(ranks)
    assert len({cause.key for cause in grouped}) == len(grouped)
