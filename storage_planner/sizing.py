"""机器配置测算: from pages a day and pages kept to workers, memory, TB and GB of index, as pure arithmetic over measured figures."""

from __future__ import annotations

import math
from dataclasses import dataclass

from base.errors import InputError

# Of what a core can read at most, so much is counted on: the rest is for peaks, for second attempts and for the desks.
LOAD = 0.7
# Beside the workers: web, indexer, the system's cache of files.
_REST_BYTES = 4_000_000_000
_SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: pages a second of one core from file to searchable, bytes of a worker at most, bytes a page takes in
    the index, and how many times its delivered bytes a page takes in the store."""

    pages_per_core_s: float
    worker_bytes: float
    index_bytes: float
    elastic_bytes: float
    stored_ratio: float


@dataclass(frozen=True, slots=True)
class Wish:
    """What an office plans: `hours` a day in which machines may read, `kept` pages in all, `copies` of every object."""

    pages_per_day: int
    hours: float
    kept: int
    mb_per_page: float
    copies: int = 3


@dataclass(frozen=True, slots=True)
class Machines:
    """What it takes. A worker keeps one core; TB and GB are decimal; `elastic_gb` is the index there without a replica."""

    workers: int
    memory_gb: float
    store_tb: float
    index_gb: float
    elastic_gb: float


def machines_for(wish: Wish, figures: Figures) -> Machines:
    """InputError `settings.invalid` for a wish that is no office's."""
    if not (
        wish.pages_per_day >= 0 and 0 < wish.hours <= 24 and wish.kept >= 0 and wish.mb_per_page > 0 and wish.copies > 0
    ):
        raise InputError("settings.invalid", path="sizing", key="sizing", detail=str(wish))
    per_worker = figures.pages_per_core_s * LOAD * wish.hours * _SECONDS_PER_HOUR
    workers = max(1, math.ceil(wish.pages_per_day / per_worker))
    stored = wish.kept * wish.mb_per_page * 1e6 * figures.stored_ratio
    return Machines(
        workers,
        (workers * figures.worker_bytes + _REST_BYTES) / 1e9,
        stored * wish.copies / 1e12,
        wish.kept * figures.index_bytes / 1e9,
        wish.kept * figures.elastic_bytes / 1e9,
    )
