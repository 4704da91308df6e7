"""From the catalogue to a hit: documents written through the outbox, and how soon a committed change is found."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from archive.office import Office, ensure_office
from archive.tables import Organization, Person
from base.clock import now
from bench.search import engines
from bench.search.corpus import Corpus
from bench.search.setup import Setup, say
from ingest.indexer import drain, indexer_lock, open_index
from search.index import Scope, SearchIndex

# Odd: for reporting.
_SEED = 103
_PERSONS, _CHANGES = 2000, 20


def tables(setup: Setup) -> list[str]:
    lines = [
        "**Through the catalogue and the outbox**, persons: rows committed in one transaction, then drained into the index; then "
        "one person renamed at a time, from before the commit until a search finds the new name, the index written at once "
        "(limit: 1 s). A serving office adds the pause of its attendant.",
        "",
        "| engine | persons | drained/s | one change found, ms (median, most) |",
        "|---|---:|---:|---:|",
    ]
    for engine in engines.names(setup):
        say(f"office: {engine}")
        with tempfile.TemporaryDirectory(dir=setup.work) as folder:
            lines.append(_row(setup, engine, Path(folder)))
    return ["\n".join(lines)]


def _row(setup: Setup, engine: str, folder: Path) -> str:
    office = ensure_office(engines.settings(setup, engine, "office", folder), "档案服务中心")
    engines.forget(setup, engine, "office")
    try:
        index = open_index(office) if engine == engines.EMBEDDED else engines.opened(setup, engine, "office")
        persons = setup.count(_PERSONS)
        with indexer_lock(office):
            _fill(office, persons)
            begun = time.perf_counter()
            drain(office, index)
            drained = persons / (time.perf_counter() - begun)
            waited = [_found_after(office, index, number + 1) for number in range(setup.count(_CHANGES))]
        index.close()
    finally:
        office.close()
    return f"| {engine} | {persons:,} | {drained:,.0f} | {1000 * statistics.median(waited):.0f}, {1000 * max(waited):.0f} |"


def _fill(office: Office, persons: int) -> None:
    corpus = Corpus(persons, _SEED)
    with office.catalogue.write() as session:
        unit = session.scalar(select(func.min(Organization.id)))
        made = [corpus.dossier(number) for number in range(persons)]
        session.add_all(
            Person(
                organization_id=unit, name=each.name, id_number=each.id_number, id_raw=each.id_number, created_at=now()
            )
            for each in made
        )


def _found_after(office: Office, index: SearchIndex, number: int) -> float:
    name = f"新改的名字{number}"
    begun = time.perf_counter()
    with office.catalogue.write() as session:
        person = session.get_one(Person, number)
        person.name = name
    drain(office, index)
    if index.search(f'name:"{name}"', Scope(everything=True)).hits[0].stored["person"] != number:
        raise RuntimeError("the change just committed was not found")
    return time.perf_counter() - begun
