"""Classification schemes as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from base.errors import InputError
from standards.schemes import built_in_schemes, load_scheme


@pytest.mark.parametrize("name", built_in_schemes())
def test_each_scheme_is_whole_or_says_that_it_is_not(name: str) -> None:
    scheme = load_scheme(name)
    assert scheme.certainty != "text"
    unnamed = [each.code for each in scheme.classes.values() if not each.name]
    unordered = [each.code for each in scheme.classes.values() if each.order == "unknown"]
    assert bool(unnamed or unordered) is scheme.partial
    assert all(each.parent is None or each.parent in scheme.classes for each in scheme.classes.values())
    assert all(version in scheme.versions for each in scheme.classes.values() for version in each.names)


def test_the_four_schemes() -> None:
    counts = {
        name: len([each for each in load_scheme(name).classes.values() if each.parent is None])
        for name in built_in_schemes()
    }
    assert counts == {"cadre-2018": 10, "db3716-t-89-2025": 18, "enterprise-1992": 10, "retiree-4": 4}


@pytest.mark.parametrize(
    ("code", "found"),
    [("1", "1"), ("10", "10"), ("99", "10"), ("4-1", "4-1"), ("41", "4-1"), ("94", "9-4"), ("11", None), ("4-5", None)],
)
def test_codes_of_other_systems(code: str, found: str | None) -> None:
    known = load_scheme().find(code)
    assert (known.code if known else None) == found


def test_a_profile_that_takes_no_other_codes() -> None:
    assert load_scheme().find("99", frozenset()) is None
    assert load_scheme().find("99", frozenset({"99"})) is not None


def test_names_are_versions_and_codes_the_key() -> None:
    known = load_scheme().find("4-3")
    assert known is not None
    assert (known.name, known.names["1991"]) == ("学术评鉴", "科研学术")


_GOOD = """title_zh = "甲"\ntitle_en = "a"\nstandard = "x"\nclause = ""\ncertainty = "project"\nsource = ""\n"""


def test_a_citys_own_scheme(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(_GOOD + '[[class]]\ncode = "1"\nname = "一"\norder = "time"\n', "utf-8")
    assert list(load_scheme(str(file)).classes) == ["1"]


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        _GOOD,
        _GOOD + '[[class]]\ncode = "1"\nname = "一"\norder = "colour"\n',
        _GOOD + '[[class]]\ncode = 1\nname = "一"\norder = "time"\n',
        _GOOD + '[[class]]\ncode = "1"\nname = "一"\norder = "time"\n' * 2,
        _GOOD + 'colour = 1\n[[class]]\ncode = "1"\nname = "一"\norder = "time"\n',
        _GOOD.replace("project", "sure") + '[[class]]\ncode = "1"\nname = "一"\norder = "time"\n',
    ],
)
def test_a_scheme_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        load_scheme(str(file))
    assert error.value.code == "scheme.invalid"


def test_an_unknown_scheme() -> None:
    with pytest.raises(InputError, match="cadre-2018"):
        load_scheme("nowhere")
