"""Queries that mean harm, or stand for a paste gone wrong: every entry answers them or says what is wrong, with bounded work."""

from __future__ import annotations

from search.plan import AllOf, AnyOf, Node, OneOf, Phrase

_MB = 1_000_000
_FDFA = "\ufdfa"  # one character that folds to eighteen
_RANGE = "".join(map(chr, range(0x4E00, 0x4E00 + 20)))

HOSTILE = {
    "ten thousand words": "王 " * 10_000,
    "ten thousand alternatives": " OR ".join(["王"] * 10_000),
    "ten thousand exclusions": "王" + " -李" * 10_000,
    "as many words as are allowed": " ".join(chr(0x4E00 + each) * 12 for each in range(32)),
    "a deep chain of alternatives": " OR ".join(chr(0x4E00 + each) * 12 for each in range(16)),
    "as many exclusions as are allowed": "王 " + " ".join("-" + chr(0x4E00 + each) * 12 for each in range(31)),
    "a megabyte of one word": "王" * _MB,
    "a megabyte of quotes": '" ' * (_MB // 2),
    "a megabyte of brackets": "(" * _MB,
    "asterisks": "*" * 1000,
    "asterisks between": "王*" * 300,
    "question marks": "?" * 1000,
    "an expression": '/.*.*.*.*a{1,99999}/ +(a AND (b OR *:*)) [* TO *] {"match_all":{}} ^1e99 \\',
    "a statement": "'; DROP TABLE person; --",
    "NUL": "王\x00国\x00",
    "all controls": "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) + "王",
    "half a surrogate": "王\ud842",
    "the other half": "\udfff国",
    "a byte that is no UTF-8, from the command line": "王\udcff",
    "what is no character": "\ufffe\uffff\U0010ffff\ufdd0\ufdd1",
    "separators of our own": "\u241f王\u241f \u2423 \ufdd0",
    "writing from the right": "\u202e国建王\u202c \u2066name:\u2069",
    "nothing but marks without width": "\u200b\u200d\ufeff\u2060" * 50,
    "boxes alone": "□" * 200,
    "a word of boxes": "王" + "□" * 198 + "国",
    "words of boxes": " ".join(f"王□国□{chr(0x4E00 + each)}" for each in range(32)),
    "as many numbers of boxes as are allowed": " ".join(f"{each}□{each}□{each}" for each in range(4)),
    "numbers of boxes": " ".join(f"{each}□{each}□{each}" for each in range(32)),
    "more boxes in a number than are tried": "1□2□3□4□5□6",
    "tildes": "~" * 1000,
    "tildes before a word": "~~~~王建国",
    "near words beyond number": "~王建国 " * 32,
    "the longest near words": " ".join("~" + chr(0x4E00 + 20 * each) + _RANGE[1:] for each in range(3)),
    "near digits": "~01234567890123456789 ~98765432109876543210 ~oil0o1l0oil0o1l0oil0",
    "near exclusions": f"王 -~{_RANGE} -~12345678901234567890 -~{_RANGE[::-1]}",
    "a near word too long": "~" + "王" * 200,
    "everything at once": "~01234567890123456789 ~98765432109876543210 ~oil0o1l0oil0o1l0oil0 "
    + " ".join(f"{each}□{each}□{each}" for each in range(4))
    + " "
    + " ".join(chr(0x4E00 + each) * 12 for each in range(25)),
    "what folds to a book": _FDFA * 1000,
    "a word that folds to the longest": _FDFA * 11,
    "words that fold to books": f"name:{_FDFA * 300} title:{_FDFA * 300} class:{_FDFA * 300}",
    "values that fold to books": f"year:{_FDFA * 200} date:{_FDFA * 200} unit:#{_FDFA * 200} confidence:{_FDFA * 200}",
    "a letter under a thousand accents": "a" + "\u0301" * 999,
    "a thousand parts of Hangul": "\u1100\u1161\u11a8" * 333,
    "a year beyond time": "year:" + "9" * 900,
    "years of other scripts": "year:١٩٦٨ year:𝟏𝟗𝟔𝟖 year:①⑨⑥⑧",
    "a confidence beyond sure": "confidence:" + "9" * 900,
    "a confidence below": "confidence:-1..1e400",
    "a unit beyond number": "unit:#" + "9" * 900,
    "units of signs": "unit:#-1 unit:#² unit:# unit:#0",
    "a date beyond time": "date:99999-99-99..00000-00-00",
    "a date of digits": "date:" + "9" * 900,
    "all dates": " OR ".join(f"date:1850-02-02..2100-11-{each}" for each in range(10, 26)),
    "a number without end": "~" + "亿" * 20,
    "a class without end": "class:" + "9-" * 400,
    "fields without values": 'name: title:"" id: ::: year:..',
    "quotes": '"' * 999,
    "pairs of quotes": '"' * 1000,
}

# What one query may ask of an engine: classes of rank, and tokens in all of them together.
MOST_CLASSES, MOST_TOKENS = 24, 400_000


def size(node: Node) -> int:
    """The nodes and tokens of a plan."""
    match node:
        case AllOf():
            return 1 + sum(map(size, (*node.parts, *node.never)))
        case AnyOf():
            return 1 + sum(map(size, node.parts))
        case OneOf() | Phrase():
            return 1 + len(node.tokens)
        case _:
            return 1
