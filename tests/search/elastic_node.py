"""A real node for tests, and how they do to it what an office's server suffers."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from base.settings import Settings
from search.elastic.index import ElasticIndex
from search.index import Document, stamp


def settings_for(**other: Any) -> Settings:
    """Of an office of its own on the node that `make test-services` started."""
    values = {"data_dir": Path(), "search": "elasticsearch", "elastic_index": f"test-{secrets.token_hex(4)}"}
    if "elastic_url" not in other:
        values["elastic_url"] = os.environ["TEST_ELASTIC_URL"]
    return Settings.model_validate(values | other)


@contextmanager
def made(**other: Any) -> Iterator[ElasticIndex]:
    """An empty index of an office of its own, gone afterwards."""
    index = ElasticIndex.create(settings_for(**other))
    try:
        yield index
    finally:
        index.drop()
        index.close()


def holding(index: ElasticIndex, documents: Sequence[Document]) -> ElasticIndex:
    """The index with these documents and no others: making a new one takes longer than most tests."""
    there = dict(index.stamps())
    if there != {each.id: stamp(each) for each in documents}:
        assert index.write(documents, deleted=there) == ()
    return index


@contextmanager
def raw() -> Iterator[Elasticsearch]:
    """The keeper's own way to the server."""
    with Elasticsearch(os.environ["TEST_ELASTIC_URL"]) as client:
        yield client


@contextmanager
def frozen() -> Iterator[None]:
    """The node takes connections and says nothing, as one that swaps or collects garbage."""
    group = int(os.environ["TEST_ELASTIC_GROUP"])
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)
