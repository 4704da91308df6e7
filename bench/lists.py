"""Every list of the three desks over a million dossiers: how long it takes, how many statements it sends.

`python -m bench.lists` (10⁶ dossiers; `--dossiers 20000` to try) on SQLite and, where TEST_POSTGRES_URL names a server
(`python deploy/services/run.py …` starts one), on PostgreSQL. `--keep FOLDER` keeps the SQLite file for the next run; `--write` puts
the table into docs/benchmarks.md. The exit status is 1 where a list's p95 is over the limit.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, event, func, make_url, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from archive import batch_details, batches, correction_proposals, dossiers, inspection_views, page_needs
from archive.access import Viewer, machine_viewer
from archive.batch_tallies import refresh
from archive.catalogue import SQLITE_FILE, Catalogue, create_catalogue
from archive.dossier_slices import DossierFilter
from archive.tables import Dossier, Organization, Person
from base.settings import load_settings
from bench.lists_office import PER_BATCH, RARE_NAME, archive_no, fill
from bench.table import keep
from frontdesk import people, register
from storage_planner import sites

LIMIT_MS = 200.0
ROUNDS = 60
_ZONE = ZoneInfo("Asia/Shanghai")
_DATABASE = "juanzong_bench_lists"
Look = Callable[[Session, Viewer, random.Random], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One list as one account sees it, in milliseconds; `queries` is the smallest and the largest number of statements."""

    list: str
    viewer: str
    p50: float
    p95: float
    queries: tuple[int, int]


