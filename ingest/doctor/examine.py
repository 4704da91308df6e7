"""All checks, in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from base.settings import Settings
from ingest.doctor import database, house, operation, reading
from ingest.doctor.check import Check


def examine(settings: Settings, *, again: bool = False) -> Iterator[Check]:
    """One after the other as they are done; `again`: the runtimes are tested though a choice is kept (some ten seconds)."""
    looks: tuple[Callable[[], Check], ...] = (
        partial(reading.runtime, settings, again=again),
        reading.processor,
        partial(reading.memory, settings),
        reading.networks,
        reading.packages,
        partial(reading.second_engine, settings),
        house.fonts,
        house.poppler,
        partial(house.data_folder, settings),
        partial(database.database, settings),
        partial(house.search_index, settings),
        partial(operation.work, settings),
        partial(operation.clock, settings),
    )
    for look in looks:
        yield look()
