"""Labels and what stands behind them in the same line: 「姓名张三性别男」, 「姓 名」 in two boxes or one above the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ocr.fields.doubt import fitting
from ocr.fields.forms import Labels
from ocr.fields.kinds import may_begin
from ocr.fields.strips import Ink, Run, Strip

# What may stand before a label: a number, a bullet, a bracket.
_LEAD = re.compile(r"(?:[(\[]?[0-9一二三四五六七八九十]{1,2}[)\].、]|[*·•★※(\[])?")
_NOTE = re.compile(r"\([^()]{1,10}\)")
_COLON = ":;"
# A word that goes on behind the label makes it part of a longer one.
_GOES_ON = "及和或与的、者员在"
# A line of running text: longer, or with a full stop.
_LINE_OF_PROSE = 40
# Letters of a split label stand this near, in letter heights: side by side, and one above the other.
_BESIDE, _BELOW = 5.0, 0.9
_MOST_PARTS = 4
# The longest value that may run into the label of the next cell.
_RUN_ON = 10


_Follows = Callable[[Strip, Sequence[Strip]], Strip | None]


@dataclass(frozen=True, slots=True)
class Label:
    """A label on the page: its folded text, the field it asks for (None: something else), and what stands behind it in its
    own line (None: nothing). `guessed` where it was not read letter by letter; `pure` where nothing else is in its line."""

    key: str
    field: str | None
    left: float
    top: float
    right: float
    bottom: float
    height: float
    behind: Run | None
    strips: tuple[Strip, ...]
    pure: bool = True
    guessed: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def labels_and_runs(strips: Sequence[Strip], known: Labels) -> tuple[list[Label], list[Run]]:
    """The labels of a page, and the text that stands behind none of them in its line."""
    found: list[Label] = []
    free: list[Run] = []
    for strip in strips:
        cut = list(_labels_in(strip, known))
        found += cut
        end = _first_at(cut, strip)
        if end:
            free.append(Run(strip, 0, end))
    joined = list(_joined([run.strip for run in free if run.whole], found, known))
    used = {id(strip) for label in joined for strip in label.strips}
    found = [label for label in found if not (label.pure and used & {id(each) for each in label.strips})] + joined
    free = [run for run in free if id(run.strip) not in used]
    guessed = [label for run in free if run.whole and (label := _guess(run.strip, known))]
    taken = {id(label.strips[0]) for label in guessed}
    return found + guessed, [run for run in free if id(run.strip) not in taken]


def _first_at(cut: Sequence[Label], strip: Strip) -> int:
    """How many characters stand before the strip's first label."""
    if not cut:
        return len(strip.text)
    first = cut[0].left
    before = sum(edge[1] <= first + 1 for edge in strip.edges)
    return before if len(strip.text[:before].strip("([*·•★※0123456789.、)")) else 0


def _labels_in(strip: Strip, known: Labels) -> Iterator[Label]:
    accepted = _accepted(strip, known)
    for number, (start, end, value) in enumerate(accepted):
        stop = accepted[number + 1][0] if number + 1 < len(accepted) else len(strip.text)
        key = strip.text[start:end]
        pure = len(accepted) == 1 and value >= len(strip.text) and start <= 2
        yield Label(
            key=key,
            field=known.fields[key],
            left=strip.left if pure else strip.edges[start][0],
            top=strip.top,
            right=strip.right if pure else strip.edges[min(value, len(strip.text)) - 1][1],
            bottom=strip.bottom,
            height=strip.height,
            behind=Run(strip, value, stop) if strip.text[value:stop].strip(" _.-") else None,
            strips=(strip,),
            pure=pure,
        )


def _accepted(strip: Strip, known: Labels) -> list[tuple[int, int, int]]:
    """(start, end, where its value begins) of each match that is a label."""
    text, found = strip.text, list[tuple[int, int, int]]()
    lead = match.end() if (match := _LEAD.match(text)) else 0
    prose = len(text) > _LINE_OF_PROSE or "。" in text
    for match in known.pattern.finditer(text):
        start, end = match.span()
        note = _NOTE.match(text, end)
        value = note.end() if note else end
        colon = value < len(text) and text[value] in _COLON
        value += colon
        first = start <= lead
        if first and value >= len(text):
            good = True
        elif colon:
            good = first or bool(found) or _stands_apart(strip, start)
        else:
            good = not prose and match[0] not in known.weak and _without_colon(text, start, value, first, found, known)
        if good:
            found.append((start, end, value))
    return found


