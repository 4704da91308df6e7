"""How much a hostile query may ask of an engine: counted, not timed. What the engines make of it: `contract_hostile`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.text.normalise import fold
from search import suggestions
from search.analysis import searchable
from search.errors import QueryError
from search.highlight import MOST_MARKS, marks
from search.index import KINDS, Scope
from search.plan import found, ranks
from search.query import LONGEST_WORD, MOST_CHARACTERS, MOST_WORDS, Word, parse_query
from search.suggestions import beginning
from tests.search.hostile import HOSTILE, MOST_CLASSES, MOST_TOKENS, size

_ACCOUNT = Scope(organisations=tuple(range(1, 101)))
_PIECES = st.sampled_from(
    ["王建国", "□", "~", "-", '"', " ", " OR ", "*", "1", "0", "x", "一九六八年", "亿", "1968-12", "..", "\ufdfa", "\x00", "\u0301",
     "name:", "id:", "date:", "year:", "class:", "unit:#", "confidence:", "place:", "己", "未", "日", "\u202e", "\ue863"]
)  # fmt: skip
_BUILT = st.lists(_PIECES, max_size=120).map("".join)
_ANY = st.text(st.characters(codec=None), max_size=200)


def asked_of_an_engine(query: str) -> tuple[int, int]:
    """(classes of rank, nodes and tokens of all of them and of the union); (0, 0) where it is refused."""
    try:
        parsed = parse_query(query)
    except QueryError:
        return 0, 0
    classes = ranks(parsed, _ACCOUNT, KINDS)
    return len(classes), sum(map(size, classes)) + size(found(parsed, _ACCOUNT, KINDS))


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_what_is_asked_of_an_engine_is_bounded(query: str) -> None:
    classes, tokens = asked_of_an_engine(query)
    assert classes <= MOST_CLASSES
    assert tokens <= MOST_TOKENS


@settings(max_examples=120)
@given(_BUILT | _ANY)
def test_whatever_is_typed_the_plan_is_bounded(query: str) -> None:
    classes, tokens = asked_of_an_engine(query)
    assert classes <= MOST_CLASSES
    assert tokens <= MOST_TOKENS


@settings(max_examples=80)
@given(_BUILT | _ANY)
def test_what_is_understood_stays_within_its_limits(query: str) -> None:
    try:
        parsed = parse_query(query)
    except QueryError as error:
        assert error.code.startswith("search.query-")
        assert error.text("zh_CN")
        return
    leaves = [*parsed.looked_for(), *parsed.excluded]
    assert 0 < len(leaves) <= MOST_WORDS
    assert all(0 < len(each.text) <= LONGEST_WORD for each in leaves if isinstance(each, Word))


def test_a_query_too_long_is_refused_before_it_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []

    def count(text: str) -> str:
        folded.append(len(text))
        return fold(text)

    monkeypatch.setattr("search.query.fold", count)
    monkeypatch.setattr("search.query.searchable", count)
    for query in HOSTILE.values():
        if len(query) > MOST_CHARACTERS:
            with pytest.raises(QueryError, match=str(MOST_CHARACTERS)):
                parse_query(query)
    assert folded == []


def test_a_beginning_too_long_is_cut_before_it_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []

    def count(text: str) -> str:
        folded.append(len(text))
        return searchable(text)

    monkeypatch.setattr(suggestions, "searchable", count)
    for prefix in HOSTILE.values():
        node = beginning(prefix, _ACCOUNT, "person")
        assert node is None or size(node) < 200
    assert max(folded) <= MOST_CHARACTERS


@settings(max_examples=80)
@given(_BUILT | _ANY | st.sampled_from(list(HOSTILE.values())), st.text("王建国□~01\n 己x", max_size=300))
def test_marks_lie_in_the_text_and_are_bounded(query: str, text: str) -> None:
    try:
        leaves = parse_query(query).looked_for()
    except QueryError:
        return
    places = marks(text, leaves)
    assert len(places) <= MOST_MARKS * len(leaves)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
