"""How an index is made: pages a second in bulk, size beside pairs alone, memory while it grows, and when one more page is seen."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import tantivy

from base.machine import resident_bytes
from bench.search import engines
from bench.search.corpus import VERSION, Corpus
from bench.search.setup import Setup, Stream, say
from search.analysis import analysis_id
from search.index import Document, Scope

# Odd: for reporting.
SEED = 101
# Above, the peer is not built: its ratio no longer changes, and the run takes long enough.
_LARGEST_PEER = 100_000
_ONE_MORE = 20
_TENTHS = 10
_TOGETHER = 2000
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Built:
    """One index of a size. `memory`: of the process that writes, after each tenth of the documents, in bytes."""

    pages: int
    documents: int
    seconds: float
    size: int
    memory: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Pages a second; materials and persons are written beside them and not counted."""
        return self.pages / self.seconds


def tables(setup: Setup) -> list[str]:
    lines = [
        "**Bulk build, one process** (limits: 2,000 pages/s embedded, 1.5 × the size of pairs alone, one more page seen in 1 s). "
        "*Pairs alone* is tantivy with the overlapping pairs of the same texts, their positions and the stored text, and nothing "
        "else. A page comes with a quarter of a material's and a fiftieth of a person's document, which are not counted. The "
        "documents are read from a file; reading them is not counted. Memory is that of the writing process after each tenth, in MB.",
        "",
        "| engine | pages | documents | pages/s | index MB | × pairs alone | memory at tenths, MB | one more page seen, ms (median, most) |",
        "|---|---:|---:|---:|---:|---:|---|---:|",
    ]
    for pages in setup.pages:
        peer = _peer(setup, pages) if pages <= _LARGEST_PEER else None
        if peer:
            lines.append(_row("pairs alone", peer, peer, None))
        for engine in engines.names(setup):
            lines.append(_row(engine, kept(setup, engine, pages), peer, _seen_after(setup, engine, pages)))
    return ["\n".join(lines)]


def kept(setup: Setup, engine: str, pages: int) -> Built:
    """The index of a size, built in a process of its own unless an earlier run left it whole."""
    name = name_of(pages)
    note = setup.work / f"{engine}-{name}.json"
    if (found := _noted(note)) and engines.stands(setup, engine, name, found.documents):
        return found
    note.unlink(missing_ok=True)
    engines.forget(setup, engine, name)
    say(f"{engine}: building {pages:,} pages")
    seconds, documents, memory = _measured(setup, engine, pages)
    built = Built(pages, documents, seconds, engines.bytes_on_disk(setup, engine, name), memory)
    note.write_text(json.dumps({"of": _key(), **asdict(built)}), "utf-8")
    say(f"{engine}: {pages:,} pages in {seconds:.0f} s, {built.rate:,.0f} pages/s, {built.size / 1e6:,.0f} MB")
    return built


def name_of(pages: int) -> str:
    return f"pages-{pages}"


def _key() -> str:
    """An index of other documents or other tokens is another index."""
    return f"{VERSION}/{SEED}/{analysis_id()}"


def _noted(note: Path) -> Built | None:
    try:
        found = json.loads(note.read_text("utf-8"))
    except FileNotFoundError:
        return None
    if found.pop("of") != _key():
        return None
    return Built(**{**found, "memory": tuple(found["memory"])})


def _measured(setup: Setup, engine: str, pages: int) -> tuple[float, int, tuple[int, ...]]:
    """(seconds, documents, memory at tenths): in its own process, because memory once held tells nothing about the next run."""
    here, there = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_write, args=(there, setup, engine, pages))
    process.start()
    there.close()
    try:
        answer: tuple[float, int, tuple[int, ...]] = here.recv()
    finally:
        process.join()
    return answer


