"""How long a sign-in takes while nobody watches a batch, and while fifty people do.

`python -m bench.watchers` (50 watchers, 100,000 jobs that wait, 30 s each; `--jobs 500 --seconds 3 --watchers 5` to try). The office
is served by a process of its own as `juanzong serve` serves it, without workers; each watcher asks every two seconds for the
board of work and for the progress of a batch, as the pages do. The exit status is 1 where the watched p95 is over twice the quiet one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from sqlalchemy import insert

from archive import accounts
from archive.office import ensure_office, open_office
from archive.tables import Batch, JobRow
from base.clock import now
from base.settings import Settings, load_settings
from bench.table import keep
from ingest.find import SearchDesk
from ingest.indexer import open_index
from web.server import serve

_LOGIN, _PASSWORD = "watcher", "correct horse 9"
_EVERY_S = 2.0
_SHARE = 2.0


class Visitor:
    """One browser: keeps its cookies, fills the hidden fields of a form."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: SimpleCookie = SimpleCookie()

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str, str]:
        """Status, ETag and body."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=120)
        cookies = "; ".join(f"{name}={each.value}" for name, each in self._cookies.items())
        sent = {"Cookie": cookies, "Accept": "text/html", **headers}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if form else "GET", path, urlencode(form) if form else None, sent)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies.load(line)
        body = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, answer.headers.get("ETag") or "", body

    def sign_in(self) -> None:
        page = self.ask("/account/sign-in")[2]
        form = {name: _hidden(page, name) for name in ("csrf_token", "once")}
        status, *_ = self.ask("/account/sign-in", {**form, "login": _LOGIN, "password": _PASSWORD})
        if status != 303:
            raise SystemExit(f"could not sign in: {status}")


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def _fill(settings: Settings, jobs: int) -> None:
    office = ensure_office(settings, "测量")
    with office.catalogue.write() as session:
        unit = accounts.root_organization(session)
        accounts.make_account(session, _LOGIN, "看进度的人", _PASSWORD, desks=["clerk"], organization=unit)
        batch = Batch(name="一批", organization_id=unit.id, created_at=now(), state="working")
        session.add(batch)
        session.flush()
        rows = (
            {
                "kind": "read", "subject_id": number, "unique_key": f"read:{number}", "batch_id": batch.id,
                "created_at": now() - timedelta(minutes=1), "state": "waiting", "error_params": {},
            }
            for number in range(jobs)
        )  # fmt: skip
        session.execute(insert(JobRow), list(rows))
    office.close()


def _serve(settings: Settings) -> None:
    office = open_office(settings)
    serve(office, SearchDesk(office, open_index(office), kept_up=True), settings.host, settings.port)


@contextmanager
def _served(settings: Settings) -> Iterator[None]:
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(settings,), daemon=True)
    server.start()
    while True:
        try:
            Visitor(settings.port).ask("/account/sign-in")
            break
        except OSError:
            time.sleep(0.2)
    try:
        yield
    finally:
        server.terminate()
        server.join()


@contextmanager
def _watched(port: int, watchers: int, asked: list[float]) -> Iterator[None]:
    stop = threading.Event()
    visitors = [Visitor(port) for _ in range(watchers)]
    for visitor in visitors:
        visitor.sign_in()

    def watch(visitor: Visitor, late: float) -> None:
        mark = ""
        stop.wait(late)
        while not stop.wait(_EVERY_S):
            began = time.perf_counter()
            _, mark, _ = visitor.ask("/jobs/board", **{"If-None-Match": mark} if mark else {})
            visitor.ask("/clerk/batches/1/progress")
            asked.append(time.perf_counter() - began)

    threads = [
        threading.Thread(target=watch, args=(visitor, number * _EVERY_S / watchers))
        for number, visitor in enumerate(visitors)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _sign_ins(port: int, seconds: float) -> list[float]:
    """One sign-in after another, in seconds each."""
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(took) < 3:
        began = time.perf_counter()
        Visitor(port).sign_in()
        took.append(time.perf_counter() - began)
    return took


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--watchers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--keep", action="store_true", help="write the table into docs/benchmarks.md")
    wished = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="juanzong-watchers-") as folder:
        settings = load_settings(Path(folder), {}).model_copy(update={"port": wished.port})
        _fill(settings, wished.jobs)
        with _served(settings):
            quiet = _sign_ins(wished.port, wished.seconds)
            asked: list[float] = []
            with _watched(wished.port, wished.watchers, asked):
                watched = _sign_ins(wished.port, wished.seconds)
    text = _table(quiet, watched, asked, wished.watchers, wished.jobs)
    print(text)
    if wished.keep:
        keep("watchers", f"python -m bench.watchers --jobs {wished.jobs} --watchers {wished.watchers}", text)
    return int(_p95(watched) > _SHARE * _p95(quiet))


def _table(quiet: list[float], watched: list[float], asked: list[float], watchers: int, jobs: int) -> str:
    rows = (
        ("sign-in, nobody watches", quiet, "peer"),
        (f"sign-in, {watchers} watch", watched, f"{_p95(watched) / _p95(quiet):.2f}, limit {_SHARE:g}"),
        (f"one look of one of the {watchers}: board and progress", asked, ""),
    )
    lines = [f"| {jobs:,} jobs wait | times | p50 ms | p95 ms | ratio of p95 |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {len(took)} | {median(took) * 1000:.0f} | {_p95(took) * 1000:.0f} | {ratio} |"
        for name, took, ratio in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
