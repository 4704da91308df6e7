"""A plan run by hand over the tokens of documents: what every engine has to find, in which classes, without an engine."""

from __future__ import annotations

from collections.abc import Sequence

from search.analysis import tokens_of
from search.index import KINDS, Document, Scope
from search.plan import AllOf, AnyOf, Everything, Node, OneOf, Phrase, Range, Term, found, ranks
from search.query import parse_query
from tests.search.samples import EVERYTHING


class Indexed:
    """One document as an engine holds it."""

    def __init__(self, document: Document) -> None:
        self.id = document.id
        tokens = {field: text.split(" ") if text else [] for field, text in tokens_of(document).items()}
        self.tokens: dict[str, list[str]] = {
            **tokens,
            "kind": [document.kind],
            "organisation": [str(each) for each in document.organisations],
        }
        self.numbers = {"year": document.year, "confidence": document.confidence and round(100 * document.confidence)}

    def fits(self, node: Node) -> bool:
        match node:
            case Everything():
                return True
            case Term(field, token):
                return token in self.tokens[field]
            case OneOf(field, tokens):
                return any(token in self.tokens[field] for token in tokens)
            case Phrase(field, tokens):
                return self._has_phrase(self.tokens[field], tokens)
            case Range(field, first, last):
                number = self.numbers[field]
                return number is not None and (first is None or first <= number) and (last is None or number <= last)
            case AllOf(parts, never):
                return all(map(self.fits, parts)) and not any(map(self.fits, never))
            case AnyOf(parts):
                return any(map(self.fits, parts))

    @staticmethod
    def _has_phrase(stream: list[str], tokens: tuple[tuple[int, str], ...]) -> bool:
        return any(
            all(stream[start + at : start + at + 1] == [token] for at, token in tokens) for start in range(len(stream))
        )


def classes(query: str, documents: Sequence[Document], scope: Scope = EVERYTHING) -> list[list[str]]:
    """Ids by class of rank, empty classes left out; they share none, and together are what is found."""
    held = [Indexed(each) for each in documents]
    parsed = parse_query(query)
    hits = [[each.id for each in held if each.fits(node)] for node in ranks(parsed, scope, KINDS)]
    together = [each for ids in hits for each in ids]
    all_hits = found(parsed, scope, KINDS)
    assert len(together) == len(set(together))
    assert set(together) == {each.id for each in held if each.fits(all_hits)}
    return [ids for ids in hits if ids]
