"""Where the value of a label stands: behind it, in the cell to its right, or below it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocr.fields.forms import Labels
from ocr.fields.labels import Label
from ocr.fields.strips import Run

# On a level, in letter heights: of labels, and of a value in one line; the lines of a value in two lie this far off.
_LEVEL, _SINGLE, _HALF = 0.6, 0.62, 1.0
# Runs of one line are no further off than this; two lines must be nearer to the label's middle than one by this.
_LINE, _CLOSER = 0.35, 0.08
# Parts of one value stand this near each other, in letter heights; a value begins within this part of the page's width.
_APART, _REACH = 3.5, 0.42
# A value below its label begins within so many letter heights.
_UNDER = 2.6


def row_of(one: Label, labels: Sequence[Label]) -> list[Label]:
    """The labels on a level with `one`, itself among them, from the left."""
    level = [each for each in labels if abs(each.middle - one.middle) < _LEVEL * max(each.height, one.height)]
    return sorted(level, key=lambda each: each.left)


def asks_for_others(one: Label, labels: Sequence[Label], known: Labels) -> bool:
    """Its row is the head of a table of relatives, of jobs, of people."""
    return any(each.key in known.table for each in row_of(one, labels))


def value_of(label: Label, labels: Sequence[Label], runs: Sequence[Run], width: float) -> tuple[list[Run], bool]:
    """The runs that hold the value, in reading order, and whether they stand below the label; none for an empty cell.

    `width` is the upright page's, in pixels.
    """
    if label.behind is not None:
        return [label.behind], False
    row = row_of(label, labels)
    after = [each for each in row if each is not label and each.left >= label.right - 0.5 * label.height]
    limit = min((each.left for each in after), default=float("inf"))
    room = [run for run in runs if label.right - 0.5 * label.height <= run.left < limit and not run.strip.tall]
    beside = _lines(label, room)
    if beside and beside[0].left - label.right < _REACH * width:
        return beside, False
    return (_below(label, row, labels, runs), True) if label.pure else ([], False)


def _lines(label: Label, room: Sequence[Run]) -> list[Run]:
    """One line at the label's height, or two around it."""
    lines = _levels([run for run in room if abs(run.middle - label.middle) < _HALF * run.strip.height])
    single = min(lines, key=lambda line: abs(line[0].middle - label.middle), default=[])
    off = abs(single[0].middle - label.middle) if single else float("inf")
    for upper, lower in pairwise(lines):
        together = abs(upper[0].middle + lower[0].middle - 2 * label.middle) / 2
        if together + _CLOSER * label.height < off and _same_column(upper[0], lower[0]):
            return [*_together(upper), *_together(lower)]
    return _together(single) if single and off < _SINGLE * single[0].strip.height else []


def _levels(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs in lines, from the top."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.middle):
        if lines and run.middle - lines[-1][0].middle < _LINE * run.strip.height:
            lines[-1].append(run)
        else:
            lines.append([run])
    return lines


def _same_column(one: Run, other: Run) -> bool:
    """Lines of one cell lie one above the other and all but touch."""
    return _overlap(one.left, one.right, other.left, other.right) and (
        other.strip.top - one.strip.bottom < 0.4 * one.strip.height
    )


def _together(runs: Sequence[Run]) -> list[Run]:
    """The runs of one line from the left, up to a gap that parts them."""
    ordered = sorted(runs, key=lambda run: run.left)
    kept = ordered[:1]
    for run in ordered[1:]:
        if run.left - kept[-1].right > _APART * run.strip.height:
            break
        kept.append(run)
    return kept


def _below(label: Label, row: Sequence[Label], labels: Sequence[Label], runs: Sequence[Run]) -> list[Run]:
    """The value of a head whose values stand in the row beneath, all of them; a roll of several people gives none."""
    heads = [each for each in row if each.pure]
    if len(heads) < 2:
        return []
    under = [_under(each, labels, runs) for each in heads]
    if sum(each is not None for each in under) < 2:
        return []
    mine = under[heads.index(label)]
    if mine is None or any(abs(each.middle - mine.middle) < _LEVEL * mine.strip.height for each in labels):
        return []
    second = _under_run(mine, runs)
    return [] if second is not None else [mine]


def _under(label: Label, labels: Sequence[Label], runs: Sequence[Run]) -> Run | None:
    near = [
        run
        for run in runs
        if label.middle < run.strip.top + 0.3 * run.strip.height
        and run.strip.top - label.bottom < _UNDER * label.height
        and _overlap(label.left, label.right, run.left, run.right)
    ]
    found = min(near, key=lambda run: run.middle, default=None)
    blocked = found is not None and any(
        label.middle < each.middle < found.middle and _overlap(label.left, label.right, each.left, each.right)
        for each in labels
        if each is not label
    )
    return None if blocked else found


def _under_run(one: Run, runs: Sequence[Run]) -> Run | None:
    height = one.strip.height
    near = (
        run
        for run in runs
        if run.strip.top > one.middle
        and run.strip.top - one.strip.bottom < _UNDER * height
        and _overlap(one.left, one.right, run.left, run.right)
    )
    return next(near, None)


def _overlap(left: float, right: float, other_left: float, other_right: float) -> bool:
    return min(right, other_right) - max(left, other_left) > 0.3 * min(right - left, other_right - other_left)
