"""The one analysis: what a document becomes in an index, and what a word of a query looks for there.

Every engine indexes these tokens with nothing but blanks between them, and every engine then answers alike. A text is
indexed as its overlapping pairs of characters with their positions, and as the set of its single characters; a word of
two characters or more is a phrase of pairs, so any substring is found exactly and nothing else is. Several values
(names) stand in one text between separators that no folded text holds; with them a whole name is a substring as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise

from base.text.identity import parse
from base.text.normalise import UNKNOWN, analysis_version, fold
from search.index import Document
from search.pinyin import name_keys, pinyin_version, title_keys

# Raised whenever the tokens below change: an index built otherwise must be rebuilt.
_TOKENS = 1
# Stands for the blank inside a pair: engines split tokens at blanks. `searchable` keeps both out of texts.
BLANK = "\u2423"
SEPARATOR = "\u241f"
_LONGEST_IDENTIFIER = 40
_SHORTEST_PREFIX, _SHORTEST_SUFFIX = 2, 4
_HANZI_CLASSES = dict(zip("一二三四五六七八九十", map(str, range(1, 11)), strict=True))
_SERIAL_BITS = 56


def analysis_id() -> str:
    """Changes whenever anything that decides a token changes."""
    return f"{_TOKENS}/{analysis_version()}/{pinyin_version()}"


def searchable(text: str) -> str:
    """A text or a word of a query, folded, as its pairs are made."""
    folded = fold(text)
    if BLANK in folded or SEPARATOR in folded:
        folded = folded.replace(BLANK, UNKNOWN).replace(SEPARATOR, UNKNOWN)
    return folded.replace(" ", BLANK)


def searchable_values(values: Iterable[str]) -> str:
    """Several values as one text; a whole value is found as `whole(value)`."""
    folded = [each for each in map(searchable, values) if each]
    return SEPARATOR + SEPARATOR.join(folded) + SEPARATOR if folded else ""


def whole(word: str) -> str:
    """A searchable word as the whole of one value."""
    return SEPARATOR + word + SEPARATOR


def pairs(text: str) -> str:
    """The overlapping pairs of a searchable text in order, between blanks; their number is their position."""
    return " ".join(map("".join, pairwise(text)))


def singles(text: str) -> str:
    """The set of characters of a searchable text, between blanks."""
    return " ".join(set(text))


def phrase(word: str) -> list[str | tuple[int, str]]:
    """(position, pair) that together hold a searchable word of two characters or more exactly."""
    last = len(word) - 2
    return [(place, word[place : place + 2]) for place in (*range(0, last, 2), last)]


def identifier_tokens(identifiers: Iterable[str]) -> str:
    """Tokens of identifiers: `=` whole, `^` beginning, `$` end (four characters or more), between blanks.

    An identity number is found by its 18 and its 15 digits, whichever of them is known.
    """
    tokens: set[str] = set()
    for form in {form for each in identifiers for form in _forms(each)}:
        tokens.add(f"={form}")
        tokens.update(f"^{form[:end]}" for end in range(_SHORTEST_PREFIX, len(form)))
        tokens.update(f"${form[-size:]}" for size in range(_SHORTEST_SUFFIX, len(form)))
    return " ".join(sorted(tokens))


def identifier_lookups(word: str) -> tuple[str, tuple[str, ...]]:
    """(token of the whole, tokens of its parts) under which a searchable word finds an identifier."""
    plain = word.replace(BLANK, "")
    return f"={plain}", (f"={plain}", f"^{plain}", f"${plain}")


def pinyin_tokens(names: Iterable[str], title: str) -> str:
    keys = {key for name in names for key in name_keys(fold(name))} | title_keys(fold(title))
    return " ".join(sorted(keys))


def class_tokens(code: str) -> str:
    """A class and all above it: 九-1 → 9, 9-1."""
    parts = class_code(code).split("-") if code else []
    return " ".join("-".join(parts[:count]) for count in range(1, len(parts) + 1))


def class_code(text: str) -> str:
    """A class as written to its one form: 4-1, ４－１ and 四-1 are one."""
    head, dash, tail = fold(text).replace(" ", "").replace(".", "-").partition("-")
    return _HANZI_CLASSES.get(head, head) + dash + tail


def order_key(document_id: str) -> int:
    """The place of a document among hits of equal rank: persons, materials, pages, each by number.

    A whole number of 60 bits, the same in every engine and after every rebuild. An id that does not end in a number
    stands behind the others, by its digest.
    """
    kind, _, serial = document_id.partition(":")
    rank = {"person": 0, "material": 1, "page": 2}.get(kind, 3)
    if serial.isascii() and serial.isdigit() and int(serial) < 1 << _SERIAL_BITS:
        return rank << (_SERIAL_BITS + 1) | int(serial)
    return rank << (_SERIAL_BITS + 1) | 1 << _SERIAL_BITS | _digest(document_id)


def _digest(text: str) -> int:
    data = sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(data[: _SERIAL_BITS // 8], "big")


def tokens_of(document: Document) -> dict[str, str]:
    """All searched fields of a document: field → tokens between blanks."""
    text, title, names = searchable(document.text), searchable(document.title), searchable_values(document.names)
    return {
        "text2": pairs(text),
        "text1": singles(text),
        "title2": pairs(title),
        "title1": singles(title),
        "name2": pairs(names),
        "name1": singles(names.replace(SEPARATOR, "")),
        "identifier": identifier_tokens(document.identifiers),
        "pinyin": pinyin_tokens(document.names, document.title),
        "class": class_tokens(document.class_code),
    }


def _forms(identifier: str) -> set[str]:
    plain = searchable(identifier).replace(BLANK, "")[:_LONGEST_IDENTIFIER]
    forms = {plain} if plain else set()
    number = parse(identifier).normalised
    if number:
        forms.add(number.lower())
        if number[6:8] == "19":
            forms.add(number[:6] + number[8:17])
    return forms