def lists(count: int) -> Mapping[str, Look]:
    """What the screens ask for, each time for another place in the list."""

    def slices(**wanted: Any) -> Look:
        return lambda session, me, chance: dossiers.list_dossiers(
            session, me, DossierFilter(**wanted), after=chance.randrange(1, count)
        )

    def found(ask: Callable[[random.Random], str]) -> Look:
        return lambda session, me, chance: dossiers.list_dossiers(session, me, DossierFilter(text=ask(chance)))

    def counter(ask: Callable[[random.Random], str]) -> Look:
        return lambda session, me, chance: people.look_up(session, me, ask(chance))

    def entries(**filters: Any) -> Look:
        return lambda session, me, chance: register.entries(
            session, me, register.Filters(**filters), _ZONE, before=chance.randrange(1, count // 50 + 2)
        )

    def number(chance: random.Random) -> str:
        return archive_no(chance.randrange(1, count))

    return {
        "clerk: batches": lambda session, me, _: batches.list_batches(session, me),
        "clerk: batches, on": lambda session, me, chance: batches.list_batches(
            session, me, after=chance.randrange(1, count // 1000 + 2)
        ),
        "clerk: dossiers": slices(),
        "clerk: dossiers of a batch": slices(batch_id=max(1, count // 2000)),
        "clerk: dossiers, accepted": slices(state="accepted"),
        "clerk: dossiers, to be split": slices(state="splitting"),
        "clerk: dossiers with proposals": slices(need="proposals"),
        "clerk: dossiers, common surname": found(lambda chance: chance.choice("王李张刘陈")),
        "clerk: dossiers, rare name": found(lambda _: RARE_NAME),
        "clerk: dossiers, no such name": found(lambda _: "欧阳无此人"),
        "clerk: dossiers, 档号": found(number),
        "clerk: dossiers, beginning of 档号": found(lambda chance: number(chance)[:5]),
        "clerk: pages to correct": lambda session, me, _: page_needs.queue(session, me),
        "clerk: lots": lambda session, me, _: inspection_views.list_lots(session, me),
        "clerk: corrections to confirm": lambda session, me, _: correction_proposals.waiting(session, me),
        "planner: sites": lambda session, me, _: sites.list_sites(session, me),
        "desk: people, surname": counter(lambda chance: chance.choice("王李张刘陈")),
        "desk: people, name": counter(lambda chance: chance.choice("王李张刘陈") + "桂兰"),
        "desk: people, rare name": counter(lambda _: RARE_NAME),
        "desk: people, beginning of ID number": counter(lambda chance: f"110{chance.randrange(100, 120)}"),
        "desk: people, 档号": counter(number),
        "desk: register": entries(),
        "desk: register, waiting": entries(state="registered"),
        "desk: register, by name": entries(text="王"),
        "desk: today": lambda session, me, _: register.today(session, me, _ZONE, datetime.now(UTC)),
        "desk: counts of the register": lambda session, me, _: register.state_counts(session, me),
    }


def of_batch(batch_id: int) -> Mapping[str, Look]:
    """The lists of one batch, as a clerk of its unit sees them."""
    return {
        "clerk: findings of a cause": lambda session, me, _: batch_details.findings_of(
            session, me, batch_id, "page.dpi", "fail"
        ),
        "clerk: files set aside": lambda session, me, _: batch_details.set_aside(session, me, batch_id),
    }


def viewers(session: Session) -> dict[str, tuple[Viewer, int]]:
    """Who sees everything, a district, one unit; and a batch that each of them sees."""
    ids = list(
        session.scalars(select(Organization.id).where(Organization.kind == "district").order_by(Organization.id))
    )
    district = ids[len(ids) // 2]
    units = frozenset(session.scalars(select(Organization.id).where(Organization.parent_id == district))) | {district}
    held = session.execute(
        select(Dossier.organization_id, Dossier.batch_id).where(Dossier.organization_id.in_(units)).limit(1)
    )
    unit, batch = held.tuples().one()
    desks = frozenset({"clerk", "planner", "frontdesk"})
    named = {"district": units, "unit": frozenset({unit})}
    seen = {name: (Viewer(f"account:{name}", 1, name, desks, only), batch) for name, only in named.items()}
    return {"all": (machine_viewer("bench"), batch), **seen}


def measure(catalogue: Catalogue, rounds: int) -> list[Figure]:
    with catalogue.read() as session:
        count = session.scalar(select(func.count()).select_from(Dossier)) or 0
        who = viewers(session)
    return [
        _figure(catalogue, name, look, label, me, rounds)
        for label, (me, batch) in who.items()
        for name, look in {**lists(count), **of_batch(batch)}.items()
    ]


def _figure(catalogue: Catalogue, name: str, look: Look, label: str, me: Viewer, rounds: int) -> Figure:
    chance, took, sent = random.Random(11), list[float](), list[int]()
    for _ in range(rounds + 1):
        with _counted(catalogue) as queries:
            start = perf_counter()
            with catalogue.read() as session:
                look(session, me, chance)
            took.append((perf_counter() - start) * 1000)
        sent.append(queries[0])
    took = sorted(took[1:])
    return Figure(
        name, label, took[len(took) // 2], took[min(len(took) - 1, len(took) * 95 // 100)], (min(sent), max(sent))
    )


@contextmanager
def _counted(catalogue: Catalogue) -> Iterator[list[int]]:
    number = [0]

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        number[0] += not statement.startswith("BEGIN")

    event.listen(catalogue.engine, "before_cursor_execute", note)
    try:
        yield number
    finally:
        event.remove(catalogue.engine, "before_cursor_execute", note)


def as_markdown(database: str, figures: list[Figure]) -> str:
    lines = [f"| {database}: list | who sees | p50 ms | p95 ms | statements |", "|---|---|---:|---:|---:|"]
    for each in figures:
        low, high = each.queries
        over = " **over**" if each.p95 > LIMIT_MS else ""
        many = f"{low}" if low == high else f"{low}–{high}"
        lines.append(f"| {each.list} | {each.viewer} | {each.p50:.1f} | {each.p95:.1f}{over} | {many} |")
    return "\n".join(lines)


@contextmanager
def _server_database() -> Iterator[str]:
    """An empty database on the server of TEST_POSTGRES_URL, gone afterwards."""
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {_DATABASE} TEMPLATE template0"))
        yield server.set(database=_DATABASE).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {_DATABASE} WITH (FORCE)"))


def _run(database: str, folder: Path, url: str, dossiers: int, rounds: int) -> tuple[str, list[Figure]]:
    catalogue = create_catalogue(load_settings(folder, {"JUANZONG_DATABASE_URL": url} if url else {}))
    with catalogue.read() as session:
        empty = session.scalar(select(Person.id).limit(1)) is None
    if empty:
        sys.stderr.write(f"{database}: making {dossiers} dossiers\n")
        fill(catalogue, dossiers)
        for _ in range(0, dossiers, 50 * PER_BATCH):
            refresh(catalogue, 50)
    figures = measure(catalogue, rounds)
    catalogue.close()
    return as_markdown(database, figures), figures


def main(argv: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--dossiers", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--keep", type=Path, help=f"folder of {SQLITE_FILE}")
    asked.add_argument("--write", action="store_true")
    options = asked.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="juanzong-lists-") as scratch:
        results = [_run("SQLite", options.keep or Path(scratch), "", options.dossiers, options.rounds)]
        if os.environ.get("TEST_POSTGRES_URL"):
            with _server_database() as url:
                results.append(_run("PostgreSQL", Path(scratch), url, options.dossiers, options.rounds))
    table = "\n\n".join(markdown for markdown, _ in results)
    print(table)
    if options.write:
        keep("lists", f"python -m bench.lists --dossiers {options.dossiers}", table)
    return int(any(each.p95 > LIMIT_MS for _, figures in results for each in figures))


if __name__ == "__main__":
    sys.exit(main())
