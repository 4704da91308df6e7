"""Look-alikes and what tells them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from base.text import confusables as module
from base.text.confusables import confusables
from base.text.glyphs import Glyph, glyph


def test_the_classic_ones_are_offered_for_each_other() -> None:
    assert confusables("己") == ("已", "巳")
    assert "日" in confusables("曰")
    assert "末" in confusables("未")
    assert confusables("龘") == ()


def test_every_look_alike_answers_in_kind() -> None:
    lines = (Path(module.__file__).parent / "data" / "confusables.txt").read_text("utf-8").splitlines()
    chars = {char for line in lines if not line.startswith("#") for char in line}
    assert len(chars) > 700
    for char in chars:
        assert char not in confusables(char)
        assert all(char in confusables(other) for other in confusables(char))


@pytest.mark.parametrize(
    ("char", "pinyin", "strokes"),
    [("己", "jǐ", 3), ("巳", "sì", 3), ("國", "guó", 11), ("单", "dān", 8), ("8", "", 0), ("□", "", 0), ("，", "", 0)],
)
def test_sound_and_strokes_tell_them_apart(char: str, pinyin: str, strokes: int) -> None:
    assert glyph(char) == Glyph(char, pinyin, strokes)
