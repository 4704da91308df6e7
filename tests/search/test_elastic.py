"""The index on a real Elasticsearch node that `make test-services` starts. Without it these tests fail; they are never skipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search.elastic.index import ElasticIndex
from tests.search.contract import Contract
from tests.search.elastic_life import ElasticLife
from tests.search.elastic_node import holding, made
from tests.search.elastic_states import ElasticStates
from tests.search.engines_alike import Alike
from tests.search.samples import ALL

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def shared() -> Iterator[ElasticIndex]:
    """One index for all tests of this module that leave it whole."""
    with made() as index:
        yield index


@pytest.fixture
def empty(shared: ElasticIndex) -> ElasticIndex:
    return holding(shared, ())


@pytest.fixture
def filled(shared: ElasticIndex) -> ElasticIndex:
    return holding(shared, ALL)


class TestContract(Contract):
    @pytest.fixture
    def empty(self, shared: ElasticIndex) -> ElasticIndex:
        return holding(shared, ())

    @pytest.fixture
    def filled(self, shared: ElasticIndex) -> ElasticIndex:
        return holding(shared, ALL)


# In this module, so that one process runs them one after the other: some do to the node what others would feel.
class TestLife(ElasticLife):
    pass


class TestStates(ElasticStates):
    pass


class TestAlike(Alike):
    pass