def _write(pipe: Connection, setup: Setup, engine: str, pages: int) -> None:
    memory: list[int] = []
    stream = Stream(_documents(setup, pages))
    index = engines.opened(setup, engine, name_of(pages))
    begun = time.perf_counter()
    engines.write_all(index, _watched(stream, pages, memory))
    seconds = time.perf_counter() - begun - stream.seconds
    index.close()
    pipe.send((seconds, stream.count, tuple(memory)))


def _documents(setup: Setup, pages: int) -> Iterator[Document]:
    """From a file, made by the first run: while documents are made the index's own thread would go on unmeasured."""
    file = setup.work / f"documents-{VERSION}-{SEED}-{pages}.pickle"
    if not file.exists():
        beside = file.with_suffix(".part")
        with beside.open("wb") as out:
            for some in engines.batches(Corpus(pages, SEED).documents(), _TOGETHER):
                pickle.dump(some, out, pickle.HIGHEST_PROTOCOL)
        beside.replace(file)
    with file.open("rb") as source:
        while source.peek(1):
            yield from pickle.load(source)


def _watched(stream: Stream[Document], pages: int, memory: list[int]) -> Iterator[Document]:
    """Notes memory at each tenth of the pages, and says how far it is."""
    marks = {pages * part // _TENTHS - 1 for part in range(1, _TENTHS + 1)}
    for document in stream:
        yield document
        if document.kind == "page" and int(document.id.partition(":")[2]) in marks:
            memory.append(resident_bytes())
            say(f"  {len(memory)}/{_TENTHS} written, {memory[-1] / 1e6:.0f} MB")


def _peer(setup: Setup, pages: int) -> Built:
    """Pairs alone: built anew each time, and thrown away."""
    name = f"pairs-{pages}"
    engines.forget(setup, engines.EMBEDDED, name)
    root = engines.folder(setup, name)
    root.mkdir(parents=True)
    say(f"pairs alone: building {pages:,} pages")
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="position")
    builder.add_bytes_field("body", stored=True)
    stream = Stream(_documents(setup, pages))
    begun = time.perf_counter()
    writer = tantivy.Index(builder.build(), path=str(root)).writer(64_000_000, 1)
    for document in stream:
        text = f"{document.title}\n{document.text}" if document.kind == "page" else document.text
        made = tantivy.Document()
        made.add_text("pairs", " ".join(map("".join, pairwise("".join(text.split())))))
        made.add_bytes("body", text.encode())
        writer.add_document(made)
    writer.commit()
    writer.wait_merging_threads()
    seconds = time.perf_counter() - begun - stream.seconds
    built = Built(pages, stream.count, seconds, engines.bytes_in(root), ())
    engines.forget(setup, engines.EMBEDDED, name)
    return built


def _seen_after(setup: Setup, engine: str, pages: int) -> list[float]:
    """Seconds from handing over one page to having found it, each of several times after one that is not counted."""
    index = engines.opened(setup, engine, name_of(pages))
    scope, count, seconds = Scope(organisations=(10,)), 1 + setup.count(_ONE_MORE), []
    for number in range(count):
        page = Document(f"page:{pages + number}", "page", f"补写的第{number}页", organisations=(10,))
        begun = time.perf_counter()
        index.write([page])
        if index.search(f'"补写的第{number}页"', scope).total != 1:
            raise RuntimeError("the page just written was not found")
        seconds.append(time.perf_counter() - begun)
    # As it was: the index of this size serves the next run too.
    index.write([], deleted=[f"page:{pages + each}" for each in range(count)])
    index.close()
    return seconds[1:]


def _row(engine: str, built: Built, peer: Built | None, seen: list[float] | None) -> str:
    ratio = f"{built.size / peer.size:.2f}" if peer else "not built"
    memory = " ".join(f"{each / 1e6:.0f}" for each in built.memory) or "–"
    waited = f"{1000 * statistics.median(seen):.0f}, {1000 * max(seen):.0f}" if seen else "–"
    return (
        f"| {engine} | {built.pages:,} | {built.documents:,} | {built.rate:,.0f} | {built.size / 1e6:,.1f} | {ratio} | "
        f"{memory} | {waited} |"
    )