def _stands_apart(strip: Strip, start: int) -> bool:
    """A gap or a mark before it: 「女方姓名:」 asks for somebody else, 「1-1 姓名:」 does not."""
    if not "\u3400" <= strip.text[start - 1] <= "\U000323af":
        return True
    return strip.edges[start][0] - strip.edges[start - 1][1] > 0.8 * strip.height


def _without_colon(
    text: str, start: int, value: int, first: bool, found: Sequence[tuple[int, int, int]], known: Labels
) -> bool:
    """Label and value run together, or the label of the next cell run into the value before it."""
    if value >= len(text):
        return bool(found) or start <= _RUN_ON
    if text[value] in _GOES_ON or not (first or found):
        return False
    field = known.fields.get(text[start:value])
    following = known.pattern.search(text, value)
    if following is not None and following.start() == value:
        return True
    return may_begin(field, text[value:]) if field else first


def _joined(whole: Sequence[Strip], found: Sequence[Label], known: Labels) -> Iterator[Label]:
    """Labels whose letters lie in several boxes, beside or below each other."""
    parts = [each for each in (*whole, *(label.strips[0] for label in found if label.pure)) if len(each.text) <= 8]
    used: set[int] = set()
    for first in sorted(parts, key=lambda each: (each.top, each.left)):
        for follows in (_next_beside, _next_below):
            chain = _longest(first, parts, follows, known)
            if len(chain) > 1 and not used & {id(each) for each in chain}:
                used |= {id(each) for each in chain}
                yield _label_of(chain, known)
                break


def _longest(first: Strip, parts: Sequence[Strip], follows: _Follows, known: Labels) -> list[Strip]:
    """The longest chain of boxes from `first` on whose letters together are a label."""
    chain, best = [first], [first]
    while len(chain) < _MOST_PARTS and (after := follows(chain[-1], parts)) is not None:
        chain = [*chain, after]
        text = "".join(each.text for each in chain).rstrip(_COLON)
        if text in known.fields:
            best = chain
    return best


def _next_beside(one: Strip, parts: Sequence[Strip]) -> Strip | None:
    if len(one.text) > 2:
        return None
    right = [
        each
        for each in parts
        if abs(each.middle - one.middle) < 0.5 * one.height and each.left > one.right - 0.3 * one.height
    ]
    after = min(right, key=lambda each: each.left, default=None)
    return after if after is not None and after.left - one.right < _BESIDE * one.height and after is not one else None


def _next_below(one: Strip, parts: Sequence[Strip]) -> Strip | None:
    under = [
        each
        for each in parts
        if each.top > one.middle
        and each.top - one.bottom < _BELOW * one.height
        and min(each.right, one.right) - max(each.left, one.left)
        > 0.5 * min(each.right - each.left, one.right - one.left)
    ]
    return min(under, key=lambda each: each.top, default=None)


def _label_of(chain: Sequence[Strip], known: Labels) -> Label:
    key = "".join(each.text for each in chain).rstrip(_COLON)
    return Label(
        key=key,
        field=known.fields[key],
        left=min(each.left for each in chain),
        top=min(each.top for each in chain),
        right=max(each.right for each in chain),
        bottom=max(each.bottom for each in chain),
        height=min(each.height for each in chain),
        behind=None,
        strips=tuple(chain),
    )


def _guess(strip: Strip, known: Labels) -> Label | None:
    """A cell that is a label but for one letter, which the engine was in doubt of or which looks alike."""
    text = strip.text.rstrip(_COLON)
    if not 4 <= len(text) <= 12 or any(char.isdigit() for char in text):
        return None
    whole = Ink.of([Run(strip, 0, len(text))])
    key = fitting(whole, (each for each in known.fields if len(each) == len(text) and _apart(each, text) == 1))
    if key is None:
        return None
    return Label(
        key=key,
        field=known.fields[key],
        left=strip.left,
        top=strip.top,
        right=strip.right,
        bottom=strip.bottom,
        height=strip.height,
        behind=None,
        strips=(strip,),
        guessed=True,
    )


def _apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
