"""What a word must find by brute force: over the folded texts themselves, without tokens."""

from __future__ import annotations

import re

from base.text.confusables import confusables
from base.text.normalise import fold
from search.index import Document

# The signs of the alphabets that the tests make texts of: nothing else in them is one.
SIGNS = "，,。 -"
HOLE = "□"


def values(document: Document) -> list[str]:
    return [fold(each) for each in (document.text, document.title, *document.names)]


def holds(document: Document, word: str) -> bool:
    """The folded word stands in the text, the title or a name."""
    return any(fold(word) in each for each in values(document))


def holds_with_holes(document: Document, word: str) -> bool:
    """Each □ of the word is any one character that is no sign; at an end of the word it may be missing."""
    core = fold(word).strip(HOLE)
    pattern = "".join(f"[^{SIGNS}]" if char == HOLE else re.escape(char) for char in core)
    return any(re.search(pattern, each) for each in values(document))


def holds_in_a_name_with_a_hole(document: Document, word: str) -> bool:
    """A name has □ for one character of a word of two hanzi or more."""
    plain = fold(word)
    if len(plain) < 2 or HOLE in plain or any(char in SIGNS or char < "\u2e80" for char in plain):
        return False
    holed = [plain[:at] + HOLE + plain[at + 1 :] for at in range(len(plain))]
    return any(each in fold(name) for name in document.names for each in holed)


def holds_nearly(document: Document, word: str) -> bool:
    """The word stands there with one character changed at most: any one of three or more, a look-alike of two.

    A character at the end of a word of three or more may be missing as well.
    """
    return any(nearly(each, fold(word)) for each in values(document))


def nearly(text: str, word: str) -> bool:
    size = len(word)
    if size >= 3 and (word[1:] in text or word[:-1] in text):
        return True
    for start in range(len(text) - size + 1):
        changed = [at for at in range(size) if text[start + at] != word[at]]
        if len(changed) <= 1 and (size >= 3 or all(_alike(text[start + at], word[at]) for at in changed)):
            return True
    return False


def _alike(one: str, other: str) -> bool:
    return one in map(fold, confusables(other))
