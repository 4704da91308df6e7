"""The contract: exactness of every kind of word against brute force, and what the fields of the language find."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from base.text.normalise import fold
from search.index import Document, SearchIndex
from tests.search import truth
from tests.search.asking import SHARED, found, hit
from tests.search.samples import EVERYTHING

# GB 18030 has hanzi of the first planes and beyond them: each plane, each extension, those of names above all.
RARE = "䶮𠮷𬀩㐆䲜𠅤𡈼𤩚𦬁𨭉𫍯𫠜𬺓𭕄𮨻𰻞𰽔𱁬𲎯\U000323a0\U00030000"
ALPHABETS = st.sampled_from(["王国國建12aA-𠮷䶮 \n，", "未末王玉己已，", "王国" + RARE, RARE])
NAMES = st.lists(st.text("王玉国未末□", min_size=1, max_size=4), max_size=2).map(tuple)
HOLED = st.text("王玉国未1，□", min_size=1, max_size=6).filter(
    # Three holes in a row may also hold two signs (decision 17).
    lambda word: word.strip("□，") and "□□□" not in word.strip("□")
)
NEARLY = st.text("王玉国未末，", min_size=2, max_size=5)
TEXTS = st.lists(st.text("王玉国未末已1， ", max_size=25), min_size=1, max_size=10)

PAPERS = (
    Document(
        "page:1",
        "page",
        "一九六八年十二月五日参加工作",
        title="履历表",
        units=("红星机械厂", "市机械局"),
        organisations=(12, 3),
        place="上海市闸北区",
        confidence=0.79,
    ),
    Document(
        "page:2", "page", "1968年12月", title="转正定级表", units=("东风机械厂",), organisations=(13,), confidence=0.96
    ),
    Document("page:3", "page", "王健国同志，工资伍拾陆元，1968. 12. 5到厂", title="审批表", confidence=1.0),
    Document("person:4", "person", "王建国", names=("王建国",), title="王建国", identifiers=("110105194912310028",)),
    Document("person:5", "person", "王□国", names=("王□国",), title="王□国"),
    Document("person:6", "person", "王爱国", names=("王爱国", "尉迟重"), title="王爱国"),
    Document("material:7", "material", "履历表", title="履历表", year=1968, day=19681205),
)


def pages(texts: list[str], names: list[tuple[str, ...]] | None = None) -> list[Document]:
    return [
        Document(f"page:{at}", "page", text, names=(names or [()] * len(texts))[at]) for at, text in enumerate(texts)
    ]


def replaced(index: SearchIndex, documents: list[Document]) -> None:
    index.write(documents, deleted=[each for each, _ in index.stamps()])


class Language:
    @settings(suppress_health_check=SHARED, max_examples=8)
    @given(st.data())
    def test_exact_substrings_of_one_to_twenty_characters(self, empty: SearchIndex, data: st.DataObject) -> None:
        """Recall and precision 100 %, rare characters included; in quotes and, where it is no date, without."""
        alphabet = data.draw(ALPHABETS)
        texts = data.draw(st.lists(st.text(alphabet, max_size=60), min_size=1, max_size=10))
        documents = pages(texts)
        replaced(empty, documents)
        for _ in range(6):
            text = data.draw(st.sampled_from(texts))
            start = data.draw(st.integers(0, len(text)))
            word = text[start : start + data.draw(st.integers(1, 20))]
            if fold(word):
                expected = [each.id for each in documents if truth.holds(each, word)]
                assert found(empty, f'"{word}"') == expected, word

    @settings(suppress_health_check=SHARED, max_examples=8)
    @given(TEXTS, st.lists(NAMES, min_size=10, max_size=10), st.lists(HOLED, min_size=1, max_size=6))
    @example(["王，国", "王玉国", "王国", "玉国", "王，，国"], [()] * 10, ["王□国", "□国", "王□", "□玉□"])
    @example(["", ""], [("王", "国"), ("王□", "国")], ["王□国", "王□□国", "王玉国", "王国"])
    def test_a_hole_is_any_one_character_that_is_no_sign(
        self, empty: SearchIndex, texts: list[str], names: list[tuple[str, ...]], words: list[str]
    ) -> None:
        documents = pages(texts, names)
        replaced(empty, documents)
        for word in words:
            expected = {
                each.id
                for each in documents
                if truth.holds_with_holes(each, word) or truth.holds_in_a_name_with_a_hole(each, word)
            }
            assert set(found(empty, word)) == expected, word

    @settings(suppress_health_check=SHARED, max_examples=8)
    @given(TEXTS, st.lists(NEARLY, min_size=1, max_size=5))
    @example(["王，国", "玉王国", "末国", "国未王", "王未国1"], ["王玉国", "未国", "王国王国"])
    def test_near_is_one_character_changed(self, empty: SearchIndex, texts: list[str], words: list[str]) -> None:
        """As typed first, then look-alikes, then any other character; nothing else."""
        documents = pages(texts)
        replaced(empty, documents)
        for word in words:
            ids = found(empty, f'~"{word}"')
            assert set(ids) == {each.id for each in documents if truth.holds_nearly(each, word)}, word
            exact = [each.id for each in documents if truth.holds(each, word)]
            assert ids[: len(exact)] == exact

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            ("1968年12月", ["page:2", "material:7", "page:1", "page:3"]),
            ('"1968年12月"', ["page:2"]),
            ("date:1968-12-05", ["material:7", "page:1", "page:3"]),
            ("date:1968-12-06..1970", []),
            ("date:1967..1968", ["material:7", "page:1", "page:2", "page:3"]),
            ("履历表 -date:一九六八年十二月五日", []),
            ("unit:机械", ["page:1", "page:2"]),
            ("unit:#3", ["page:1"]),
            ("unit:#3 OR unit:东风", ["page:1", "page:2"]),
            ("place:闸北", ["page:1"]),
            ("confidence:..79", ["page:1"]),
            ("confidence:96..", ["page:2", "page:3"]),
            ("表 -confidence:100", ["material:7", "page:1", "page:2"]),
            ("王建国", ["person:4", "person:5"]),
            ('"王建国"', ["person:4"]),
            ("王□国", ["person:4", "person:5", "person:6", "page:3"]),
            ("~王建国", ["person:4", "person:5", "page:3", "person:6"]),
            ("~name:王建国", ["person:4", "person:5", "person:6"]),
            ("~五十六", ["page:3"]),
            ("~110105194912310038", ["person:4"]),
            ("id:11010519491231□□28", ["person:4"]),
            ("yuchichong", ["person:6"]),
        ],
    )
    def test_the_language(self, empty: SearchIndex, query: str, ids: list[str]) -> None:
        empty.write(PAPERS)
        assert found(empty, query) == ids
        assert empty.search(query, EVERYTHING, limit=1).total == len(ids)

    @pytest.mark.parametrize(
        ("query", "document", "marked"),
        [
            ("1968年12月", "page:1", ["一九六八年十二月五日"]),
            ("1968年12月", "page:2", ["1968年12月"]),
            ("date:1968", "page:3", ["1968. 12. 5"]),
            ("~王建国", "page:3", ["王健国"]),
            ("~56", "page:3", ["伍拾陆"]),
            ("王□国", "page:3", ["王健国"]),
            ("王建国", "person:5", ["王□国"]),
            ("wangag", "person:6", []),
            ("wag", "person:6", ["王爱国"]),
        ],
    )
    def test_every_kind_of_match_is_marked(
        self, empty: SearchIndex, query: str, document: str, marked: list[str]
    ) -> None:
        empty.write(PAPERS)
        if not marked:
            assert document not in found(empty, query)
            return
        each = hit(empty, query, document)
        assert [each.text[start:end] for start, end in each.marks] == marked
