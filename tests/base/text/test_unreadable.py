"""Characters of a name that say nothing, and what a name with them is searched by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.unreadable import UNREADABLE, has_private, has_unreadable, is_unreadable, nearest, searched_forms


@pytest.mark.parametrize("char", "□◻☐▢▯〓\ufffd?？\ue000\uf8ff\U000f0001\ud800\u0378")
def test_what_stands_for_no_character_is_unreadable(char: str) -> None:
    assert is_unreadable(char)
    assert nearest(f"王{char}国") == "王□国"


@pytest.mark.parametrize("char", "王囗口𠮷䶮·aＡ1〇○\ue863")
def test_a_character_or_mark_that_says_something_is_not(char: str) -> None:
    assert not is_unreadable(char)


def test_the_old_places_of_gbk_are_the_characters_they_are_now() -> None:
    """Held against the codec of GB 18030, which knows most of them: FE50–FEA0 without 7F, in order from U+E815 on."""
    trails = [trail for trail in range(0x50, 0xA1) if trail != 0x7F]
    now = [bytes([0xFE, trail]).decode("gb18030") for trail in trails]
    told = {chr(0xE815 + place): char for place, char in enumerate(now) if not "\ue000" <= char <= "\uf8ff"}
    assert len(told) > 60
    assert {place: nearest(place) for place in told} == told
    assert not any(has_unreadable(chr(0xE815 + place)) for place in range(len(trails)))
    assert has_unreadable(chr(0xE815 - 1))
    assert has_unreadable(chr(0xE815 + len(trails)))


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("王建国", ()),
        ("王□国", ()),
        ("王〓国", ("王□国",)),
        ("王?国", ("王□国",)),
        ("王??国", ("王□□国", "王□国")),
        ("\ue863建国", ("䶮建国",)),
        ("王\ue5a0", ("王□",)),
        ("???", ()),
        ("□□", ()),
        ("", ()),
    ],
)
def test_a_name_is_searched_by_its_nearest_reading_as_well(name: str, forms: tuple[str, ...]) -> None:
    assert searched_forms(name) == forms


@given(st.text(alphabet=st.characters(codec=None), max_size=20))
def test_the_nearest_reading_has_no_other_sign_for_nothing(name: str) -> None:
    said = nearest(name)
    assert len(said) == len(name)
    assert not has_unreadable(said.replace(UNREADABLE, ""))
    assert not has_private(said)
    assert nearest(said) == said
    assert (said == name) or has_unreadable(name) or has_private(name)
