"""How long a search takes: whole `search` calls, as a screen makes them, at every size and on every engine."""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.search import engines
from bench.search.build import SEED, kept, name_of
from bench.search.corpus import DISTRICTS, FIRST_DISTRICT, Corpus
from bench.search.mix import APART, MIX, Ask, mixed
from bench.search.setup import Setup, say
from search.index import FACETS, Scope, SearchIndex

# Odd: for reporting.
_SEED, _WARM_SEED = 11, 13
_QUERIES, _WARM, _APART = 1000, 60, 60
_HITS = 20
_LIMIT_MS, _APART_LIMIT_MS = 50, 200
# An account of one district of eight.
SCOPE = Scope(organisations=(FIRST_DISTRICT,))


@dataclass(slots=True)
class Times:
    """Milliseconds of each call, how many hits it told, and how many calls had no answer (their time counts as well)."""

    ms: list[float] = field(default_factory=list)
    hits: list[int] = field(default_factory=list)
    failed: int = 0

    def __add__(self, other: Times) -> Times:
        return Times(self.ms + other.ms, self.hits + other.hits, self.failed + other.failed)

    def row(self) -> str:
        cut = statistics.quantiles(self.ms, n=100, method="inclusive") if len(self.ms) > 1 else self.ms * 99
        hits = statistics.median(self.hits) if self.hits else 0
        return f"{len(self.ms):,} | {self.failed} | {hits:,.0f} | {cut[49]:.1f} | {cut[94]:.1f} | {cut[98]:.1f}"


def tables(setup: Setup) -> list[str]:
    shares = ", ".join(f"{ask.name} {ask.share}" for ask in MIX)
    every = [
        "**Latency of whole `search` calls**, ms: parsing, the scope of an account of one district of "
        f"{DISTRICTS}, ranking, all hits counted, all {len(FACETS)} facets, {_HITS} hits with marks and snippets. One caller, after "
        f"{_WARM} queries that are not counted. The mix in per cent: {shares}. Limits at 1,000,000 pages embedded: p95 of the mix "
        f"≤ {_LIMIT_MS} ms; apart, phrases that stand on a third of all pages ≤ {_APART_LIMIT_MS} ms.",
        "",
        "| pages | engine | queries | count | without answer | hits (median) | p50 | p95 | p99 |",
        "|---:|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    largest = []
    for pages in setup.pages:
        for engine in engines.names(setup):
            kept(setup, engine, pages)
            times = _measured(setup, engine, pages)
            every += [
                _row(pages, engine, name, each) for name, each in times.items() if name == "the mix" or _apart(name)
            ]
            if pages == setup.pages[-1]:
                largest += [_row(pages, engine, name, each) for name, each in times.items() if not _apart(name)]
    by_kind = ["**By kind of query, at the largest size**", "", *every[2:4], *largest]
    return ["\n".join(every), "\n".join(by_kind)]


def _measured(setup: Setup, engine: str, pages: int) -> dict[str, Times]:
    corpus = Corpus(pages, SEED)
    index = engines.opened(setup, engine, name_of(pages))
    say(f"latency: {engine}, {pages:,} pages")
    _run(index, mixed(corpus, setup.count(_WARM), _WARM_SEED))
    times = _run(index, mixed(corpus, setup.count(_QUERIES), _SEED))
    the_mix = Times(
        [ms for each in times.values() for ms in each.ms], [hit for each in times.values() for hit in each.hits]
    )
    rng = random.Random(_SEED)
    apart = _run(index, ((ask, ask.make(rng, corpus)) for ask in APART for _ in range(setup.count(_APART))))
    index.close()
    in_order = {ask.name: times[ask.name] for ask in MIX}
    return {"the mix": the_mix, **in_order, **apart}


def _run(index: SearchIndex, asked: Iterable[tuple[Ask, str]]) -> dict[str, Times]:
    times: dict[str, Times] = defaultdict(Times)
    for ask, query in asked:
        begun = time.perf_counter()
        answer = engines.ask(index, query, SCOPE, limit=_HITS, facets=FACETS)
        times[ask.name].ms.append((time.perf_counter() - begun) * 1000)
        if answer:
            times[ask.name].hits.append(answer.total)
        else:
            times[ask.name].failed += 1
    return times


def _apart(name: str) -> bool:
    return any(ask.name == name for ask in APART)


def _row(pages: int, engine: str, name: str, each: Times) -> str:
    return f"| {pages:,} | {engine} | {name} | {each.row()} |"
