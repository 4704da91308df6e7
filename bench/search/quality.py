"""What is found of what clerks really type: recall and mean reciprocal rank of the first 20 hits, beside the peers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.search import peers
from bench.search.engines import ask, filled
from bench.search.peers import FIRST
from bench.search.questions import HeldSet, Question, held_set
from bench.search.setup import Setup, say
from search.index import Scope

_TUNING, _REPORTING = 2, 3
_ALL = Scope(everything=True)
_OURS = "ours"


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over questions, 0 to 1: of what could be among the first hits, the part that is; 1 / the place of the first right one."""

    recall: float
    reciprocal: float
    way: str = ""

    @property
    def worth(self) -> float:
        return self.recall + self.reciprocal


def tables(setup: Setup) -> list[str]:
    ways = _best_ways(setup, held_set(setup, _TUNING))
    held = held_set(setup, _REPORTING)
    say(f"quality: {len(held.questions):,} questions over {len(held.documents):,} documents")
    ours = _ours(setup, held)
    found = {engine: _by_kind(held.questions, hits) for engine, hits in ours.items()}
    first = next(iter(ours))
    columns = {_OURS: found[first], **_peers(setup, held, ways)}
    text = [_table(held, columns), _ways(columns)]
    if len(ours) > 1:
        same = sum(one == other for one, other in zip(*ours.values(), strict=True))
        text.append(
            f"Both engines of ours gave the same {FIRST} hits in the same order for {same:,} of {len(held.questions):,} questions."
        )
    return text


def _best_ways(setup: Setup, held: HeldSet) -> dict[tuple[str, str], str]:
    """(peer, kind) → the way of asking that did best on the tuning seed."""
    best: dict[tuple[str, str], str] = {}
    for peer in peers.all_of(setup, held.documents):
        say(f"quality: choosing how to ask {peer.name}")
        for kind in _kinds(held.questions):
            some = [each for each in held.questions if each.kind == kind]
            tried = {way: quality(some, [peer.search(each.typed, way) for each in some]) for way in peer.ways}
            best[peer.name, kind] = max(peer.ways, key=lambda way: tried[way].worth)
        peer.close()
    return best


def _ours(setup: Setup, held: HeldSet) -> dict[str, list[list[str]]]:
    """By engine, the first hits of every question."""
    found = {}
    for engine, index in filled(setup, "quality", held.documents):
        say(f"quality: {engine}")
        answers = [ask(index, each.ours, _ALL, limit=FIRST) for each in held.questions]
        found[engine] = [[hit.id for hit in answer.hits] if answer else [] for answer in answers]
    return found


def _peers(setup: Setup, held: HeldSet, ways: dict[tuple[str, str], str]) -> dict[str, dict[str, Quality]]:
    columns = {}
    for peer in peers.all_of(setup, held.documents):
        say(f"quality: {peer.name}")
        hits = [peer.search(each.typed, ways[peer.name, each.kind]) for each in held.questions]
        columns[peer.name] = {
            kind: Quality(each.recall, each.reciprocal, ways[peer.name, kind])
            for kind, each in _by_kind(held.questions, hits).items()
        }
        peer.close()
    return columns


def quality(questions: Sequence[Question], hits: Sequence[Sequence[str]]) -> Quality:
    recalls, reciprocals = [], []
    for question, found in zip(questions, hits, strict=True):
        right = [place for place, each in enumerate(found[:FIRST], 1) if each in question.right]
        recalls.append(len(right) / min(FIRST, len(question.right)))
        reciprocals.append(1 / right[0] if right else 0.0)
    return Quality(sum(recalls) / len(recalls), sum(reciprocals) / len(reciprocals))


def _by_kind(questions: Sequence[Question], hits: Sequence[Sequence[str]]) -> dict[str, Quality]:
    groups: dict[str, list[tuple[Question, Sequence[str]]]] = defaultdict(list)
    for question, found in zip(questions, hits, strict=True):
        groups[question.kind].append((question, found))
    return {kind: quality([each for each, _ in some], [found for _, found in some]) for kind, some in groups.items()}


def _kinds(questions: Iterable[Question]) -> list[str]:
    return list(dict.fromkeys(each.kind for each in questions))


def _table(held: HeldSet, columns: dict[str, dict[str, Quality]]) -> str:
    lines = [
        f"**What is found of what is typed: recall and mean reciprocal rank (MRR) of the first {FIRST} hits**, {len(held.documents):,} "
        "pages and persons of an odd seed, each question with a page or person of its own. Ours is typed as a clerk types it, with "
        "`~` before names that may be mis-read or written otherwise and before numbers. Peers are asked, for each kind of query, in the way that did best "
        "on an even seed.",
        "",
        "| what is typed, or how it stands on paper | questions | "
        + " | ".join(f"{name}: recall, MRR" for name in columns)
        + " |",
        "|---|---:|" + "---:|" * len(columns),
    ]
    for kind in _kinds(held.questions):
        count = sum(each.kind == kind for each in held.questions)
        cells = [f"{100 * column[kind].recall:.0f} %, {column[kind].reciprocal:.2f}" for column in columns.values()]
        lines.append(f"| {kind} | {count} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _ways(columns: dict[str, dict[str, Quality]]) -> str:
    """How each peer was asked, where that made a difference."""
    told = []
    for name, column in columns.items():
        chosen: dict[str, list[str]] = defaultdict(list)
        for kind, each in column.items():
            if each.way and each.worth:
                chosen[each.way].append(kind)
        if chosen:
            told.append(f"{name}: " + "; ".join(f"*{way}* for {', '.join(kinds)}" for way, kinds in chosen.items()))
    return "Ways of asking that were chosen (not told where none finds anything). " + ". ".join(told) + "."
