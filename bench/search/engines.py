"""The engines under test, and what their indexes take on disk. Elasticsearch is a real node, given by its address."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from base.errors import JuanzongError, StorageError
from base.settings import Settings
from bench.search.setup import Setup, say
from search.embedded import EmbeddedIndex
from search.index import Answer, Document, Scope, SearchIndex

EMBEDDED, ELASTIC = "embedded", "Elasticsearch"
_AT_ONCE = 2000


def names(setup: Setup) -> tuple[str, ...]:
    if setup.only_elastic:
        return (ELASTIC,)
    return (EMBEDDED, ELASTIC) if setup.elastic else (EMBEDDED,)


def opened(setup: Setup, engine: str, name: str) -> SearchIndex:
    """The index `name` of an engine, made empty where there is none."""
    if engine == EMBEDDED:
        return EmbeddedIndex.create(folder(setup, name))
    # An extra, as for a site.
    from search.elastic.index import ElasticIndex  # noqa: PLC0415

    return ElasticIndex.create(settings(setup, engine, name, setup.work))


def settings(setup: Setup, engine: str, name: str, data: Path) -> Settings:
    """Those of an office whose index is kept by the engine under this name."""
    if engine == EMBEDDED:
        return Settings(data_dir=data)
    return Settings(data_dir=data, search="elasticsearch", elastic_url=str(setup.elastic), elastic_index=_called(name))


def filled(setup: Setup, name: str, documents: Sequence[Document]) -> Iterator[tuple[str, SearchIndex]]:
    """Every engine with these documents and no others, one after the other."""
    for engine in names(setup):
        forget(setup, engine, name)
        with _closing(opened(setup, engine, name)) as index:
            write_all(index, documents)
            yield engine, index


def write_all(index: SearchIndex, documents: Iterable[Document]) -> None:
    """All documents in bulk, as a rebuild does: into a new index, which then takes the place of the one in force."""
    with index.beside() as beside:
        for some in batches(documents, _AT_ONCE):
            rejected = beside.write(some)
            if rejected:
                raise RuntimeError(f"the index refused {rejected[0]}")
        beside.put_in_force()


def ask(index: SearchIndex, query: str, scope: Scope, **more: Any) -> Answer | None:
    """The answer; None where the engine refuses or fails, which is told and counts against it, and ends no run of an hour."""
    try:
        return index.search(query, scope, **more)
    except JuanzongError as error:
        say(f"  no answer: {error.code} for a query of {len(query)} characters")
        return None


def batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    source = iter(documents)
    while some := list(itertools.islice(source, size)):
        yield some


def folder(setup: Setup, name: str) -> Path:
    return setup.work / "indexes" / name


def _called(name: str) -> str:
    return f"bench-{name}"


def bytes_on_disk(setup: Setup, engine: str, name: str) -> int:
    if engine == EMBEDDED:
        return bytes_in(folder(setup, name))
    with client(setup) as elastic:
        told = elastic.indices.stats(index=f"{_called(name)}-g*", metric="store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


def bytes_in(root: Path) -> int:
    return sum(each.stat().st_size for each in root.rglob("*") if each.is_file())


def stands(setup: Setup, engine: str, name: str, documents: int) -> bool:
    """Whether the index can be searched as it is, and the node holds as many documents as it was given."""
    if engine == EMBEDDED and not folder(setup, name).exists():
        return False
    try:
        with _closing(opened(setup, engine, name)) as index:
            ready = index.state().state in ("ready", "degraded")
    except StorageError:
        return False
    if engine == EMBEDDED or not ready:
        return ready
    with client(setup) as elastic:
        return int(elastic.count(index=f"{_called(name)}-g*")["count"]) == documents


def forget(setup: Setup, engine: str, name: str) -> None:
    """Removes an index of other documents, or what an interrupted run left of this one."""
    if engine == EMBEDDED:
        shutil.rmtree(folder(setup, name), ignore_errors=True)
        return
    with client(setup) as elastic:
        for each in elastic.indices.get(index=f"{_called(name)}-g*"):
            elastic.indices.delete(index=each)


@contextmanager
def client(setup: Setup):  # type: ignore[no-untyped-def]
    """A client of the node under test, for what no site asks: sizes, and the peer `standard`."""
    from elasticsearch import Elasticsearch  # noqa: PLC0415

    with Elasticsearch(str(setup.elastic), request_timeout=120) as found:
        yield found


@contextmanager
def _closing(index: SearchIndex) -> Iterator[SearchIndex]:
    try:
        yield index
    finally:
        index.close()
