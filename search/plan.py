"""What a query asks of an index, in terms that every engine has: which tokens stand in which field, one behind the other.

An engine only translates the nodes. `ranks` gives classes of rank, best first, that share no document and together hold all
hits; so every engine orders hits alike without computing scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from search.analysis import identifier_lookups, whole
from search.index import KINDS, Kind, Scope
from search.near import LITERAL, furthest, identifiers, names_with_holes, patterns
from search.query import Confidence, Dates, Leaf, Query, Unit, Word, Years
from search.sequence import phrase


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents."""


@dataclass(frozen=True, slots=True)
class Term:
    """The token stands in the field."""

    field: str
    token: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the tokens stands in the field; without tokens: no document."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """The tokens stand in the field at these distances, the first at position 0, in rising order of position.

    What stands on the positions between is another matter: other tokens always do.
    """

    field: str
    tokens: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The whole number of the field lies from `first` to `last`, both included; None is open. Never without a number."""

    field: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of `parts` (without any: every document) and none of `never`."""

    parts: tuple[Node, ...]
    never: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts; without parts: no document."""

    parts: tuple[Node, ...]


Node = Everything | Term | OneOf | Phrase | Range | AllOf | AnyOf


def ranks(query: Query, scope: Scope, kinds: Sequence[Kind]) -> tuple[Node, ...]:
    """The hits of `query` of these kinds that `scope` may see, in classes, best first.

    As typed before written otherwise or with a look-alike, that before any other character; within each a whole name or
    identifier, a part of one (pinyin too), a name with □ for a hanzi, then none of these; within each a word in the title
    before none there.
    """
    limits, excluded = _limits(scope, kinds), _excluded(query)
    classes: list[Node] = []
    nearer: tuple[Node, ...] = ()
    for level in _levels(query):
        hits = _groups(query, level)
        for (must, never), (title_must, title_never) in product(_direct(query, level), _titled(query, level)):
            classes.append(_all([*hits, *limits, *must, *title_must], [*excluded, *nearer, *never, *title_never]))
        nearer = (_all(hits, []),)
    return tuple(classes)


def found(query: Query, scope: Scope, kinds: Sequence[Kind]) -> Node:
    """All hits: the union of `ranks`, for totals and facets."""
    return _all([*_groups(query, _levels(query)[-1]), *_limits(scope, kinds)], _excluded(query))


def visible(scope: Scope, kinds: Sequence[Kind]) -> Node:
    """All documents of these kinds that `scope` may see."""
    return _all(_limits(scope, kinds), [])


def _levels(query: Query) -> range:
    return range(max((furthest(word) for word in query.words()), default=LITERAL) + 1)


def _groups(query: Query, level: int) -> list[Node]:
    return [_any([node for leaf in group for node in _leaf(leaf, level)]) for group in query.groups]


def _limits(scope: Scope, kinds: Sequence[Kind]) -> list[Node]:
    limits: list[Node] = []
    if set(kinds) != set(KINDS):
        limits.append(OneOf("kind", tuple(sorted(set(kinds)))))
    if not scope.everything:
        limits.append(OneOf("organisation", tuple(map(str, scope.organisations))))
    return limits


def _excluded(query: Query) -> list[Node]:
    return [
        node for leaf in query.excluded for node in _leaf(leaf, furthest(leaf) if isinstance(leaf, Word) else LITERAL)
    ]


_Class = tuple[list[Node], list[Node]]


def _direct(query: Query, level: int) -> list[_Class]:
    """Whole names and identifiers, parts of them, names with □, all others. Each set lies in the next."""
    words = query.words()
    exact = [node for word in words for node in _whole(word, level)]
    part = [node for word in words for node in _naming(word, level)]
    holed = [node for word in words for node in _holed(word)]
    return _classes([exact, part, [*part, *holed] if holed else []])


def _titled(query: Query, level: int) -> list[_Class]:
    return _classes([[node for word in query.words() for node in _title(word, level)]])


def _classes(nested: list[list[Node]]) -> list[_Class]:
    """(all that must, all that must not) match, for each class that sets cut out which lie each in the next."""
    sets = [_any(each) for each in nested if each]
    inner: list[list[Node]] = [[], *([each] for each in sets)]
    return [([each], inner[place]) for place, each in enumerate(sets)] + [([], inner[-1])]


def _leaf(leaf: Leaf, level: int) -> list[Node]:
    """Nodes of which one must match, at this level or one before it."""
    match leaf:
        case Years():
            return [Range("year", leaf.first, leaf.last)]
        case Confidence():
            return [Range("confidence", leaf.first, leaf.last)]
        case Dates():
            return [OneOf("date", leaf.tokens)]
        case Unit():
            return [Term("organisation", str(leaf.id))]
    if leaf.area == "class":
        return [Term("class", leaf.text)]
    return [*_naming(leaf, level), *_holed(leaf), *_title(leaf, level), *_elsewhere(leaf, level)]


def _elsewhere(word: Word, level: int) -> list[Node]:
    nodes = [
        _substring(area, each) for area in ("text", "unit", "place") if _in(word, area) for each in _upto(word, level)
    ]
    if level > LITERAL and word.area in ("any", "text"):
        nodes += [Term(field, token) for field, token in (("date", word.date), ("number", word.number)) if token]
    return nodes


def _whole(word: Word, level: int) -> list[Node]:
    nodes: list[Node] = []
    if _in(word, "name"):
        nodes += [_substring("name", whole(each)) for each in _named(word, level)]
    if _in(word, "identifier") and (forms := _identifiers(word, level)):
        nodes.append(OneOf("identifier", tuple(identifier_lookups(each)[0] for each in forms)))
    return nodes


def _naming(word: Word, level: int) -> list[Node]:
    nodes: list[Node] = []
    if _in(word, "name"):
        nodes += [_substring("name", each) for each in _named(word, level)]
        if len(word.text) > 1 and word.text.isascii() and word.text.isalpha():
            nodes.append(Term("pinyin", word.text))
    if _in(word, "identifier") and (forms := _identifiers(word, level)):
        nodes.append(OneOf("identifier", tuple(token for each in forms for token in identifier_lookups(each)[1])))
    return nodes


def _holed(word: Word) -> list[Node]:
    return [_substring("name", each) for each in names_with_holes(word)] if _in(word, "name") else []


def _title(word: Word, level: int) -> list[Node]:
    return [_substring("title", each) for each in _named(word, level)] if _in(word, "title") else []


def _in(word: Word, area: str) -> bool:
    """A word without an area is looked for everywhere but in the fields that are asked for by name only."""
    return word.area == area or (word.area == "any" and area not in ("unit", "place"))


def _named(word: Word, level: int) -> list[str]:
    """As `_upto`, for names and titles, which hold no numbers or dates that could be misread."""
    return _upto(word, LITERAL if word.text.isascii() or word.date or word.number else level)


def _upto(word: Word, level: int) -> list[str]:
    return list(dict.fromkeys(each for step in range(level + 1) for each in patterns(word, step)))


def _identifiers(word: Word, level: int) -> list[str]:
    return list(dict.fromkeys(each for step in range(level + 1) for each in identifiers(word, step)))


def _substring(field: str, text: str) -> Node:
    tokens = phrase(text)
    return Term(field, tokens[0][1]) if len(tokens) == 1 else Phrase(field, tokens)


def _any(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))


def _all(must: list[Node], never: list[Node]) -> Node:
    if not never:
        if not must:
            return Everything()
        if len(must) == 1:
            return must[0]
    return AllOf(tuple(must), tuple(never))
