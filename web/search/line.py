"""The query line cut into its items, without running it: what a form reads back and a facet adds to or takes from.

The language itself is `search.query`; here an item is only told apart by how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from base.errors import InputError
from search.query import parse_query

FIELDS = ("name", "title", "text", "id", "no", "class", "year", "date", "unit", "place", "confidence")

_QUOTES = str.maketrans(dict.fromkeys("“”„＂", '"'))
_ITEM = re.compile(
    rf"(?P<minus>-(?=[^\s-]))?(?P<near>[~～](?=[^\s~～]))?(?:(?P<field>{'|'.join(FIELDS)})[:：])?"
    r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))',
    re.IGNORECASE,
)
# What a word must not look like if it is to be taken as it is written.
_SPECIAL = re.compile(rf"OR|[-~～*].*|.*\*|(?:{'|'.join(FIELDS)})[:：].*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `value` is what stands behind its field (lower case, "" for none), without quotes where `quoted`."""

    written: str
    field: str
    value: str
    minus: bool
    near: bool
    quoted: bool

    @property
    def word(self) -> bool:
        """A bare word: no field, no sign, no quotes."""
        return not (self.field or self.minus or self.near or self.quoted)


Group = tuple[Item, ...]


def groups(query: str) -> list[Group]:
    """The items of a line that can be run, in order, those that OR joins together."""
    found: list[list[Item]] = []
    joining = False
    for match in _ITEM.finditer(query.translate(_QUOTES)):
        if match.group() == "OR" and found and not joining:
            joining = True
        elif joining:
            found[-1].append(_item(match))
            joining = False
        else:
            found.append([_item(match)])
    return [tuple(group) for group in found]


def written(group: Group) -> str:
    """A group as it is typed."""
    return " OR ".join(item.written for item in group)


def with_term(query: str, term: str) -> str:
    """The query narrowed by one more term; unchanged where it is in it already."""
    parts = [written(group) for group in groups(query)]
    return query if term in parts else " ".join([*parts, term])


def without_term(query: str, term: str) -> str:
    """The query without a term that stands in it by itself."""
    return " ".join(part for part in map(written, groups(query)) if part != term)


def with_near_misses(query: str) -> str:
    """The same line, its bare words found where one character was misread as well; "" where the language has no such line."""
    cut = groups(query)
    near = [f"~{written(group)}" if len(group) == 1 and group[0].word else written(group) for group in cut]
    line = " ".join(near)
    try:
        parse_query(line)
    except InputError:
        return ""
    return line if line != " ".join(map(written, cut)) else ""


def last_word(query: str) -> tuple[str, str]:
    """(what stands before it, the bare word at the very end): what suggestions go on from; ("…", "") where none is."""
    cut = groups(query)
    if not cut or query != query.rstrip() or query.count('"') % 2 or not cut[-1][-1].word:
        return query, ""
    word = cut[-1][-1].written
    return (query[: -len(word)], word) if query.endswith(word) else (query, "")


def as_word(text: str) -> str:
    """A text as one word of the line, in quotes where it would be read as anything else."""
    plain = text.translate(_QUOTES)
    if len(plain) > 1 and plain[0] == plain[-1] == '"' and '"' not in plain[1:-1]:
        return plain
    plain = " ".join(plain.replace('"', " ").split())
    return f'"{plain}"' if " " in plain or _SPECIAL.fullmatch(plain) else plain


def words_of(text: str) -> Sequence[str]:
    """The words of a field of a form; what stands in quotes is one."""
    return re.findall(r'"[^"]+"|[^\s"]+', text.translate(_QUOTES))


def _item(match: re.Match[str]) -> Item:
    quoted = match["quoted"]
    return Item(
        written=match.group(),
        field=(match["field"] or "").lower(),
        value=match["bare"] if quoted is None else quoted,
        minus=bool(match["minus"]),
        near=bool(match["near"]),
        quoted=quoted is not None,
    )
