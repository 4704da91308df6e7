"""What every search index must do. A test module of an implementation imports `Contract` and gives it `empty`.

The promises stand by subject in `contract_queries`, `contract_language`, `contract_hits`, `contract_sorting`, `contract_facets`,
`contract_life` and `contract_hostile`.
"""

from __future__ import annotations

import pytest

from search.index import SearchIndex
from tests.search.contract_facets import Facets
from tests.search.contract_hits import Hits
from tests.search.contract_hostile import Hostile
from tests.search.contract_language import Language
from tests.search.contract_life import Life
from tests.search.contract_queries import Queries
from tests.search.contract_sorting import Sorting
from tests.search.samples import ALL


class Contract(Queries, Language, Hits, Sorting, Facets, Life, Hostile):
    """`empty` is an index without documents, `filled` holds `samples.ALL`."""

    @pytest.fixture
    def empty(self) -> SearchIndex:
        raise NotImplementedError

    @pytest.fixture
    def filled(self, empty: SearchIndex) -> SearchIndex:
        empty.write(ALL)
        return empty
