"""The index on a real Elasticsearch node that `make test-services` starts. Without it these tests fail; they are never skipped."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from base.settings import Settings
from search.elastic.index import ElasticIndex
from search.index import Document, stamp
from tests.search.contract import Contract
from tests.search.samples import ALL

pytestmark = pytest.mark.service


def settings_for(**other: object) -> Settings:
    values = {
        "data_dir": Path(),
        "search": "elasticsearch",
        "elastic_url": os.environ["TEST_ELASTIC_URL"],
        "elastic_index": f"test-{secrets.token_hex(4)}",
    }
    return Settings.model_validate(values | other)


@pytest.fixture(scope="module")
def shared() -> Iterator[ElasticIndex]:
    """One index for all tests of this module: making one takes longer than most tests."""
    index = ElasticIndex.create(settings_for())
    yield index
    index.drop()
    index.close()


def holding(index: ElasticIndex, documents: Sequence[Document]) -> ElasticIndex:
    there = dict(index.stamps())
    if there != {each.id: stamp(each) for each in documents}:
        assert index.write(documents, deleted=there) == ()
    return index


class TestContract(Contract):
    @pytest.fixture
    def empty(self, shared: ElasticIndex) -> ElasticIndex:
        return holding(shared, ())

    @pytest.fixture
    def filled(self, shared: ElasticIndex) -> ElasticIndex:
        return holding(shared, ALL)
