"""The engines under test, and what their indexes take on disk. Elasticsearch is a real node, given by its address."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from base.errors import JuanzongError
from bench.search.setup import Setup
from search.embedded import EmbeddedIndex
from search.index import Document, SearchIndex

EMBEDDED, ELASTIC = "embedded", "Elasticsearch"
_AT_ONCE = 2000


def names(setup: Setup) -> tuple[str, ...]:
    return (EMBEDDED, ELASTIC) if setup.elastic else (EMBEDDED,)


def opened(setup: Setup, engine: str, name: str) -> SearchIndex:
    """The index `name` of an engine, made empty where there is none."""
    if engine == EMBEDDED:
        return EmbeddedIndex.create(folder(setup, name))
    # An extra, as for a site.
    from search.elastic import ElasticIndex  # noqa: PLC0415

    return ElasticIndex.create(str(setup.elastic), alias(name))


def filled(setup: Setup, name: str, documents: Sequence[Document]) -> Iterator[tuple[str, SearchIndex]]:
    """Every engine with these documents and no others, one after the other."""
    for engine in names(setup):
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


def batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    source = iter(documents)
    while some := list(itertools.islice(source, size)):
        yield some


def folder(setup: Setup, name: str) -> Path:
    return setup.work / "indexes" / name


def alias(name: str) -> str:
    return f"bench-{name}"


def bytes_on_disk(setup: Setup, engine: str, name: str) -> int:
    if engine == EMBEDDED:
        return bytes_in(folder(setup, name))
    with client(setup) as elastic:
        elastic.indices.refresh(index=alias(name))
        told = elastic.indices.stats(index=alias(name), metric="store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


def bytes_in(root: Path) -> int:
    return sum(each.stat().st_size for each in root.rglob("*") if each.is_file())


def stands(setup: Setup, engine: str, name: str) -> bool:
    """Whether the index can be searched as it is."""
    if engine == EMBEDDED and not folder(setup, name).exists():
        return False
    try:
        with _closing(opened(setup, engine, name)) as index:
            return index.state().state in ("ready", "degraded")
    except JuanzongError:
        return False


def forget(setup: Setup, name: str) -> None:
    """Removes what an interrupted run left in the work folder."""
    shutil.rmtree(folder(setup, name), ignore_errors=True)


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
