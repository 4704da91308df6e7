"""The one analysis: what a document becomes in an index, and what a word of a query looks for there.

Every engine indexes these tokens with nothing but blanks between them, and every engine then answers alike. A text is
indexed as `sequence.interleaved` has it, so any substring is found exactly and nothing else is. Several values (names) stand
in one text between separators that no folded text holds; with them a whole name is a substring as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256

from base.text import numerals
from base.text.dates import PartialDate, Written, find, of_parts
from base.text.identity import parse
from base.text.lunar import solar_days
from base.text.normalise import UNKNOWN, analysis_version, fold, fold_all
from search.index import Document
from search.pinyin import name_keys, pinyin_version, title_keys
from search.sequence import BLANK, HOLE, SEPARATOR, SIGN, interleaved, interleaved_all

# Raised whenever the tokens below change: an index built otherwise must be rebuilt.
_TOKENS = 3
_OURS = re.compile(f"[{BLANK}{SEPARATOR}{HOLE}{SIGN}]")
_LONGEST_IDENTIFIER = 40
_SHORTEST_PREFIX, _SHORTEST_SUFFIX = 2, 4
_HANZI_CLASSES = dict(zip("一二三四五六七八九十", map(str, range(1, 11)), strict=True))
_SERIAL_BITS = 56
# What a year in two digits is counted from: no dossier of a retiree has papers of before.
_CENTURY = 1900
# Values that many documents have in common.
_SHARED = 4096


def analysis_id() -> str:
    """Changes whenever anything that decides a token changes."""
    return f"{_TOKENS}/{analysis_version()}/{pinyin_version()}"


def searchable(text: str) -> str:
    """A text or a word of a query, folded, as its tokens are made."""
    return _OURS.sub(UNKNOWN, fold(text)).replace(" ", BLANK)


def searchable_all(texts: Sequence[str]) -> list[str]:
    """`searchable` of each, in less time for some pages together."""
    return [_OURS.sub(UNKNOWN, text).replace(" ", BLANK) for text in fold_all(texts)]


def searchable_values(values: Iterable[str]) -> str:
    """Several values as one text; a whole value is found as `whole(value)`."""
    folded = [each for each in map(searchable, values) if each]
    return SEPARATOR + SEPARATOR.join(folded) + SEPARATOR if folded else ""


def whole(word: str) -> str:
    """A searchable word as the whole of one value."""
    return SEPARATOR + word + SEPARATOR


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


@lru_cache(maxsize=_SHARED)
def pinyin_tokens(names: tuple[str, ...], title: str) -> str:
    keys = {key for name in names for key in name_keys(fold(name))} | title_keys(fold(title))
    return " ".join(sorted(keys))


@lru_cache(maxsize=_SHARED)
def class_tokens(code: str) -> str:
    """A class and all above it: 九-1 → 9, 9-1."""
    parts = class_code(code).split("-") if code else []
    return " ".join("-".join(parts[:count]) for count in range(1, len(parts) + 1))


def class_code(text: str) -> str:
    """A class as written to its one form: 4-1, ４－１ and 四-1 are one."""
    head, dash, tail = fold(text).replace(" ", "").replace(".", "-").partition("-")
    return _HANZI_CLASSES.get(head, head) + dash + tail


def date_tokens(text: str, own: PartialDate | None = None) -> str:
    """Each date that a searchable text writes and a document's own date, by year, month and day as far as it is known."""
    found = [written.date for written in dates_in(text)]
    return " ".join(sorted({token for each in (*found, *([own] if own else [])) for token in known_parts(each)}))


def dates_in(text: str) -> Iterator[Written]:
    """The dates of a searchable text. A year in two digits is one of the 1900s, and one only with its day, or with its
    month and 年: 38年 may be a span of time, 56.10 a sum of money."""
    for each in find(text.replace(BLANK, " "), century=_CENTURY):
        if not each.short or each.date.day or (each.date.month and "年" in text[each.start : each.end]):
            yield each


def known_parts(date: PartialDate) -> set[str]:
    """1968, 1968-12, 1968-12-05; a lunar day by its solar parts as well."""
    parts = date.iso.split("-")
    found = {"-".join(parts[:count]) for count in range(1, len(parts) + 1)}
    if date.lunar and date.day and (days := solar_days(date)):
        found |= known_parts(PartialDate(days[0].year, days[0].month, days[0].day))
    return found


@lru_cache(maxsize=16)  # several keys of one document are made of it
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
    """All searched fields of a document: field → tokens between blanks. The first five are phrases, of the rest each is only
    there or not."""
    text = searchable(document.text)
    return _tokens(document, text, interleaved(text))


def tokens_of_all(documents: Sequence[Document]) -> Iterator[dict[str, str]]:
    """`tokens_of` of each, in less time for some pages together; a few are enough."""
    texts = searchable_all([each.text for each in documents])
    for document, text, made in zip(documents, texts, interleaved_all(texts), strict=True):
        yield _tokens(document, text, made)


def _tokens(document: Document, text: str, made: str) -> dict[str, str]:
    """`text`: the document's, searchable; `made` its tokens."""
    return {
        "text": made,
        "title": _text_tokens(document.title),
        "name": interleaved(searchable_values(document.names)),
        "unit": _values_tokens(document.units),
        "place": _text_tokens(document.place),
        "identifier": identifier_tokens(document.identifiers),
        "pinyin": pinyin_tokens(document.names, document.title),
        "class": class_tokens(document.class_code),
        "date": date_tokens(text, _own_date(document)),
        "number": " ".join(sorted({str(each.value) for each in numerals.find(text)})),
    }


# The pages of a dossier share their unit and place, those of a material its title: folding those once is a third of the work.
@lru_cache(maxsize=_SHARED)
def _text_tokens(text: str) -> str:
    return interleaved(searchable(text))


@lru_cache(maxsize=_SHARED)
def _values_tokens(values: tuple[str, ...]) -> str:
    return interleaved(searchable_values(values))


def _own_date(document: Document) -> PartialDate | None:
    if document.day:
        return of_parts(document.day // 10_000, document.day // 100 % 100, document.day % 100)
    return of_parts(document.year, None, None)


def _forms(identifier: str) -> set[str]:
    plain = searchable(identifier).replace(BLANK, "")[:_LONGEST_IDENTIFIER]
    forms = {plain} if plain else set()
    number = parse(identifier).normalised
    if number:
        forms.add(number.lower())
        if number[6:8] == "19":
            forms.add(number[:6] + number[8:17])
    return forms
