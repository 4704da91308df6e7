"""Character errors, whole lines, seconds and memory of all engines on the same pages in the same run.

The pages go round in blocks, each block through every engine in turn, so that a busy minute of the machine falls on all.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.ocr import pages
from bench.ocr.contenders import Team, contenders
from bench.ocr.pages import Scan
from bench.ocr.scoring import Errors, Text, by_place, compared, in_rows, interval
from bench.ocr.setup import Setup

_GENERATED = 48
_BLOCK = 8
PEER = "Tesseract 5 chi_sim"
# Per cent of characters by group: what the engine that we ship is held to.
LIMITS = {"real print": 0.6, "real hand": 3.5, "generated print": 1.0, "generated hand": 6.0}


@dataclass(slots=True)
class Score:
    """What one engine did: errors by group and page, true lines read without error, seconds a page by block, bytes."""

    errors: dict[str, dict[str, Errors]] = field(default_factory=lambda: defaultdict(dict))
    lines: int = 0
    lines_right: int = 0
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    memory: int = 0


def tables(setup: Setup) -> list[str]:
    scans = pages.real(setup.data) + pages.generated(setup.work, setup.count(_GENERATED))
    scores = _scores(scans)
    answer = [_errors_table(scores), _cost_table(scores)]
    return [*answer, _pages_table(scores)] if setup.data else answer


def _scores(scans: Sequence[Scan]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    with ExitStack() as stack:
        teams = [stack.enter_context(Team(each)) for each in contenders()]
        for team in teams:
            team.read([scan.file for scan in scans[:2]])
            scores[team.contender.name] = Score()
        for block in _blocks(scans):
            for team in teams:
                _take(scores[team.contender.name], block, *team.read([scan.file for scan in block]))
    return scores


def _blocks(scans: Sequence[Scan]) -> list[list[Scan]]:
    """Pages of one group each."""
    by_group: dict[str, list[Scan]] = defaultdict(list)
    for scan in scans:
        by_group[scan.group].append(scan)
    return [group[i : i + _BLOCK] for group in by_group.values() for i in range(0, len(group), _BLOCK)]


def _take(score: Score, block: Sequence[Scan], read: Sequence[Sequence[Text]], seconds: float, memory: int) -> None:
    score.memory = max(score.memory, memory)
    score.seconds["generated" if block[0].lines else "real"].append(seconds / len(block))
    for scan, lines in zip(block, read, strict=True):
        if not scan.lines:
            score.errors[scan.group][scan.name] = compared(scan.text, in_rows(lines))
            continue
        errors, right = by_place(scan.lines, lines)
        for kind, wrong in errors.items():
            score.errors[f"generated {kind}"][scan.name] = wrong
        score.lines += sum(line.kind in errors for line in scan.lines)
        score.lines_right += right


def _errors_table(scores: dict[str, Score]) -> str:
    groups = [group for group in LIMITS if any(group in score.errors for score in scores.values())]
    head = "| engine | " + " | ".join(f"{g}: CER % (95 %)" for g in groups) + " | generated: whole lines right |"
    table = ["**Errors of reading**", "", head, "|---|" + "---:|" * (len(groups) + 1)]
    for name, score in scores.items():
        cells = [_rate(list(score.errors[group].values())) for group in groups]
        right = f"{100 * score.lines_right / score.lines:.1f} %" if score.lines else "–"
        table.append(f"| {name} | " + " | ".join(cells) + f" | {right} of {score.lines} |")
    table.append("| limit for the first | " + " | ".join(f"≤ {LIMITS[group]}" for group in groups) + " | |")
    return "\n".join(table)


def _rate(errors: Sequence[Errors]) -> str:
    low, high = interval(errors)
    return f"{sum(errors, Errors()).rate:.2f} ({low:.2f}–{high:.2f})"


def _cost_table(scores: dict[str, Score]) -> str:
    kinds = [kind for kind in ("generated", "real") if any(score.seconds[kind] for score in scores.values())]
    limit = {"generated": "≤ 1.1", "real": "≤ 1.8"}
    table = [
        "**Time of the first pass, both cores, from the file**",
        "",
        "| engine | " + " | ".join(f"{kind}: s a page | ratio to the peer" for kind in kinds) + " | MiB a process |",
        "|---|" + "---:|---:|" * len(kinds) + "---:|",
    ]
    peer = scores.get(PEER)
    for name, score in scores.items():
        cells = []
        for kind in kinds:
            own = score.seconds[kind]
            ratio = statistics.median(a / b for a, b in zip(own, peer.seconds[kind], strict=True)) if peer else None
            told = "–" if ratio is None else "peer" if name == PEER else f"{ratio:.2f}"
            cells.append(f"{statistics.median(own):.2f} | {told}")
        table.append(f"| {name} | " + " | ".join(cells) + f" | {score.memory / 2**20:.0f} |")
    table.append("| limit for the first | " + " | ".join(f" | {limit[kind]}" for kind in kinds) + " | ≤ 1331 |")
    return "\n".join(table)


def _pages_table(scores: dict[str, Score]) -> str:
    names = list(scores)
    table = [
        "**Real scans one by one: wrong characters of all**",
        "",
        "| page | characters | " + " | ".join(names) + " |",
        "|---|" + "---:|" * (len(names) + 1),
    ]
    first = scores[names[0]]
    for group in ("real hand", "real print"):
        for page, errors in sorted(first.errors[group].items()):
            cells = " | ".join(str(scores[name].errors[group][page].wrong) for name in names)
            table.append(f"| {page.split('_')[0]} | {errors.characters} | {cells} |")
    return "\n".join(table)
