"""Labels and values in running lines, as contracts have them: a value may go on in the next line, up to the next label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ocr.fields.forms import Labels
from ocr.fields.kinds import may_begin
from ocr.fields.strips import Ink, Run, Strip

# Lines whose middles are no further apart than this, in letter heights, are one row; a wider gap within a row parts its texts.
_LEVEL, _GAP = 0.5, 1.2
# A row that ends further than this many letter heights from the margin is the last of its paragraph.
_SHORT = 3.0
_BREAK = "\n"
_LONGEST_LABEL = 14
_NOTE = re.compile(r"\([^()\n]{1,10}\)")
_ENDS = re.compile(r"[\n。;]")
_MARKS = ",.、。;:()!"


@dataclass(frozen=True, slots=True)
class _Text:
    """Folded text of the page with breaks, the run each character comes from (None: a break), and the characters that
    stand behind a gap."""

    text: str
    runs: tuple[Run | None, ...]
    gaps: frozenset[int]


def values_in_flow(strips: Sequence[Strip], known: Labels) -> Iterator[tuple[str, Ink]]:
    """(field, ink behind its label) for every label that stands before a colon or a gap."""
    page = _joined([strip for strip in strips if not strip.tall])
    found = list(_labels(page, known))
    begins = sorted([each[1] for each in found] + list(_unknown(page)))
    for key, _, start in found:
        field = known.fields[key]
        if field is None:
            continue
        stop = next((each for each in begins if each >= start), len(page.text))
        end = _ENDS.search(page.text, start, stop)
        runs = [run for run in page.runs[start : end.start() if end else stop] if run is not None]
        if runs:
            yield field, Ink.of(runs)


def _unknown(page: _Text) -> Iterator[int]:
    """Where words before a colon begin, after a gap or in a box of their own: labels of what nobody asked."""
    for colon in (i for i, char in enumerate(page.text) if char == ":"):
        for start in range(colon - 1, max(0, colon - _LONGEST_LABEL), -1):
            if not ("\u3400" <= page.text[start] <= "\U000323af" or page.text[start] in "()"):
                break
            if colon - start > 1 and (start in page.gaps or _is_new_ink(page, start)):
                yield start
                break


def values_in_sentences(strips: Sequence[Strip], patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[str, Ink]]:
    """(field, ink) of each named part of the patterns in the running text of the page."""
    if not patterns:
        return
    page = _joined([strip for strip in strips if not strip.tall])
    for match in (match for pattern in patterns for match in pattern.finditer(page.text)):
        for field in match.groupdict():
            start, end = match.span(field)
            yield field, Ink.of([run for run in page.runs[start:end] if run is not None])


def _labels(page: _Text, known: Labels) -> Iterator[tuple[str, int, int]]:
    """(key, start, where the value begins) of each label."""
    text = page.text
    # Where the value of the label before began.
    last: int | None = None
    for match in known.pattern.finditer(text):
        start, end = match.span()
        note = _NOTE.match(text, end)
        value = note.end() if note else end
        before, after = text[start - 1] if start else _BREAK, text[value] if value < len(text) else _BREAK
        begins = start in page.gaps or before in _BREAK + _MARKS or not "\u3400" <= before <= "\U000323af"
        if after == ":":
            # A value may run into the label behind it; without one before, 「女方姓名:」 asks for somebody else.
            if begins or _is_new_ink(page, start) or (last is not None and _BREAK not in text[last:start]):
                last = value + 1
                yield match[0], start, last
        elif begins and (value in page.gaps or _goes_straight_on(match[0], text[value:], known)):
            last = value
            yield match[0], start, value


def _goes_straight_on(key: str, rest: str, known: Labels) -> bool:
    """「性别女,身份证号码1101…」: the value begins right behind the label."""
    field = known.fields[key]
    return field is not None and key not in known.weak and bool(rest) and may_begin(field, rest)


def _is_new_ink(page: _Text, start: int) -> bool:
    """The label begins another box than what stands before it."""
    one, other = page.runs[start - 1], page.runs[start]
    return one is not None and other is not None and one.strip is not other.strip


def _joined(strips: Sequence[Strip]) -> _Text:
    chars: list[str] = []
    runs: list[Run | None] = []
    gaps: set[int] = set()
    rows = _rows(strips)
    margin = float(np.percentile([row[-1].right for row in rows], 80)) if rows else 0.0
    for row in rows:
        for before, strip in zip([None, *row], row, strict=False):
            if before is not None and strip.left - before.right > _GAP * strip.height:
                gaps.add(len(chars))
            gaps |= {len(chars) + i for i in range(1, len(strip.text)) if _is_parted(strip, i)}
            chars += strip.text
            runs += [Run(strip, i, i + 1) for i in range(len(strip.text))]
        if row[-1].right < margin - _SHORT * row[-1].height:
            chars.append(_BREAK)
            runs.append(None)
    return _Text("".join(chars), tuple(runs), frozenset(gaps))


def _is_parted(strip: Strip, place: int) -> bool:
    """A blank was read before the character, or it stands far from the one before it."""
    blank = strip.origin[place][0] > strip.origin[place - 1][1]
    return blank or strip.edges[place][0] - strip.edges[place - 1][1] > _GAP * strip.height


def _rows(strips: Sequence[Strip]) -> list[list[Strip]]:
    rows: list[list[Strip]] = []
    for strip in sorted(strips, key=lambda each: each.middle):
        if rows and strip.middle - rows[-1][0].middle < _LEVEL * max(strip.height, rows[-1][0].height):
            rows[-1].append(strip)
        else:
            rows.append([strip])
    return [sorted(row, key=lambda each: each.left) for row in rows]
