"""The registry, the profiles and the page made from them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from base.errors import InputError
from base.messages import LANGUAGES, catalogue
from standards.profiles import built_in, load_profile
from standards.registry import registry, require_known
from standards.rules_page import rules_page
from standards.values import AppliesTo


def test_only_rules_read_in_the_text_fail_by_default() -> None:
    for rule in registry().values():
        assert rule.verdict == "review" or rule.certainty == "text", rule.id
        assert rule.advised is None


def test_the_page_of_rules_is_current() -> None:
    assert Path("docs/rules.md").read_text("utf-8") == rules_page(), (
        "run python -m standards.rules_page > docs/rules.md"
    )


@pytest.mark.parametrize("name", built_in())
def test_built_in_profiles_hold_all_rules(name: str) -> None:
    assert list(load_profile(name).rules) == list(registry())


def test_a_citys_own_profile(tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text(
        'base = "strict"\n[rules."page.skew"]\nlimit = 3.0\n[rules."page.blank"]\nenabled = false\n', "utf-8"
    )
    profile = load_profile(str(file))
    assert profile.id == "city"
    assert profile.rules["page.skew"].limit == 3.0
    assert profile.rules["page.skew"].verdict == "fail"
    assert profile.rule("page.blank") is None


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("not toml", "profile.invalid", "line 1"),
        ("rules = 3", "profile.invalid", "rules = 3"),
        ("rules.'page.skew' = 3", "profile.invalid", "page.skew"),
        ("acceptance = 3", "profile.invalid", "acceptance"),
        ('base = "nowhere"', "profile.wrong-value", "da-t-31"),
        ("colour = 1", "profile.unknown-key", "scheme"),
        ("scheme = 3", "profile.wrong-value", "cadre-2018"),
        ('scheme = "nowhere"', "scheme.unknown", "cadre-2018"),
        ('class_codes_also = "99"', "profile.wrong-value", '["99"]'),
        ('[rules."page.skews"]\nlimit = 1', "profile.unknown-rule", "page.skew"),
        ('[rules."page.skew"]\nlimit = "much"', "profile.wrong-value", "1.0"),
        ('[rules."page.skew"]\nlimit = true', "profile.wrong-value", "True"),
        ('[rules."page.colour"]\nlimit = 3', "profile.wrong-value", "seal-or-photo"),
        ('[rules."page.damaged"]\nlimit = 3', "profile.wrong-value", "page.damaged.limit"),
        ('[rules."page.skew"]\nverdict = "pass"', "profile.wrong-value", "fail, review"),
        ('[rules."page.skew"]\nseverity = "high"', "profile.wrong-value", "critical"),
        ('[rules."page.skew"]\nclause = "9.9"', "profile.unknown-key", "page.skew.clause"),
        ('[rules."page.skew"]\nenabled = 1', "profile.wrong-value", "true, false"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_and_says_why(tmp_path: Path, text: str, code: str, said: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        load_profile(str(file))
    assert error.value.code == code
    assert said in error.value.text("en")
    assert said in error.value.text("zh_CN")


def test_the_example_of_the_manual_is_a_profile(tmp_path: Path) -> None:
    example = Path("docs/profiles.md").read_text("utf-8").split("```toml\n")[1].split("```")[0]
    file = tmp_path / "city.toml"
    file.write_text(example, "utf-8")
    profile = load_profile(str(file))
    assert (profile.scheme, profile.rules["page.dpi"].limit, profile.rules["page.skew"].verdict) == (
        "enterprise-1992", 300, "fail",
    )  # fmt: skip
    assert profile.rule("list.columns") is None
    assert profile.rules["material.order"].certainty != "text"
    assert profile.rules["material.order"].verdict == "fail"


def test_a_scheme_may_lie_beside_its_profile(tmp_path: Path) -> None:
    scheme = Path("standards/schemes/retiree-4.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(scheme, "utf-8")
    (tmp_path / "city.toml").write_text('scheme = "own.toml"', "utf-8")
    assert load_profile(str(tmp_path / "city.toml")).scheme == str(tmp_path / "own.toml")


def test_nothing_claims_conformity_with_a_standard_that_nobody_read() -> None:
    unread = ("33870", "DA/T 77")
    for rule in registry().values():
        if rule.certainty == "text":
            assert not any(name in rule.reference for name in unread), rule.id
    for language in LANGUAGES:
        for code, text in catalogue(language).items():
            if any(name in text for name in unread):
                assert not re.search("符合|达到|满足|compl|conform", text), code
    for name in built_in():
        assert not any(each in load_profile(name).title_zh + load_profile(name).title_en for each in unread)


def test_every_rule_names_where_it_comes_from() -> None:
    for rule in registry().values():
        assert rule.standard, rule.id
        assert rule.mark in "TSCP"
        assert rule.applies_to in get_args(AppliesTo)


def test_unknown_names() -> None:
    with pytest.raises(InputError, match="no profile"):
        load_profile("nowhere")
    with pytest.raises(InputError) as error:
        require_known(["page.dpi", "page.unknown"])
    assert error.value.path == "page.unknown"


def test_only_the_named_rules() -> None:
    chosen = load_profile().only(["page.dpi"])
    assert [rule.id for rule in chosen.rules.values() if rule.enabled] == ["page.dpi"]
