"""Folding: what is one form, what stays apart, and the way back to the text as written."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from base.text import normalise
from base.text.normalise import analysis_version, fold, fold_all, fold_with_offsets

ANY_TEXT = st.text(st.characters(categories=None), max_size=60)
# What pages hold, with all that folding treats on its own: blanks, marks, Hangul in parts, surrogates, wide forms.
PAGE_TEXT = st.text(
    st.one_of(
        st.sampled_from("王建国國 \n\t12aB１Ａé\u0301ßﬁ㎡가\u1100\u1161\u200b\ufe0f\ud842\udfb7𠮷䶮"), st.characters()
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢｃ１２３", "abc123"),
        ("吳國華", "吴国华"),
        ("囯营", "国营"),
        ("㑹议、歺厅、祘术、彐", "会议、餐厅、算术、雪"),
        ("圗書、総務庁、旹", "图书、总务厅、时"),
        ("王☐国▢", "王□国□"),
        ("一九五○年", "一九五零年"),
        ("一九五〇年", "一九五零年"),
        ("⾦⻓⻢", "金长马"),
        ("买买提•艾力", "买买提·艾力"),
        ("職\u3000工", "职工"),
        ("王建\r\n国", "王建国"),
        ("１９７５ 年 3 月", "1975年3月"),
        ("12\n34", "12 34"),
        ("  甲  ", "甲"),
        ("a\u0000b", "a b"),
        ("邉\U000e0101", fold("邉")),
        ("e\u0301t", "ét"),
        ("王\u200b芳", "王芳"),
        ("", ""),
        (" \n\t", ""),
    ],
)
def test_one_form(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("萧", "肖"),
        ("喆", "哲"),
        ("付", "傅"),
        ("仃", "停"),
        ("氿", "酒"),
        ("囱", "窗"),
        ("甯", "宁"),
        ("己", "已"),
        ("𠮷", "吉"),
        ("䶮", "龙"),
    ],
)
def test_other_characters_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def _variant_pairs() -> list[tuple[str, str]]:
    lines = (Path(normalise.__file__).parent / "data" / "variants.txt").read_text("utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    return [(line[0], variant) for line in lines for variant in line[1:].replace(" ", "")]


def test_the_table_of_variants_leads_to_one_form_and_takes_no_ordinary_character() -> None:
    """What GB 2312 has is in everyday use; the radical 彐 has no other than that of 雪."""
    pairs = _variant_pairs()
    assert len(pairs) > 300
    assert [pair for pair in pairs if fold(pair[1]) != pair[0] or fold(pair[0]) != pair[0]] == []
    hanzi = [variant for _, variant in pairs if variant >= "\u3400"]
    assert [each for each in hanzi if each.encode("gb2312", "ignore") and each != "彐"] == []


@pytest.mark.parametrize("char", ["䶮", "𠮷", "𬀩", "㐆", "𫍯", "𨭉", "\U00030000", "\U000323a0"])
def test_rare_characters_are_kept(char: str) -> None:
    assert len(fold(f"王{char}林")) == 3
    assert fold(char) == fold(f" {char} ")


def test_half_a_surrogate_becomes_the_replacement_character() -> None:
    assert fold("王\ud842") == "王\ufffd"
    assert fold("\ud842\udfb7") == "𠮷"


def test_marks_point_at_the_text_as_written() -> None:
    written = "姓名:吳 國\n華,男"
    folded = fold_with_offsets(written)
    at = folded.text.index("吴国华")
    start, end = folded.span(at, at + 3)
    assert written[start:end] == "吳 國\n華"


def test_version_names_the_tables() -> None:
    assert unicodedata.unidata_version in analysis_version()


# A page is looked up at once, a name character by character: both of any text, alone and on a long page.
@given(st.one_of(ANY_TEXT, PAGE_TEXT, st.builds(lambda page, times: page * times, PAGE_TEXT, st.integers(2, 12))))
@example("\ud842\udfb7")
@example("ß \u0301가")
@example("a \u200b b")
@example("\u76f4 \n\t王a  b １２\x00" * 20)
@example(" " * 200)
@example(" 王" + " " * 200 + "国 ")
@example("王建国" * 60 + "e\u0301")
def test_both_ways_of_folding_agree_and_offsets_are_sound(text: str) -> None:
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert not folded.text.startswith(" ")
    assert not folded.text.endswith(" ")
    assert "  " not in folded.text
    folded.text.encode("utf-8")


@given(st.lists(st.one_of(ANY_TEXT, PAGE_TEXT), max_size=8))
@example(["", " 王 ", "a ", " b", "\ud842", "\udfb7e", "\u0301", "㎡"])
@example(["王建国", "a\U000ffff0b", "1 2"])
@example([])
def test_several_folded_at_once_are_as_each_alone(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(each) for each in texts]


@given(st.text(st.sampled_from("王建国國吳1２3aBcé \n\t，。𠮷䶮ß㎡\u200b"), max_size=40), st.data())
def test_a_cut_of_the_text_folds_to_a_cut_of_the_folded_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert fold(text[start:end]) in fold(text)


@given(st.text(st.sampled_from("王國吳1２3aBcé \n，𠮷䶮ß㎡"), max_size=40))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
