"""What is suggested while somebody types, by the labels (`keys.labels`) of persons and materials; the same in every engine.

An engine counts the labels of the documents that `beginning` finds, most frequent first, and `chosen` picks among them: a
document with two names is found by one of them and has both.
"""

from __future__ import annotations

from collections.abc import Iterable

from base.text.normalise import fold
from search.analysis import searchable
from search.index import Kind, Scope
from search.pinyin import name_keys, title_keys
from search.plan import AllOf, AnyOf, Node, Phrase, Term, visible
from search.sequence import SEPARATOR, phrase

# In this order they are suggested.
KINDS_SUGGESTED: tuple[Kind, ...] = ("person", "material")
# Labels that an engine counts for one kind: enough that a name of one's own stands among the most frequent.
MOST_LABELS = 500
_LONGEST_PREFIX = 40
# What is pasted may be a book: it is cut before it is folded.
_LONGEST_TYPED = 1000


def beginning(prefix: str, scope: Scope, kind: Kind) -> Node | None:
    """The documents of one kind with a label that begins with `prefix`; None where nothing can."""
    word = _word(prefix)
    if not word:
        return None
    begins: list[Node] = [_begun(word)]
    if _is_pinyin(word):
        begins.append(Term("pinyin", word))
    return AllOf((AnyOf(tuple(begins)), visible(scope, (kind,))))


def chosen(prefix: str, kind: Kind, labels: Iterable[tuple[str, int]]) -> list[str]:
    """Labels that begin with `prefix`: a whole one first, names found by the given name alone last; of the others the one that
    most documents have, then by text."""
    word = _word(prefix)
    fitting = [(label, count) for label, count in labels if _fits(label, word, kind)]
    fitting.sort(key=lambda each: (searchable(each[0]) != word, not _begins(each[0], word), -each[1], each[0]))
    return [label for label, _ in fitting]


def _word(prefix: str) -> str:
    plain = "".join(
        " " if ord(char) < ord(" ") or "\ud800" <= char <= "\udfff" else char for char in prefix[:_LONGEST_TYPED]
    )
    return searchable(plain)[:_LONGEST_PREFIX]


def _begun(word: str) -> Node:
    tokens = phrase(SEPARATOR + word)
    return Term("name", tokens[0][1]) if len(tokens) == 1 else Phrase("name", tokens)


def _is_pinyin(word: str) -> bool:
    return len(word) > 1 and word.isascii() and word.isalpha()


def _fits(label: str, word: str, kind: Kind) -> bool:
    if searchable(label).startswith(word):
        return True
    keys = name_keys if kind == "person" else title_keys
    return _is_pinyin(word) and word in keys(fold(label))


def _begins(label: str, word: str) -> bool:
    """Whether it is found from its beginning: by hanzi, or by a reading of its first character."""
    folded = fold(label)
    return searchable(label).startswith(word) or any(key[0] == word[0] for key in name_keys(folded[:1]))
