"""The query language (docs/search-language.md): what a clerk types, as clauses that every engine runs alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from base.text import numerals
from base.text.normalise import UNKNOWN, fold
from base.text.unreadable import UNREADABLE
from search.analysis import searchable
from search.errors import QueryError
from search.query_values import class_value, date_of_word, date_tokens, span, unit_id
from search.sequence import BLANK, is_sign

Area = Literal["any", "name", "title", "text", "identifier", "class", "unit", "place"]

MOST_CHARACTERS = 1000
MOST_WORDS = 32
LONGEST_WORD = 200
# Each hole of an identifier is filled with eleven signs.
MOST_HOLES = 2
# Each near word asks for every place of it anew.
MOST_NEAR, SHORTEST_NEAR, LONGEST_NEAR = 3, 2, 20
# Each number with boxes asks for every digit in their places.
MOST_HOLED_NUMBERS = 4

_FIELDS: dict[str, Area] = {
    "name": "name",
    "title": "title",
    "text": "text",
    "id": "identifier",
    "no": "identifier",
    "class": "class",
    "unit": "unit",
    "place": "place",
}
_VALUES = ("year", "date", "confidence")
_NEAR = "[~\uff5e](?=[^\\s~\uff5e])"
_QUOTES = str.maketrans(dict.fromkeys("“”„＂", '"'))
_ITEM = re.compile(
    rf"(?P<minus>-(?=[^\s-]))?(?P<near>{_NEAR})?(?:(?P<field>{'|'.join([*_FIELDS, *_VALUES])})[:：](?P<inner>{_NEAR})?)?"
    r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))',
    re.IGNORECASE,
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Word:
    """A searchable word of one character or more (`analysis.searchable`), and where it is looked for.

    `quoted`: as it stands only, □ is □. `near`: misread by a character as well. `date`: the date that the word as a whole
    writes, in ISO form, where other ways to write it are found too; `number`: the same of a number.
    """

    text: str
    area: Area = "any"
    quoted: bool = False
    near: bool = False
    date: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Years:
    """Years from `first` to `last`, both included; None is open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure a page was read, in hundredths from 0 to 100, both ends included; None is open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates in a text or of a thing, as tokens of the field `date` (`analysis.known_parts`) of which one must be there."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its number in the catalogue, with all below it."""

    id: int


Leaf = Word | Years | Confidence | Dates | Unit


@dataclass(frozen=True, slots=True)
class Query:
    """A document must satisfy one leaf of every group of `groups` and none of `excluded`."""

    groups: tuple[tuple[Leaf, ...], ...]
    excluded: tuple[Leaf, ...] = ()

    def words(self) -> tuple[Word, ...]:
        """The words looked for, without those excluded."""
        return tuple(leaf for leaf in self.looked_for() if isinstance(leaf, Word))

    def looked_for(self) -> tuple[Leaf, ...]:
        """All leaves without those excluded: what is marked in a text (`highlight.marks`)."""
        return tuple(leaf for group in self.groups for leaf in group)


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
    return _bounded(Query(tuple(map(tuple, groups)), tuple(excluded)))


def _bounded(query: Query) -> Query:
    near = [leaf for leaf in (*query.looked_for(), *query.excluded) if isinstance(leaf, Word) and leaf.near]
    if len(near) > MOST_NEAR:
        raise QueryError("search.query-too-many-near", limit=MOST_NEAR)
    if sum(map(_is_holed_number, (*query.looked_for(), *query.excluded))) > MOST_HOLED_NUMBERS:
        raise QueryError("search.query-too-many-holed", limit=MOST_HOLED_NUMBERS)
    return query


def _is_holed_number(leaf: Leaf) -> bool:
    if not isinstance(leaf, Word) or leaf.quoted or leaf.area not in ("any", "identifier"):
        return False
    return UNREADABLE in leaf.text and leaf.text.replace(UNREADABLE, "").isascii()


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
    quoted = item["quoted"] is not None
    written = item["quoted"] if quoted else item["bare"]
    near = bool(item["near"] or item["inner"])
    if field in _VALUES or (field == "unit" and not quoted and fold(written).startswith("#")):
        if near:
            raise QueryError("search.query-near-field", field=field)
        return _value(field, written)
    if not quoted and _is_wildcard(written):
        raise QueryError("search.query-wildcard", word=written)
    area = _FIELDS.get(field, "any")
    word = class_value(written) if area == "class" else searchable(written)
    if area == "identifier":
        word = word.replace(BLANK, "")
    if not word:
        raise QueryError("search.query-field", field=field)
    if len(word) > LONGEST_WORD:
        raise QueryError("search.query-word-too-long", limit=LONGEST_WORD)
    return _word(word, area, quoted, near)


def _value(field: str, written: str) -> Leaf:
    if field == "year":
        return Years(*span(written, "search.query-year", 4, 9999))
    if field == "confidence":
        return Confidence(*span(written, "search.query-confidence", 1, 100))
    if field == "date":
        return Dates(date_tokens(written))
    return Unit(unit_id(written))


def _word(text: str, area: Area, quoted: bool, near: bool) -> Word:
    if not quoted and UNREADABLE in text and all(char == UNREADABLE or is_sign(char) for char in text):
        raise QueryError("search.query-hole")
    if area == "identifier" and not quoted and text.count(UNREADABLE) > MOST_HOLES:
        raise QueryError("search.query-many-holes", limit=MOST_HOLES)
    if area == "class":
        if near:
            raise QueryError("search.query-near-field", field="class")
        return Word(text, area)
    if near and not SHORTEST_NEAR <= len(text) <= LONGEST_NEAR:
        raise QueryError("search.query-near-length", shortest=SHORTEST_NEAR, longest=LONGEST_NEAR)
    in_text = area in ("any", "text")
    date = date_of_word(text, near) if in_text and (near or not quoted) else ""
    number = numerals.value(text) if in_text and near else None
    return Word(text, area, quoted, near, date, str(number) if number is not None and number >= numerals.LEAST else "")


def _is_wildcard(written: str) -> bool:
    """`张*` hopes for a wildcard; `***` and `110***1234` are text as it stands on paper."""
    return bool(written.strip("*")) and written != written.strip("*")
