"""The query language (docs/search-language.md): what a clerk types, as clauses that every engine runs alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from base.text.normalise import UNKNOWN, fold
from search.analysis import BLANK, class_code, searchable
from search.errors import QueryError

Area = Literal["any", "name", "title", "text", "identifier", "class"]

MOST_CHARACTERS = 1000
MOST_WORDS = 32
LONGEST_WORD = 200

_FIELDS: dict[str, Area] = {
    "name": "name",
    "title": "title",
    "text": "text",
    "id": "identifier",
    "no": "identifier",
    "class": "class",
}
_YEAR = "year"
_QUOTES = str.maketrans(dict.fromkeys("“”„＂", '"'))
_ITEM = re.compile(
    rf'(?P<minus>-(?=[^\s-]))?(?:(?P<field>{"|".join([*_FIELDS, _YEAR])})[:：])?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))',
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?P<first>\d{4})?(?P<dots>\.\.)?(?P<last>\d{4})?")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Word:
    """A searchable word of one character or more (`analysis.searchable`), and where it is looked for."""

    text: str
    area: Area = "any"


@dataclass(frozen=True, slots=True)
class Years:
    """Years from `first` to `last`, both included; None is open."""

    first: int | None
    last: int | None


Leaf = Word | Years


@dataclass(frozen=True, slots=True)
class Query:
    """A document must satisfy one leaf of every group of `groups` and none of `excluded`."""

    groups: tuple[tuple[Leaf, ...], ...]
    excluded: tuple[Leaf, ...] = ()

    def words(self) -> tuple[Word, ...]:
        """The words looked for, without those excluded."""
        return tuple(leaf for group in self.groups for leaf in group if isinstance(leaf, Word))


def parse_query(text: str) -> Query:
    """The clauses of a query; QueryError `search.query-…` names what cannot be run."""
    text = _checked(text)
    groups: list[list[Leaf]] = []
    excluded: list[Leaf] = []
    items = _items(text)
    if len(items) > MOST_WORDS:
        raise QueryError("search.query-too-many-words", limit=MOST_WORDS)
    # What OR joins: the group before it, where it stands behind a word that is looked for.
    before: list[Leaf] | None = None
    joining = False
    for item in items:
        if item.group() == "OR":
            if joining or before is None:
                raise QueryError("search.query-or")
            joining = True
            continue
        if item["minus"]:
            if joining:
                raise QueryError("search.query-or")
            excluded.append(_leaf(item))
            before = None
        elif joining and before is not None:
            before.append(_leaf(item))
        else:
            before = [_leaf(item)]
            groups.append(before)
        joining = False
    if joining:
        raise QueryError("search.query-or")
    if not groups:
        raise QueryError("search.query-only-not" if excluded else "search.query-empty")
    return Query(tuple(map(tuple, groups)), tuple(excluded))


def _checked(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise QueryError("search.query-too-long", limit=MOST_CHARACTERS)
    if _SURROGATES.search(text) or UNKNOWN in text:
        raise QueryError("search.query-character")
    plain = _CONTROLS.sub(" ", text).translate(_QUOTES)
    if plain.count('"') % 2:
        raise QueryError("search.query-quotes")
    return plain


def _items(text: str) -> list[re.Match[str]]:
    """Items that hold anything once they are folded: a lone zero-width mark is no word."""
    items = list(_ITEM.finditer(text))
    return [item for item in items if item["field"] or fold(item["quoted"] or item["bare"] or "")]


def _leaf(item: re.Match[str]) -> Leaf:
    field = (item["field"] or "").lower()
    written = item["quoted"] if item["quoted"] is not None else item["bare"]
    if field == _YEAR:
        return _years(written)
    if item["quoted"] is None and _is_wildcard(written):
        raise QueryError("search.query-wildcard", word=written)
    area = _FIELDS.get(field, "any")
    word = class_code(written) if area == "class" else searchable(written)
    if area == "identifier":
        word = word.replace(BLANK, "")
    if not word:
        raise QueryError("search.query-field", field=field)
    if len(word) > LONGEST_WORD:
        raise QueryError("search.query-word-too-long", limit=LONGEST_WORD)
    return Word(word, area)


def _is_wildcard(written: str) -> bool:
    """`张*` hopes for a wildcard; `***` and `110***1234` are text as it stands on paper."""
    return bool(written.strip("*")) and written != written.strip("*")


def _years(written: str) -> Years:
    match = _YEARS.fullmatch(fold(written))
    if not match or not (match["first"] or match["last"]) or (match["last"] and not match["dots"]):
        raise QueryError("search.query-year", word=written)
    first = int(match["first"]) if match["first"] else None
    last = int(match["last"]) if match["last"] else None
    if not match["dots"]:
        last = first
    if first is not None and last is not None and first > last:
        raise QueryError("search.query-year", word=written)
    return Years(first, last)
